import type { App, Receiver } from "@slack/bolt";
import type { FastifyInstance } from "fastify";
import { orLate } from "../../lib/deadline.ts";
import type { Log } from "../../lib/log.ts";

/** Where Slack's requests come in: over HTTP (`receiver.ts`) or over a web socket (`socket.ts`). */
export interface SlackDoor extends Receiver {
  register(fastify: FastifyInstance): void;
  /** Answers within a few seconds, open or not. */
  start(): Promise<void>;
  /** What keeps Slack's requests from coming in now, with the way out; null when nothing is known to. */
  problem(): string | null;
  /** What `doctor` tries of it; null when there is nothing that only we can try. */
  readonly rehearsal: { readonly name: string; try(): Promise<string | null> } | null;
}

/** For answers that are on their way when we stop. */
const STOP_WITHIN_MS = 4000;

/** What was said to Slack's request: nothing, a text, or JSON such as `response_action`. */
export type Ack = { readonly isHandled: boolean; readonly answer: unknown };

/** Hands requests to Bolt and knows which are not finished. */
export function createDispatcher(log: Log) {
  const running = new Set<Promise<void>>();
  return {
    /** Resolves at the acknowledgement; what the app does after it goes on. */
    acknowledged(app: App, body: Readonly<Record<string, unknown>>, retryNum: number | undefined): Promise<Ack> {
      return new Promise((resolve) => {
        const work = app
          .processEvent({
            body: { ...body },
            ack: async (answer: unknown) => resolve({ isHandled: true, answer }),
            ...(retryNum === undefined ? {} : { retryNum }),
          })
          .catch((error: unknown) => {
            log.error({ err: error instanceof Error ? error : new Error(String(error)) }, "request from Slack failed");
          })
          .then(() => resolve({ isHandled: false, answer: undefined }))
          .finally(() => running.delete(work));
        running.add(work);
      });
    },
    async settle(): Promise<void> {
      await orLate(Promise.allSettled(running), STOP_WITHIN_MS);
    },
  };
}
