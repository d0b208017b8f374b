import type { FastifyInstance } from "fastify";
import webhooks from "twilio/lib/webhooks/webhooks.js";
import type { Health } from "../../src/http/health.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { createServer, type ServerTimeouts } from "../../src/http/server.ts";
import { Fault } from "../../src/lib/fault.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import { createLog } from "../../src/lib/log.ts";
import type { Secret } from "../../src/lib/secret.ts";
import { signalSources } from "../../src/signal/index.ts";
import type { WebhookVerifier } from "../../src/workflow/ports.ts";
import { memorySignalStore } from "./memory-signal-store.ts";

const PUBLIC_URL = "https://bot.example.com";
export const PARENT = `AC${"1".repeat(32)}` as AccountSid;
export const SUBACCOUNT = `AC${"3".repeat(32)}` as AccountSid;
export const STRANGER = `AC${"9".repeat(32)}` as AccountSid;
const TOKENS: Readonly<Record<string, string>> = {
  [PARENT]: "0123456789abcdef0123456789abcdef",
  [SUBACCOUNT]: "fedcba9876543210fedcba9876543210",
};

type Params = Readonly<Record<string, string | readonly string[]>>;

/** Signs as Twilio does, by Twilio's own SDK. */
export function sign(path: string, params: Params, accountSid: string = PARENT): string {
  return webhooks.getExpectedTwilioSignature(TOKENS[accountSid] ?? "", PUBLIC_URL + path, { ...params });
}

/** A JSON post is signed through the hash of its bytes, by Twilio's own SDK too. */
export function signedJson(path: string, body: string, accountSid: string = PARENT) {
  const signedPath = `${path}${path.includes("?") ? "&" : "?"}bodySHA256=${webhooks.getExpectedBodyHash(body)}`;
  return { path: signedPath, signature: sign(signedPath, {}, accountSid) };
}

/** The port by the rule of Twilio's documentation, checked by Twilio's SDK: what these tests need of a verifier, without the API. */
function sdkVerifier(isDown: () => boolean): WebhookVerifier {
  return {
    async verifyJson({ accountSid, originalUrl, signature, rawBody }) {
      if (isDown()) return "unavailable";
      const token = TOKENS[accountSid];
      if (token === undefined) return "unknown-account";
      const [url, body] = [PUBLIC_URL + originalUrl, Buffer.from(rawBody).toString("utf8")];
      const isSigned =
        url.includes("bodySHA256=") && webhooks.validateRequestWithBody(token, signature ?? "", url, body);
      return isSigned ? "valid" : "bad-signature";
    },
    covers: async (accountSid, other) => other === accountSid || (accountSid === PARENT && other in TOKENS),
    async verify({ accountSid, originalUrl, signature, params, bodyAccountSid }) {
      if (isDown()) return "unavailable";
      const isOwnSubaccount = accountSid === PARENT && bodyAccountSid !== undefined && bodyAccountSid in TOKENS;
      const signers = isOwnSubaccount ? [accountSid, bodyAccountSid] : [accountSid];
      const tokens = signers.flatMap((sid) => TOKENS[sid] ?? []);
      if (tokens.length === 0) return "unknown-account";
      const isSigned = tokens.some((token) =>
        webhooks.validateRequest(token, signature ?? "", PUBLIC_URL + originalUrl, { ...params }),
      );
      if (!isSigned) return "bad-signature";
      return bodyAccountSid === undefined || bodyAccountSid === accountSid || isOwnSubaccount
        ? "valid"
        : "account-mismatch";
    },
  };
}

/** A verifier that must know where the server listens. */
function late(verifier: () => WebhookVerifier): WebhookVerifier {
  return {
    verify: (request) => verifier().verify(request),
    verifyJson: (request) => verifier().verifyJson(request),
    covers: (accountSid, other) => verifier().covers(accountSid, other),
  };
}

interface Setup {
  /** Asked for when the server listens. */
  readonly verifier?: () => WebhookVerifier;
  readonly nowMs?: number;
  readonly perAccountPerMinute?: number;
  readonly losesSinkTests?: boolean;
  readonly metricsToken?: Secret;
  readonly timeouts?: ServerTimeouts;
  readonly health?: Partial<Health>;
  readonly routes?: (server: FastifyInstance) => Promise<void>;
}

/** The real server on a free port with a store in memory. Close it. */
export async function startIntake(setup: Setup = {}) {
  const signals = memorySignalStore();
  const metrics = createMetrics();
  const fresh: AccountSid[] = [];
  const heard: string[] = [];
  const refused: AccountSid[] = [];
  const sinkTests: (readonly [AccountSid, ...string[]])[] = [];
  let nowMs = setup.nowMs ?? Date.parse("2026-11-21T12:00:00Z");
  let hasNoTokens = false;
  const server = createServer({
    host: "127.0.0.1",
    port: 0,
    log: createLog("silent"),
    intake: {
      sources: signalSources,
      verifier: setup.verifier === undefined ? sdkVerifier(() => hasNoTokens) : late(setup.verifier),
      signals: signals.store,
      clock: { now: () => nowMs },
      perAccountPerMinute: () => setup.perAccountPerMinute ?? 10_000,
      onFresh: (accountSid) => fresh.push(accountSid),
      onHeard: (source, accountSid) => heard.push(`${source} ${accountSid}`),
      onRefused: (accountSid) => refused.push(accountSid),
      keepSinkTests: async (accountSid, testIds) => {
        if (setup.losesSinkTests === true) throw new Fault("unavailable", "the store is down");
        sinkTests.push([accountSid, ...testIds]);
      },
    },
    metrics,
    health: {
      canStore: async () => {},
      troubles: async () => [],
      pollLagSeconds: async () => new Map(),
      ...setup.health,
    },
    metricsToken: setup.metricsToken ?? null,
    ...(setup.timeouts === undefined ? {} : { timeouts: setup.timeouts }),
  });
  if (setup.routes !== undefined) server.register(setup.routes);
  const address = await server.listen();

  return {
    address,
    port: Number(new URL(address).port),
    signals,
    fresh,
    heard,
    refused,
    sinkTests,
    close: (graceMs?: number) => server.close(graceMs),
    passMs: (ms: number) => {
      nowMs += ms;
    },
    loseTokens: () => {
      hasNoTokens = true;
    },
    /** A form as Twilio posts it, signed for the account in the path unless told otherwise. */
    post: (path: string, params: Readonly<Record<string, string>>, headers: Record<string, string> = {}) =>
      fetch(address + path, {
        method: "POST",
        headers: { "x-twilio-signature": sign(path, params, path.split("/")[3]?.split("?")[0]), ...headers },
        body: new URLSearchParams(params),
      }),
    /** The same for a JSON body: a text is sent as it is. */
    postJson: (path: string, json: unknown, headers: Record<string, string> = {}) => {
      const body = typeof json === "string" ? json : JSON.stringify(json);
      const signed = signedJson(path, body, path.split("/")[3]?.split("?")[0]);
      return fetch(address + signed.path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-twilio-signature": signed.signature, ...headers },
        body,
      });
    },
    /** `tollgate_webhooks_total` of one source and outcome. */
    async counted(source: string, outcome: string): Promise<number> {
      const { body } = await metrics.text();
      const line = new RegExp(`^tollgate_webhooks_total\\{source="${source}",outcome="${outcome}"\\} (\\d+)$`, "m");
      return Number(line.exec(body)?.[1] ?? 0);
    },
    metricsText: async () => (await metrics.text()).body,
  };
}

export type IntakeServer = Awaited<ReturnType<typeof startIntake>>;
