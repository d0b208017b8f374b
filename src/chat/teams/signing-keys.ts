import { createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../lib/clock.ts";
import { Fault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import { isTrustedAddress } from "./addresses.ts";

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#openid-metadata-document */
export const METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration";

export interface SigningKey {
  readonly publicKey: KeyObject;
  /** Channels that this key may speak for. */
  readonly endorsements: readonly string[];
}

const Metadata = z.looseObject({ jwks_uri: z.string().refine(isTrustedAddress) });
const KeySet = z.looseObject({
  keys: z.array(
    z.looseObject({
      kty: z.string(),
      kid: z.string(),
      n: z.string().optional(),
      e: z.string().optional(),
      endorsements: z.array(z.string()).nullish(),
    }),
  ),
});

const HOUR_MS = 3_600_000;
const KEPT_FOR_MS = 24 * HOUR_MS;
/** A new key is looked for when a token names one that is not known; forged names must not make us ask without end. */
const ASKED_AGAIN_AFTER_MS = 60_000;
const TIMEOUT_MS = 3000;

export interface SigningKeys {
  /** Answers undefined for an unknown name; throws a `Fault` when none could ever be read. */
  keyOf(keyId: string): Promise<SigningKey | undefined>;
  /** Reads them when there are none or they are a day old. Throws a `Fault` when that fails. */
  read(): Promise<void>;
}

/**
 * Microsoft's keys by their names. Old ones count for as long as no new ones can be read, and nobody waits for those: a press
 * waits only when there is no key at all, or none of that name.
 */
export function createSigningKeys(options: {
  readonly metadataUrl: string;
  readonly clock: Clock;
  readonly log: Log;
}): SigningKeys {
  const { clock, log } = options;
  let keys: ReadonlyMap<string, SigningKey> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    askedAtMs = clock.now();
    try {
      const metadata = Metadata.parse(await fetchJson(options.metadataUrl));
      keys = keysOf(KeySet.parse(await fetchJson(metadata.jwks_uri)));
      readAtMs = askedAtMs;
    } catch (cause) {
      log.warn({ kind: "unavailable" }, "Microsoft's signing keys could not be read");
      const code = keys === undefined ? "none" : `${Math.floor((clock.now() - readAtMs) / HOUR_MS)} h`;
      throw new Fault("unavailable", "teams: the signing keys could not be read", { cause, code });
    }
  }

  function askOnce(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  function isOlderThan(ms: number, atMs: number): boolean {
    const ageMs = clock.now() - atMs;
    // The age is negative when the clock was set back.
    return ageMs > ms || ageMs < 0;
  }

  return {
    async keyOf(keyId) {
      const mayAsk = isOlderThan(ASKED_AGAIN_AFTER_MS, askedAtMs);
      // What went wrong is logged, and with old keys it keeps nobody out.
      const settled = () => askOnce().catch(() => {});
      if (keys === undefined) await askOnce();
      else if (!keys.has(keyId) && mayAsk) await settled();
      else if (isOlderThan(KEPT_FOR_MS, readAtMs) && mayAsk) void settled();
      return keys?.get(keyId);
    },
    async read() {
      if (isOlderThan(KEPT_FOR_MS, readAtMs)) await askOnce();
    },
  };
}

function keysOf({ keys }: z.infer<typeof KeySet>): ReadonlyMap<string, SigningKey> {
  return new Map(
    keys.flatMap(({ kty, kid, n, e, endorsements }) =>
      kty === "RSA" && n !== undefined && e !== undefined
        ? [
            [
              kid,
              { publicKey: createPublicKey({ key: { kty, n, e }, format: "jwk" }), endorsements: endorsements ?? [] },
            ],
          ]
        : [],
    ),
  );
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
  if (!response.ok) throw new Error(`${new URL(url).host} answered HTTP ${response.status}`);
  return response.json();
}
