import { orLate } from "../../lib/deadline.ts";
import type { Conversations } from "./conversations.ts";
import { Heard, pressedOf } from "./payload.ts";
import { receiveCommand } from "./receive-command.ts";
import { type ReceiveOptions, report } from "./receive-context.ts";
import { receiveFetch, receiveSubmit } from "./receive-dialog.ts";
import { receiveAction, receiveValue } from "./receive-press.ts";
import type { HttpAnswer, OnActivity } from "./transport.ts";

const THANK_YOU: HttpAnswer = { status: 200 };
/** To invokes that are not ours. */
const NOT_IMPLEMENTED: HttpAnswer = { status: 501 };
/** An address that is not stored in time comes again with the next activity. */
const STORED_WITHIN_MS = 500;
const STOP_WITHIN_MS = 5000;

export interface Receiver {
  readonly onActivity: OnActivity;
  /** Waits for answers that are on their way, five seconds at most. */
  close(): Promise<void>;
}

/** Leads what people do in Teams to the handlers and the answers back. Nobody's click is ever met with silence. */
export function createReceiver(options: ReceiveOptions & { readonly conversations: Conversations }): Receiver {
  const { conversations, log } = options;
  const running = new Set<Promise<void>>();

  /** Teams gives up on a turn after some seconds, so what is answered by a message is answered after it. */
  function later(work: Promise<void>): HttpAnswer {
    const watched = work.catch((error: unknown) => report(error, log)).finally(() => running.delete(watched));
    running.add(watched);
    return THANK_YOU;
  }

  async function answer(heard: Heard): Promise<HttpAnswer> {
    switch (heard.type) {
      case "message": {
        const pressed = pressedOf(heard.value);
        return later(pressed === null ? receiveCommand(heard, options) : receiveValue(heard, pressed, options));
      }
      case "invoke":
        return answerInvoke(heard, options);
      default:
        // The app was installed, or somebody joined: where that was is all there is to know.
        return THANK_YOU;
    }
  }

  return {
    async onActivity(activity) {
      const heard = Heard.safeParse(activity);
      if (!heard.success) {
        log.error({ kind: String(activity["type"]).slice(0, 32) }, "Teams sent something in a form that is not known");
        return activity["type"] === "invoke" ? NOT_IMPLEMENTED : THANK_YOU;
      }
      await orLate(conversations.heard(heard.data), STORED_WITHIN_MS);
      return answer(heard.data);
    },
    close: async () => {
      await orLate(Promise.allSettled(running), STOP_WITHIN_MS);
    },
  };
}

async function answerInvoke(heard: Heard, options: ReceiveOptions): Promise<HttpAnswer> {
  switch (heard.name) {
    case "adaptiveCard/action":
      return receiveAction(heard, options);
    case "task/fetch":
      return receiveFetch(heard, options);
    case "task/submit":
      return receiveSubmit(heard, options);
    default:
      return NOT_IMPLEMENTED;
  }
}
