import type { ChatHandlers } from "../chat/platform.ts";
import type { Card } from "../notice/card.ts";

const TRY_AGAIN = "Tollgate is being checked at this moment, and nothing was done. Try again in a few seconds.";

/**
 * Nobody speaks to the doctor. But where Slack spreads what people do over all open sockets, a click that was meant for the
 * running Tollgate may arrive here: its person is told to try again.
 */
export const nobody: ChatHandlers = {
  press: async () => ({ kind: "told", text: TRY_AGAIN }),
  submit: async () => ({ kind: "told", text: TRY_AGAIN }),
  command: async () => ({ card: tryAgain(), isShared: false }),
  unknownPress: async () => TRY_AGAIN,
  home: async () => tryAgain(),
  view: async () => null,
  refOf: async () => null,
};

function tryAgain(): Card {
  return {
    subject: "doctor",
    heading: "Tollgate is being checked",
    elements: [{ kind: "text", text: [TRY_AGAIN] }],
    buttons: [],
    overflow: [],
    note: null,
    fallback: TRY_AGAIN,
    tone: "calm",
  };
}
