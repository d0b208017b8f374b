import { z } from "zod";
import { orLate, within } from "../../lib/deadline.ts";
import { Fault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { Secret } from "../../lib/secret.ts";
import { fetchWithRetryAfter, quietLogger } from "./api.ts";
import type { Ack } from "./door.ts";
import { toFault } from "./errors.ts";
import { BUDGET_MS } from "./limits.ts";

/** One web socket to Slack. */
export interface Connection {
  /** Why it ended: Slack's word, or `closed` when the line broke. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

/** From the request for an address to Slack's hello. */
const HELLO_WITHIN_MS = 10_000;
/** For Slack's part of the closing; the library would wait half a minute. */
const POLITE_MS = 1000;

const Envelope = z.looseObject({
  body: z.record(z.string(), z.unknown()),
  ack: z.custom<(answer?: unknown) => Promise<void>>((value) => typeof value === "function"),
  retry_num: z.number().optional(),
});
const Disconnect = z.looseObject({ type: z.literal("disconnect"), reason: z.string().default("closed") });

/** Throws `Fault`. `receive` answers what is to be said to Slack about one request. */
export async function connect(options: {
  readonly appToken: Secret;
  readonly apiUrl: string | undefined;
  readonly log: Log;
  readonly receive: (body: Readonly<Record<string, unknown>>, retryNum: number | undefined) => Promise<Ack>;
}): Promise<Connection> {
  const { log } = options;
  const { SocketModeReceiver } = await import("@slack/bolt");
  const { client } = new SocketModeReceiver({
    appToken: options.appToken.reveal(),
    autoReconnectEnabled: false,
    logger: quietLogger(log),
    installerOptions: {
      clientOptions: {
        ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
        timeout: BUDGET_MS.webApi,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        fetch: fetchWithRetryAfter,
      },
    },
  });

  const sentAway = new Promise<string>((resolve) => {
    client.on("ws_message", (data: unknown) => {
      const said = typeof data === "string" ? disconnectReason(data) : undefined;
      if (said === undefined) return;
      // The next connection need not wait until this one is politely closed.
      resolve(said);
      void end();
    });
  });
  const broken = new Promise<string>((resolve) => {
    client.on("disconnected", () => resolve("closed"));
  });
  client.on("slack_event", (event: unknown) => {
    void answer(event);
  });

  async function answer(event: unknown): Promise<void> {
    const envelope = Envelope.safeParse(event);
    if (!envelope.success) return log.error({}, "Slack sent something in a form that is not known");
    const { body, ack, retry_num: retryNum } = envelope.data;
    const said = await options.receive(body, retryNum);
    if (!said.isHandled) return log.warn({}, "Slack sent something that nobody handles");
    // A line that broke meanwhile takes no answer. What was done is done, and Slack shows that it heard nothing.
    await ack(said.answer).catch(() => log.warn({}, "an answer found no web socket to Slack"));
  }

  async function end(): Promise<void> {
    const isLate = (await orLate(client.disconnect(), POLITE_MS)) === "late";
    // Asked a second time, the library cuts the line.
    if (isLate) await orLate(client.disconnect(), POLITE_MS);
  }

  /** Why Slack sends us away before its hello says more than that no hello came. */
  async function refused(): Promise<never> {
    throw new Fault("unavailable", "slack: the web socket was closed at once", { code: await sentAway });
  }

  try {
    await within(HELLO_WITHIN_MS, "slack: a web socket", Promise.race([client.start(), refused()]));
  } catch (error) {
    await end();
    throw toFault(error, "apps.connections.open");
  }
  return { closed: Promise.race([sentAway, broken]), close: end };
}

function disconnectReason(text: string): string | undefined {
  try {
    return Disconnect.safeParse(JSON.parse(text)).data?.reason;
  } catch {
    return undefined;
  }
}
