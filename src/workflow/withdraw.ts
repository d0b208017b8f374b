import type { Actor } from "../audit/envelope.ts";
import type { IncidentId } from "../lib/id.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import type { IncidentIndex } from "./ports.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly incidents: IncidentIndex;
}

export type WithdrawPending = (incidentId: IncidentId, actor: Actor) => Promise<void>;

/** What nobody needs any more must not stay approvable. Should this not be reached, Approve and the run look at the incident too. */
export function createWithdrawPending({ executor, machines, incidents }: Parts): WithdrawPending {
  return async (incidentId, actor) => {
    for (const id of await incidents.approvalsOf(incidentId)) {
      const { status } = await executor.read(machines.approval, id);
      if (status === "pending")
        await executor.execute(machines.approval, id, { type: "close" }, { actor, cause: "click" });
    }
  };
}
