import { orLate } from "../../lib/deadline.ts";
import type { Conversations } from "./conversations.ts";
import { BUDGET_MS } from "./limits.ts";
import { Heard, pressedOf } from "./payload.ts";
import { receiveCommand } from "./receive-command.ts";
import { type ReceiveOptions, report } from "./receive-context.ts";
import { receiveFetch, receiveSubmit } from "./receive-dialog.ts";
import { receiveAction, receiveValue } from "./receive-press.ts";
import type { HttpAnswer, OnActivity } from "./transport.ts";

const THANK_YOU: HttpAnswer = { status: 200 };
/** To invokes that are not ours. */
const NOT_IMPLEMENTED: HttpAnswer = { status: 501 };
/** However long it took to learn who sent it, somebody is told something. */
const LEAST_BUDGET_MS = 500;
/** An address that is not stored in time comes again with the next activity. */
const STORED_WITHIN_MS = 500;
const STOP_WITHIN_MS = 5000;

export interface Receiver {
  readonly onActivity: OnActivity;
  /** Waits for answers that are on their way, five seconds at most. */
  close(): Promise<void>;
}

/** Leads what people do in Teams to the handlers and the answers back. Nobody's click is ever met with silence. */
export function createReceiver(
  parts: Omit<ReceiveOptions, "later"> & { readonly conversations: Conversations },
): Receiver {
  const { conversations, log } = parts;
  const running = new Set<Promise<void>>();
  const options: ReceiveOptions = { ...parts, later };

  function later(work: Promise<unknown>): void {
    const watched = work
      .then(() => {})
      .catch((error: unknown) => report(error, log))
      .finally(() => running.delete(watched));
    running.add(watched);
  }

  async function answer(heard: Heard, spentMs: number): Promise<HttpAnswer> {
    switch (heard.type) {
      case "message": {
        const pressed = pressedOf(heard.value);
        // Teams gives up on a turn after some seconds, so what is answered by a message is answered after it.
        later(pressed === null ? receiveCommand(heard, options) : receiveValue(heard, pressed, options));
        return THANK_YOU;
      }
      case "invoke":
        return answerInvoke(heard, Math.max(LEAST_BUDGET_MS, BUDGET_MS.invoke - Math.max(0, spentMs)), options);
      default:
        // The app was installed, or somebody joined: where that was is all there is to know.
        return THANK_YOU;
    }
  }

  return {
    async onActivity(activity, spentMs) {
      const heard = Heard.safeParse(activity);
      if (!heard.success) {
        log.error({ kind: String(activity["type"]).slice(0, 32) }, "Teams sent something in a form that is not known");
        return activity["type"] === "invoke" ? NOT_IMPLEMENTED : THANK_YOU;
      }
      await orLate(conversations.heard(heard.data), STORED_WITHIN_MS);
      return answer(heard.data, spentMs);
    },
    close: async () => {
      await orLate(Promise.allSettled(running), STOP_WITHIN_MS);
    },
  };
}

async function answerInvoke(heard: Heard, budgetMs: number, options: ReceiveOptions): Promise<HttpAnswer> {
  switch (heard.name) {
    case "adaptiveCard/action":
      return receiveAction(heard, budgetMs, options);
    case "task/fetch":
      return receiveFetch(heard, budgetMs, options);
    case "task/submit":
      return receiveSubmit(heard, budgetMs, options);
    default:
      return NOT_IMPLEMENTED;
  }
}
