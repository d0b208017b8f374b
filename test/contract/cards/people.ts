/** Who is on the roster of the contract's house, and where each of them can be mentioned. */
import type { PersonId } from "../../../src/lib/id.ts";

interface Known {
  readonly id: PersonId;
  readonly name: string;
  readonly slack: string | null;
  readonly teams: string | null;
}

const KNOWN: readonly Known[] = [
  {
    id: "ann" as PersonId,
    name: "Ann Ito",
    slack: "U0ANN",
    teams: "5f0c2d1e-0000-4000-8000-00000000a001",
  },
  { id: "ben" as PersonId, name: "Ben Okafor", slack: "U0BEN", teams: null },
  { id: "dia" as PersonId, name: "Dia Costa", slack: null, teams: "5f0c2d1e-0000-4000-8000-00000000d001" },
];

/** Null for somebody who is not on that platform. */
export function chatIdOf(platform: "slack" | "teams", person: PersonId): string | null {
  return KNOWN.find(({ id }) => id === person)?.[platform] ?? null;
}

/** The id for somebody who left the roster. */
export function rosterName(person: PersonId): string {
  return KNOWN.find(({ id }) => id === person)?.name ?? person;
}

/** Our messages are everywhere but one: links lead to them. */
export function addressOf(subject: string): string | null {
  return subject.startsWith("outcome") ? null : `https://chat.example/message/${encodeURIComponent(subject)}`;
}

/** Digest of the picture that both platforms have. */
export const DRAWN = "d".repeat(32);
