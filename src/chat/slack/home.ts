import { z } from "zod";
import { isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { Card } from "../../notice/card.ts";
import type { ChatHandlers, ChatUser } from "../platform.ts";
import type { SlackApi } from "./api.ts";
import { type ContextFor, toHomeView } from "./render.ts";

const Published = z.looseObject({});

/** Each person's App Home. https://docs.slack.dev/surfaces/app-home */
export interface Home {
  /** Shows the latest state. Asked again meanwhile, it is looked at once more afterwards: an older state never stays. */
  publish(user: ChatUser): Promise<void>;
  show(userId: string, card: Card): Promise<void>;
}

export function createHome(options: {
  readonly api: SlackApi;
  readonly handlers: Pick<ChatHandlers, "home">;
  readonly contextFor: ContextFor;
  readonly log: Log;
}): Home {
  const { api, handlers, contextFor, log } = options;
  const publishing = new Map<string, { isAskedAgain: boolean }>();

  async function show(userId: string, card: Card): Promise<void> {
    const view = toHomeView(card, await contextFor(card.elements));
    try {
      await api.call("views.publish", { user_id: userId, view }, Published);
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn({ kind: error.kind, code: error.code }, "an App Home was not published");
    }
  }

  return {
    show,
    async publish(user) {
      const running = publishing.get(user.userId);
      if (running !== undefined) {
        running.isAskedAgain = true;
        return;
      }
      const own = { isAskedAgain: true };
      publishing.set(user.userId, own);
      try {
        while (own.isAskedAgain) {
          own.isAskedAgain = false;
          await show(user.userId, await handlers.home(user));
        }
      } finally {
        publishing.delete(user.userId);
      }
    },
  };
}
