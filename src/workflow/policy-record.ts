import type { Json } from "../audit/envelope.ts";
import { accept } from "../lib/decision.ts";
import type { Executor, Machine } from "./execute.ts";

type LoadPolicy = { readonly type: "load-policy"; readonly digest: string; readonly policy: Json };
type PolicyLoaded = { readonly type: "policy-loaded"; readonly digest: string; readonly policy: Json };

/** Which policy is in force, as far as the record knows: its digest. */
const machine: Machine<string, LoadPolicy, PolicyLoaded, never> = {
  kind: "policy",
  initial: "",
  decide: (digest, command) =>
    command.digest === digest
      ? accept()
      : accept({ type: "policy-loaded", digest: command.digest, policy: command.policy }),
  evolve: (_digest, event) => event.digest,
  reactionsTo: () => [],
  indexOf: () => [],
  about: () => ({ accountSid: null, incidentId: null, what: null }),
};

/** Every load of a policy with a new digest is a record: an auditor sees who was approver in March. */
export async function recordPolicy(executor: Executor, digest: string, policy: Json): Promise<void> {
  const actor = { kind: "tollgate", part: "config" } as const;
  await executor.execute(machine, "file", { type: "load-policy", digest, policy }, { actor, cause: "start" });
}
