import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Fault, isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { SlackApi } from "./api.ts";
import { BUDGET_MS, LIMITS } from "./limits.ts";
import type { Place } from "./payload.ts";
import type { Block } from "./render.ts";
import { escapedWithin } from "./text.ts";

/** What one person sees alone. `text` is mrkdwn. */
interface Private {
  readonly text: string;
  readonly blocks?: readonly Block[];
}

export type Answer = Required<Private> & {
  /** The same without pictures, for when Slack refuses one. */
  readonly inWords?: Required<Private>;
};

/** Says things to one person. Nothing here throws: a click that cannot be answered one way is answered another. */
export interface Teller {
  /** A plain sentence at the place of the click. */
  tell(place: Place, sentence: string): Promise<void>;
  /** An answer with blocks, through the URL that came with the request: it works where the bot is no member. `everybody`: all who are there read it. */
  respond(place: Place, answer: Answer, audience: "clicker" | "everybody"): Promise<void>;
  /** More of an answer that was given: no loss when Slack does not take it. */
  add(place: Place, answer: Answer, audience: "clicker" | "everybody"): Promise<void>;
}

/** Slack looks at an upload for a second or so before it may be shown; a response URL may be used five times. */
const PICTURE_SHOWS_AFTER_MS = [700, 3_000] as const;

const Posted = z.looseObject({});

export function createTeller(api: SlackApi, fallbackChannelId: string, log: Log): Teller {
  function ephemeral(place: Place, said: Private): Promise<unknown> {
    const args = {
      channel: place.channelId ?? fallbackChannelId,
      user: place.userId,
      ...(place.threadTs === null ? {} : { thread_ts: place.threadTs }),
      ...said,
    };
    return api.call("chat.postEphemeral", args, Posted);
  }

  /** The conversation with the app itself: always there, and the last resort. */
  function directly(place: Place, said: Private): Promise<unknown> {
    return api.call("chat.postMessage", { channel: place.userId, ...said }, Posted);
  }

  async function throughUrl(place: Place, said: Private, audience: "clicker" | "everybody"): Promise<void> {
    if (place.responseUrl === null) throw new Fault("rejected", "slack: there is no response_url");
    const thread = place.threadTs === null ? {} : { thread_ts: place.threadTs };
    await postResponse(place.responseUrl, {
      response_type: audience === "everybody" ? "in_channel" : "ephemeral",
      replace_original: false,
      ...thread,
      ...said,
    });
  }

  async function firstThatWorks(ways: readonly (() => Promise<unknown>)[]): Promise<void> {
    for (const [index, way] of ways.entries()) {
      try {
        await way();
        return;
      } catch (error) {
        if (!isFault(error)) throw error;
        const isLast = index === ways.length - 1;
        log[isLast ? "error" : "warn"]({ kind: error.kind, code: error.code }, "a private answer was not delivered");
      }
    }
  }

  return {
    async add(place, { inWords: _, ...answer }, audience) {
      for (const waitMs of PICTURE_SHOWS_AFTER_MS) {
        await sleep(waitMs);
        try {
          return await throughUrl(place, answer, audience);
        } catch (error) {
          if (!isFault(error)) throw error;
          log.debug({ kind: error.kind, code: error.code }, "Slack does not show a picture yet");
        }
      }
    },
    async tell(place, sentence) {
      const said = { text: escapedWithin(sentence, LIMITS.messageText) };
      await firstThatWorks([
        () => ephemeral(place, said),
        async () => throughUrl(place, said, "clicker"),
        () => directly(place, said),
      ]);
    },
    async respond(place, { inWords, ...answer }, audience) {
      const short = { text: `${answer.text}\n(The full answer could not be shown.)` };
      const words = inWords ?? answer;
      await firstThatWorks([
        async () => throughUrl(place, answer, audience),
        ...(answer.blocks.some(({ type }) => type === "image") ? [async () => throughUrl(place, words, audience)] : []),
        () => ephemeral(place, words),
        () => ephemeral(place, short),
        () => directly(place, short),
      ]);
    },
  };
}

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
async function postResponse(url: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(BUDGET_MS.personWaits),
  }).catch((cause: unknown) => {
    throw new Fault("unavailable", "slack: a response_url could not be reached", { cause });
  });
  if (response.ok) return;
  throw new Fault("rejected", `slack: a response_url answered HTTP ${response.status}`, {
    code: String(response.status),
  });
}
