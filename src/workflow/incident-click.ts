import type { Person } from "../approval/contract.ts";
import type { Actor } from "../audit/envelope.ts";
import type { ChatUser } from "../chat/platform.ts";
import type { IncidentRefusal, LiveIncident, ResolvedIncident } from "../incident/contract.ts";
import type { Clock } from "../lib/clock.ts";
import type { IncidentId } from "../lib/id.ts";
import { incidentRefusalSentence } from "../notice/refusals.ts";
import { incidentSubject } from "../notice/subjects.ts";
import type { Attempt, Authority } from "./authority.ts";
import type { Executor } from "./execute.ts";
import { type Told, told } from "./guard.ts";
import type { Machines } from "./machines.ts";

interface Parts {
  readonly authority: Authority;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly clock: Clock;
}

/** Somebody who may, about an incident that is there. */
export interface IncidentClick {
  readonly person: Person;
  readonly actor: Actor;
  readonly incident: LiveIncident;
  /** Audited, and told to them alone. */
  no(refusal: string, sentence: string): Promise<Told>;
}

export type OpenIncidentClick = IncidentClick & { readonly incident: Exclude<LiveIncident, ResolvedIncident> };

interface About {
  readonly user: ChatUser;
  readonly incidentId: IncidentId;
  readonly attempted: string;
  readonly what?: string | null;
}

export interface IncidentClicks {
  /** Goes on with the click when the incident is there and its clicker may do this; else they are told why not. */
  onKnown<Answer>(
    about: About & { readonly needs: "responder" | "anybody" },
    act: (click: IncidentClick) => Promise<Answer>,
  ): Promise<Answer | Told>;
  /** The same for a responder and an incident that is not resolved. */
  onUnresolved<Answer>(about: About, act: (click: OpenIncidentClick) => Promise<Answer>): Promise<Answer | Told>;
}

export function createIncidentClicks({ authority, executor, machines, clock }: Parts): IncidentClicks {
  const onKnown: IncidentClicks["onKnown"] = async ({ user, incidentId, attempted, what, needs }, act) => {
    const on = { stream: incidentSubject(incidentId), incidentId, what: what ?? null };
    const attempt: Attempt = { user, attempted, on, cause: "click" };
    const admission = await authority.admit(attempt, needs);
    if (!admission.admitted) return told(admission.sentence);
    const { person, actor } = admission;
    const no = async (refusal: string, sentence: string): Promise<Told> => {
      await authority.refuse(attempt, person, refusal);
      return told(sentence);
    };
    const incident = await executor.read(machines.incident, incidentId);
    if (incident.status === "none") {
      return no("unknown-incident", incidentRefusalSentence("unknown-incident", incident, clock.now()));
    }
    return act({ person, actor, incident, no });
  };
  return {
    onKnown,
    onUnresolved: (about, act) =>
      onKnown({ ...about, needs: "responder" }, async (click) => {
        const { incident, no } = click;
        if (incident.status !== "resolved") return act({ ...click, incident });
        const refusal: IncidentRefusal = "already-resolved";
        return no(refusal, incidentRefusalSentence(refusal, incident, clock.now()));
      }),
  };
}
