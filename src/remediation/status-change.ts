import { z } from "zod";
import { Fault } from "../lib/fault.ts";
import type { AccountStatus, Outcome, RunContext, RunStep } from "./contract.ts";
import { CLOSED } from "./facts.ts";
import { refused, refusedOnNo, writeAndReadBack } from "./read-back.ts";
import { clockTime } from "./wording.ts";

/** What suspending and reactivating have in common: one status, written through the parent and read back. */

const CHANGING = "changing-status";
const Captured = z.object({ previousStatus: z.string() });
type Captured = z.infer<typeof Captured>;

export function runStatusChange(context: RunContext<unknown>, wanted: "active" | "suspended"): Promise<Outcome> {
  return refusedOnNo(async () => {
    const { account } = context;
    if (account.isParent)
      return { status: "refused", reason: "Twilio does not let the parent account change its own status." };
    const before = await account.fetch();
    if (before.status === "closed") return { status: "refused", reason: CLOSED };
    const captured = capturedIn(context.steps) ?? { previousStatus: before.status };
    if (before.status === wanted) return done(wanted, captured, context);
    await context.recordStep(CHANGING, captured);
    const written = await writeAndReadBack({
      write: () => account.setStatus(wanted),
      read: () => account.fetch(),
      isInEffect: (seen) => seen.status === wanted,
    });
    switch (written.status) {
      case "in-effect":
        return done(written.seen.status, captured, context);
      case "refused":
        return refused(written.fault);
      case "otherwise":
        return { status: "unknown", reason: `Twilio took it, but still reports status ${written.seen.status}` };
      case "unknown":
        return written;
    }
  });
}

export async function checkStatusChange(
  context: RunContext<unknown>,
  wanted: "active" | "suspended",
): Promise<Outcome | "not-in-effect" | null> {
  try {
    const { status } = await context.account.fetch();
    const captured = capturedIn(context.steps) ?? { previousStatus: status };
    return status === wanted ? done(status, captured, context) : "not-in-effect";
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

function done(status: AccountStatus, captured: Captured, context: RunContext<unknown>): Outcome {
  return {
    status: "done",
    evidence: [`Twilio reports status ${status} (read back ${clockTime(context.nowMs())})`],
    captured,
  };
}

/** Of the first try: a later one finds the status changed already. */
function capturedIn(steps: readonly RunStep[]): Captured | undefined {
  const step = steps.find(({ name }) => name === CHANGING);
  return step === undefined ? undefined : Captured.parse(step.data);
}
