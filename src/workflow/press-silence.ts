import type { Person } from "../approval/contract.ts";
import type { Actor } from "../audit/envelope.ts";
import type { ChatUser, PressAnswer } from "../chat/platform.ts";
import type { Threat } from "../detection/contract.ts";
import type { Clock } from "../lib/clock.ts";
import type { AccountSid, SilenceId } from "../lib/id.ts";
import { silenceRefusalSentence } from "../notice/refusals.ts";
import type { Attempt, Authority } from "./authority.ts";
import type { Executor } from "./execute.ts";
import { type Told, told } from "./guard.ts";
import type { Machines } from "./machines.ts";
import type { Silences } from "./silences.ts";

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
      return told("The silence is over. If something still goes on there, an incident opens at once.");
    },

    async start(attempt, { person, actor }, { accountSid, threat, reason, forMs }) {
      const standing = await silences.asWideAs(accountSid, threat);
      if (standing !== null) {
        await authority.refuse(attempt, person, "already-silenced");
        return told(silenceRefusalSentence("already-silenced", standing, clock.now()));
      }
      const id = parts.newId() as SilenceId;
      const untilMs = clock.now() + forMs;
      const command = { type: "silence", id, accountSid, threat, by: actor, reason, untilMs } as const;
      const begun = await executor.execute(machines.silence, id, command, { actor, cause: "click" });
      if (!begun.accepted) return told(silenceRefusalSentence(begun.refusal, begun.state, clock.now()));
      await silences.refreshCards(accountSid, threat);
      return { kind: "done" };
    },
  };
}
