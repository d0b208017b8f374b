import type { Actor } from "../audit/envelope.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Applied } from "../setup/applied.ts";
import type { Failed } from "../setup/carry-out.ts";
import type { Step } from "../setup/contract.ts";
import type { Removed } from "../setup/watched.ts";
import { stepWords } from "../setup/words.ts";
import type { Because, Executor } from "./execute.ts";

type Note = Pick<Executor, "note">;

const STREAM = "setup";

/** A person ran `setup --apply`, and upkeep keeps to it from now on. */
export function recordApplied({ note }: Note, { by, publicUrl, accountSids }: Applied): Promise<void> {
  return note({ ...about("setup", null), type: "setup-applied", data: { by, publicUrl, accountSids } });
}

/** A person ran `setup --stop`, and upkeep changes nothing from now on. */
export function recordStopped({ note }: Note, by: string): Promise<void> {
  return note({ ...about("setup", null), type: "setup-stopped", data: { by } });
}

/** Before the first step: whatever happens to us then, what was about to change is in the record. */
export function recordChanges(
  { note }: Note,
  part: Part,
  accountSid: AccountSid,
  steps: readonly Step[],
  removed: readonly Removed[],
): Promise<void> {
  const data = { changes: steps.map(inWords), removed: removed.map(({ what }) => what) };
  return note({ ...about(part, accountSid), type: "tripwires-changing", data });
}

export function recordFailures(
  { note }: Note,
  part: Part,
  accountSid: AccountSid,
  failed: readonly Failed[],
): Promise<void> {
  const data = { failed: failed.map(({ step, fault }) => `${inWords(step)} (${fault.code ?? fault.kind})`) };
  return note({ ...about(part, accountSid), type: "tripwires-failed", data });
}

/** Whose hands: a person's command, or the daily job. */
export type Part = "setup" | "upkeep";

function because(part: Part): Because {
  const actor: Actor = { kind: "tollgate", part };
  return { actor, cause: part === "setup" ? "command" : "job" };
}

function about(part: Part, accountSid: AccountSid | null) {
  return { ...because(part), stream: STREAM, accountSid, incidentId: null, what: null };
}

function inWords(step: Step): string {
  const { verb, what } = stepWords(step);
  return `${verb} ${what}`;
}
