import type { Alert } from "../detection/contract.ts";
import type { LiveIncident } from "../incident/contract.ts";
import type { HeldBack, Silence } from "../incident/silence.ts";
import { isMeantFor } from "../incident/silence-decide.ts";
import type { IncidentId, SilenceId } from "../lib/id.ts";
import { alarmSubject, reminderSubject } from "../notice/subjects.ts";
import { actorName } from "../notice/views.ts";
import type { Because, Executor } from "./execute.ts";
import type { Hear } from "./hear.ts";
import { done, type JobHandler, later } from "./job.ts";
import type { Machines } from "./machines.ts";
import type { IncidentIndex, MessageStore } from "./ports.ts";
import type { Silences } from "./silences.ts";
import { parseSubject } from "./subjects.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly incidents: IncidentIndex;
  readonly messages: Pick<MessageStore, "postedAs">;
  readonly silences: Silences;
  readonly hear: Hear;
}

type PastSilence = Extract<Silence, { readonly status: "over" }>;

const because: Because = { actor: { kind: "tollgate", part: "timer" }, cause: "timer" };

/**
 * Tells a silence that its time may be over, and people what it kept from them. It may come early, late or twice: the machine
 * decides, by its own clock, and what was told once is not told again. A person who ends a silence wishes for it as well. Not
 * done before everything was told, so a crash between repeats it.
 */
export function createLapse({ executor, machines, incidents, messages, silences, hear }: Parts): JobHandler {
  /** As though it came now, unless another silence covers it: that one holds it back then. */
  async function raiseHeldBack(silence: PastSilence): Promise<void> {
    for (const held of worstFirst(silence.heldBack)) await hear(alertOf(held, silence));
  }

  /** What happened to incidents that were there all along was on their cards, and called nobody. */
  async function callForMissed(silence: PastSilence): Promise<void> {
    const overAtMs = Math.min(silence.untilMs, silence.endedAtMs);
    for (const id of await incidents.unresolvedOf(silence.accountSid)) {
      const incident = await executor.read(machines.incident, id);
      if (incident.status === "none" || !wasQuieted(incident, silence)) continue;
      // Another silence goes on: when that one is over, this is looked at again.
      if ((await silences.quieting(incident)) !== null) continue;
      const heardAtMs = await postedMoments(id);
      await executor.execute(machines.incident, id, { type: "unsilence", overAtMs, heardAtMs }, because);
    }
  }

  async function postedMoments(id: IncidentId): Promise<readonly number[]> {
    const beginnings = [alarmSubject(id, 0), reminderSubject(id, 0)].map((subject) => subject.slice(0, -1));
    const posted = await Promise.all(beginnings.map((beginning) => messages.postedAs(beginning)));
    return posted.flat().flatMap((text) => {
      const subject = parseSubject(text);
      return subject !== undefined && "atMs" in subject ? [subject.atMs] : [];
    });
  }

  return async (key) => {
    const { state, ...told } = await executor.execute(machines.silence, key as SilenceId, { type: "lapse" }, because);
    if (state.status === "none") return done;
    if (!told.accepted && told.refusal === "silence-not-over") return later(state.untilMs);
    // Also when it was over before: a person ended it, or we died before all of this was done.
    if (state.status === "over") {
      await raiseHeldBack(state);
      await callForMissed(state);
    }
    await silences.refreshCards(state.accountSid, state.threat);
    return done;
  };
}

function wasQuieted({ alert, alarm }: LiveIncident, silence: PastSilence): boolean {
  const threats = [alert.threat, alarm?.threat ?? alert.threat];
  return threats.some((threat) => isMeantFor(silence, alert.accountSid, threat));
}

/** A milder one after it is nothing new then, and nobody is called twice. */
function worstFirst(heldBack: readonly HeldBack[]): readonly HeldBack[] {
  return heldBack.toSorted((one, other) => Number(other.severity === "critical") - Number(one.severity === "critical"));
}

function alertOf({ atMs: _atMs, ...alert }: HeldBack, { by, reason }: PastSilence): Alert {
  const why = { label: "Held back by a silence", value: `${actorName(by)}: ${reason}` };
  return { ...alert, evidence: [...alert.evidence, why] };
}
