import type { ChatUser, PressAnswer } from "../chat/platform.ts";
import type { Desk } from "../command/contract.ts";
import type { Clock } from "../lib/clock.ts";
import type { IncidentId } from "../lib/id.ts";
import { incidentRefusalSentence } from "../notice/refusals.ts";
import { incidentSubject, reportSubject } from "../notice/subjects.ts";
import type { Authority } from "./authority.ts";
import type { Executor } from "./execute.ts";
import { told } from "./guard.ts";
import type { IncidentClicks } from "./incident-click.ts";
import type { Machines } from "./machines.ts";
import type { FollowUp, IncidentIndex } from "./ports.ts";

interface Parts {
  readonly authority: Authority;
  readonly clicks: IncidentClicks;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly incidents: IncidentIndex;
  readonly desk: Pick<Desk, "incident">;
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly clock: Clock;
}

export interface IncidentPresses {
  /** What needs no dialog and nothing but the incident's own rules. */
  change(user: ChatUser, incidentId: IncidentId, type: "acknowledge" | "wake"): Promise<PressAnswer>;
  reopen(user: ChatUser, incidentId: IncidentId): Promise<PressAnswer>;
  report(user: ChatUser, incidentId: IncidentId): Promise<PressAnswer>;
  show(user: ChatUser, incidentId: IncidentId): Promise<PressAnswer>;
}

export function createIncidentPresses(parts: Parts): IncidentPresses {
  const { authority, clicks, executor, machines, incidents, clock } = parts;

  return {
    async change(user, incidentId, type) {
      const on = { stream: incidentSubject(incidentId), incidentId };
      const admission = await authority.admit({ user, attempted: type, on, cause: "click" }, "responder");
      if (!admission.admitted) return told(admission.sentence);
      const { actor } = admission;
      const command = { type, by: actor } as const;
      const outcome = await executor.execute(machines.incident, incidentId, command, { actor, cause: "click" });
      return outcome.accepted
        ? { kind: "done" }
        : told(incidentRefusalSentence(outcome.refusal, outcome.state, clock.now()));
    },

    reopen: (user, incidentId) =>
      clicks.onKnown<PressAnswer>(
        { user, incidentId, attempted: "reopen", needs: "responder" },
        async ({ actor, incident, no }) => {
          // Alerts of one threat on one account go to one incident: two that are open would each tell half of it.
          const latest = await incidents.latest(incident.alert.dedupKey);
          if (latest !== null && latest !== incidentId) {
            const text = `Incident ${latest} came later for the same threat on this account, so this one stays as it is. Go on there.`;
            return no("a-later-one", text);
          }
          const command = { type: "reopen", by: actor } as const;
          const outcome = await executor.execute(machines.incident, incidentId, command, { actor, cause: "click" });
          return outcome.accepted
            ? { kind: "done" }
            : told(incidentRefusalSentence(outcome.refusal, outcome.state, clock.now()));
        },
      ),

    report: (user, incidentId) =>
      clicks.onKnown<PressAnswer>(
        { user, incidentId, attempted: "report", needs: "responder" },
        async ({ actor, incident }) => {
          await executor.note({
            stream: incidentSubject(incidentId),
            type: "report-asked",
            accountSid: incident.alert.accountSid,
            incidentId,
            what: null,
            data: {},
            actor,
            cause: "click",
          });
          const subject = reportSubject(incidentId, clock.now());
          await parts.wish([{ job: "notify", key: `${user.platform}.${subject}`, dueAtMs: null }]);
          const soFar = incident.status === "resolved" ? "" : ", as far as it has come: it is not resolved";
          return told(`The report of incident ${incidentId} comes into its thread in a moment${soFar}.`);
        },
      ),

    show: (user, incidentId) =>
      clicks.onKnown<PressAnswer>(
        { user, incidentId, attempted: "show", needs: "anybody" },
        async ({ incident, no }) => {
          const card = await parts.desk.incident(incidentId);
          if (card !== null) return { kind: "card", card };
          return no("unknown-incident", incidentRefusalSentence("unknown-incident", incident, clock.now()));
        },
      ),
  };
}
