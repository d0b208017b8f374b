import type { Person } from "../approval/contract.ts";
import type { Actor } from "../audit/envelope.ts";
import type { ChatUser, PressAnswer } from "../chat/platform.ts";
import type { Threat } from "../detection/contract.ts";
import { threatTitle } from "../detection/threats.ts";
import type { HeldBack, Silence } from "../incident/silence.ts";
import type { Clock } from "../lib/clock.ts";
import type { AccountSid, IncidentId, SilenceId } from "../lib/id.ts";
import { silenceRefusalSentence } from "../notice/refusals.ts";
import { actorName } from "../notice/views.ts";
import { sentenceList, span } from "../notice/words.ts";
import type { Attempt, Authority } from "./authority.ts";
import type { Executor } from "./execute.ts";
import { type Told, told } from "./guard.ts";
import type { Machines } from "./machines.ts";
import type { Silences } from "./silences.ts";

type PastSilence = Extract<Silence, { readonly status: "over" }>;

interface Parts {
  readonly authority: Authority;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly silences: Silences;
  readonly newId: () => string;
  readonly clock: Clock;
}

export interface WantedSilence {
  readonly accountSid: AccountSid;
  /** Null: whatever it is. */
  readonly threat: Threat | null;
  /** From whose card; missing: from none. */
  readonly incidentId?: IncidentId;
  readonly reason: string;
  readonly forMs: number;
}

export interface SilenceClicks {
  end(user: ChatUser, id: SilenceId): Promise<PressAnswer>;
  /** For a responder who was admitted already. */
  start(
    attempt: Attempt,
    by: { readonly person: Person; readonly actor: Actor },
    wanted: WantedSilence,
  ): Promise<{ readonly kind: "done" } | Told>;
}

export function createSilenceClicks(parts: Parts): SilenceClicks {
  const { authority, executor, machines, silences, clock } = parts;

  /** What is true now: another silence may go on. */
  async function overSentence({ accountSid, threat, heldBack }: PastSilence): Promise<string> {
    const others = await silences.beside(accountSid, threat);
    if (others.length === 0) return `The silence is over. ${heldBackWords(heldBack)}`;
    const goOn = others.map((other) => {
      const what = other.threat === null ? "anything here" : `“${threatTitle(other.threat)}” here`;
      return `${actorName(other.by)} has silenced ${what} for ${span(other.untilMs - clock.now())} more`;
    });
    return `This silence is over, but ${sentenceList(goOn)}: until then no incident opens for that.`;
  }

  return {
    async end(user, id) {
      const known = await executor.read(machines.silence, id);
      const about = machines.silence.about(known);
      const accountSid = known.status === "none" ? null : known.accountSid;
      const on = { stream: `silence-${id}`, incidentId: null, accountSid, what: about.what };
      const admission = await authority.admit({ user, attempted: "end-silence", on, cause: "click" }, "responder");
      if (!admission.admitted) return told(admission.sentence);
      const { actor } = admission;
      const ended = await executor.execute(machines.silence, id, { type: "end", by: actor }, { actor, cause: "click" });
      if (!ended.accepted) return told(silenceRefusalSentence(ended.refusal, ended.state, clock.now()));
      if (ended.state.status !== "none") await silences.refreshCards(ended.state.accountSid, ended.state.threat);
      return told(ended.state.status === "over" ? await overSentence(ended.state) : "The silence is over.");
    },

    async start(attempt, { person, actor }, wanted) {
      const { accountSid, threat, forMs, ...about } = wanted;
      const standing = await silences.asWideAs(accountSid, threat);
      if (standing !== null) {
        await authority.refuse(attempt, person, "already-silenced");
        return told(silenceRefusalSentence("already-silenced", standing, clock.now()));
      }
      const id = parts.newId() as SilenceId;
      const untilMs = clock.now() + forMs;
      const command = { type: "silence", id, accountSid, threat, by: actor, untilMs, ...about } as const;
      const begun = await executor.execute(machines.silence, id, command, { actor, cause: "click" });
      if (!begun.accepted) return told(silenceRefusalSentence(begun.refusal, begun.state, clock.now()));
      await silences.refreshCards(accountSid, threat);
      return { kind: "done" };
    },
  };
}

function heldBackWords(heldBack: readonly HeldBack[]): string {
  if (heldBack.length === 0) return "It has held back nothing.";
  const threats = [...new Set(heldBack.map(({ threat }) => threatTitle(threat)))];
  return `What it held back opens an incident at once: ${sentenceList(threats)}.`;
}
