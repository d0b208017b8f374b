import { threatTitle } from "../detection/threats.ts";
import type { Silence, SilenceCommand, SilenceEvent, SilenceRefusal } from "../incident/silence.ts";
import { decideSilence, evolveSilence, noSilence } from "../incident/silence-decide.ts";
import { unreachable } from "../lib/decision.ts";
import { ABOUT_NOTHING, type Machine } from "./execute.ts";
import { atOnce } from "./wishes.ts";

export type SilenceMachine = Machine<Silence, SilenceCommand, SilenceEvent, SilenceRefusal>;

/** The cards of the incidents that it covers are not among what follows: a silence does not know them, `silences.ts` finds them. */
export const silenceMachine: SilenceMachine = {
  kind: "silence",
  initial: noSilence,
  decide: decideSilence,
  evolve: evolveSilence,
  reactionsTo(event, state) {
    if (state.status === "none") return [];
    switch (event.type) {
      case "silence-started":
        return [{ job: "lapse", key: state.id, dueAtMs: state.untilMs }];
      case "silence-held-back":
        return [];
      case "silence-ended":
        // What it held back is raised and its incidents are told as when its time is over.
        return [atOnce("detect", state.accountSid), atOnce("lapse", state.id)];
      case "silence-lapsed":
        // An attack that still goes on is told as it is now. The rest does the job that brought this event: it is not done yet.
        return [atOnce("detect", state.accountSid)];
      default:
        return unreachable(event);
    }
  },
  indexOf: (state) =>
    state.status === "none"
      ? []
      : [
          {
            table: "silence",
            id: state.id,
            accountSid: state.accountSid,
            threat: state.threat,
            status: state.status,
            untilMs: state.untilMs,
          },
        ],
  about: (state) =>
    state.status === "none"
      ? ABOUT_NOTHING
      : {
          accountSid: state.accountSid,
          incidentId: state.incidentId,
          what: state.threat === null ? "Anything" : threatTitle(state.threat),
        },
};
