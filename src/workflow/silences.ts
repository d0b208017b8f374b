import type { Threat } from "../detection/contract.ts";
import type { LiveIncident } from "../incident/contract.ts";
import type { Silence } from "../incident/silence.ts";
import { covers } from "../incident/silence-decide.ts";
import type { Clock } from "../lib/clock.ts";
import type { AccountSid } from "../lib/id.ts";
import { incidentSubject } from "../notice/subjects.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import type { FollowUp, IncidentIndex, SilenceIndex } from "./ports.ts";
import type { Wishes } from "./wishes.ts";

export type ActiveSilence = Extract<Silence, { readonly status: "active" }>;

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly silences: SilenceIndex;
  readonly incidents: IncidentIndex;
  readonly wishes: Wishes;
  /** Adds follow-ups that no event brings by itself, and hands them to the queue. */
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly clock: Clock;
}

export interface Silences {
  /** The silence that keeps this threat on this account from people now. */
  covering(accountSid: AccountSid, threat: Threat): Promise<ActiveSilence | null>;
  /**
   * The silence that keeps calls to this incident from people, now or at another moment since it was looked at last. An incident
   * that was last called to for a threat that it took in is kept from them only where both are silenced.
   */
  quieting(incident: LiveIncident, atMs?: number): Promise<ActiveSilence | null>;
  /** Those that share a threat on this account now, the one that ends first before the others. */
  beside(accountSid: AccountSid, threat: Threat | null): Promise<readonly ActiveSilence[]>;
  /** One that would make another over this account and threat (null: anything) pointless. */
  asWideAs(accountSid: AccountSid, threat: Threat | null): Promise<ActiveSilence | null>;
  /** The cards that tell of a silence: unresolved incidents of its account and threat. */
  refreshCards(accountSid: AccountSid, threat: Threat | null): Promise<void>;
}

/** What the index says of silences, with each one's own state and time looked at. */
export function createSilences(parts: Parts): Silences {
  const { executor, machines, silences, incidents, wishes, wish, clock } = parts;

  async function active(accountSid: AccountSid, atMs: number): Promise<readonly ActiveSilence[]> {
    const found: ActiveSilence[] = [];
    for (const id of await silences.activeOf(accountSid)) {
      const silence = await executor.read(machines.silence, id);
      if (silence.status === "active" && silence.untilMs > atMs) found.push(silence);
    }
    return found;
  }

  async function covering(accountSid: AccountSid, threat: Threat, atMs = clock.now()): Promise<ActiveSilence | null> {
    const all = await active(accountSid, atMs);
    return all.find((silence) => covers(silence, accountSid, threat, atMs)) ?? null;
  }

  return {
    covering: (accountSid, threat) => covering(accountSid, threat),

    async quieting({ alert: { accountSid, threat }, alarm }, atMs) {
      const own = await covering(accountSid, threat, atMs);
      return own === null || alarm === null || alarm.threat === threat ? own : covering(accountSid, alarm.threat, atMs);
    },

    async beside(accountSid, threat) {
      const all = await active(accountSid, clock.now());
      return all.filter((silence) => threat === null || silence.threat === null || silence.threat === threat);
    },

    async asWideAs(accountSid, threat) {
      const all = await active(accountSid, clock.now());
      return all.find((silence) => silence.threat === null || silence.threat === threat) ?? null;
    },

    async refreshCards(accountSid, threat) {
      const subjects: string[] = [];
      for (const id of await incidents.unresolvedOf(accountSid)) {
        const incident = await executor.read(machines.incident, id);
        if (incident.status === "none") continue;
        if (threat === null || incident.alert.threat === threat) subjects.push(incidentSubject(id));
      }
      await wish(wishes.notify(...subjects));
    },
  };
}
