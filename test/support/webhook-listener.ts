import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export interface ReceivedWebhook {
  readonly method: string;
  /** With query, without host. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly form: Record<string, string>;
  /** As it came: what a JSON post is read from. */
  readonly body: string;
}

export interface WebhookListener extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** The statuses to answer next; 200 when there is none left. */
  answerNext(...statuses: number[]): void;
  /** Resolves when so many have come. */
  waitFor(count: number): Promise<void>;
}

/** Somebody whom Twilio calls. */
export async function listenForWebhooks(): Promise<WebhookListener> {
  const received: ReceivedWebhook[] = [];
  const statuses: number[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString("utf8");
    const form = Object.fromEntries(new URLSearchParams(body));
    received.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, form, body });
    response.statusCode = statuses.shift() ?? 200;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the listener has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    answerNext: (...next) => {
      statuses.push(...next);
    },
    waitFor: async (count) => {
      while (received.length < count) await pause(5);
    },
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
