import type { Person } from "../approval/contract.ts";
import { possibleApprovers } from "../approval/people.ts";
import { type Policy, policyFor } from "../approval/policy.ts";
import type { Desk, Waiting } from "../command/contract.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { HomeView } from "../notice/home-card.ts";
import type { AnyRemediation } from "../remediation/contract.ts";

export interface HomeParts {
  readonly desk: Pick<Desk, "incidents" | "silences" | "waiting">;
  readonly findRemediation: (id: string) => AnyRemediation | undefined;
  readonly policy: () => Policy;
  /** What does not work now, as `/readyz` tells it. */
  readonly troubles: () => Promise<HomeView["troubles"]>;
  /** Parts that are watched, e.g. `slack`, `twilio`, `queue`. */
  readonly watched: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** What one person has to do now. */
export function createHomeView({ desk, findRemediation, policy, troubles, watched, clock, log }: HomeParts) {
  function mayApprove({ remediation, requester, approvedBy }: Waiting, asker: Person): boolean {
    const policyId = findRemediation(remediation)?.policyId ?? remediation;
    const rule = policyFor(policy(), policyId);
    const isAble = possibleApprovers(policy().people, rule, requester).some(({ id }) => id === asker.id);
    return isAble && !approvedBy.includes(asker.id);
  }

  return async (asker: Person): Promise<HomeView> => {
    const [incidents, silences, waiting, problems] = await Promise.all([
      desk.incidents("open"),
      desk.silences(),
      desk.waiting(),
      troubles().catch((error: unknown) => {
        log.warn({ err: error }, "what does not work could not be told");
        return [{ part: "health", problem: "it could not be asked what works" }];
      }),
    ]);
    const { people } = policy();
    return {
      asker: asker.id,
      incidents,
      approvals: waiting.filter((request) => mayApprove(request, asker)),
      silences,
      troubles: problems,
      watched,
      responders: people.filter(({ roles }) => roles.includes("responder")).map(({ id }) => id),
      names: new Map(people.map(({ id, name }) => [id, name])),
      atMs: clock.now(),
    };
  };
}
