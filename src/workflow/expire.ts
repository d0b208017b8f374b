import type { ApprovalId } from "../lib/id.ts";
import type { Because, Executor } from "./execute.ts";
import { done, type JobHandler, later } from "./job.ts";
import type { Machines } from "./machines.ts";

const because: Because = { actor: { kind: "tollgate", part: "timer" }, cause: "timer" };

/** Tells an approval that its time may be over. It may come early, late or twice: the machine decides, by its own clock. */
export function createExpire({
  executor,
  machines,
}: {
  readonly executor: Executor;
  readonly machines: Machines;
}): JobHandler {
  return async (key) => {
    const told = await executor.execute(machines.approval, key as ApprovalId, { type: "expire" }, because);
    const isEarly = !told.accepted && told.refusal === "not-due" && told.state.status === "pending";
    return isEarly ? later(told.state.request.expiresAtMs) : done;
  };
}
