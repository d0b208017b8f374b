import { GENESIS, seal } from "../../src/audit/chain.ts";
import type { AuditDraft, AuditRecord } from "../../src/audit/envelope.ts";
import { Secret } from "../../src/lib/secret.ts";

export const key = new Secret("0f".repeat(32));

export const ann = {
  kind: "person",
  personId: "ann",
  name: "Ann Ito",
  platform: "slack",
  userId: "U0ANN",
} as const;

export function draft(part: Partial<AuditDraft> = {}): AuditDraft {
  return {
    stream: "incident-7",
    version: 1,
    atMs: Date.UTC(2026, 2, 1, 3, 0, 0),
    actor: ann,
    cause: "click",
    type: "incident-acknowledged",
    accountSid: `AC${"2".repeat(32)}`,
    incidentId: "7",
    what: null,
    data: {},
    ...part,
  };
}

/** A valid chain of events of one stream. */
export function chainOf(count: number): readonly AuditRecord[] {
  return seal(
    key,
    GENESIS,
    Array.from({ length: count }, (_, index) => draft({ version: index + 1, data: { step: index } })),
  ).records;
}

export function recordOf(part: Partial<AuditDraft>): AuditRecord {
  const [record] = seal(key, { sequence: 122, mac: "e".repeat(64) }, [draft(part)]).records;
  if (record === undefined) throw new Error("nothing was sealed");
  return record;
}

export async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
