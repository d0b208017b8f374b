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

const KEPT_FOR_MS = 24 * 3_600_000;
/** A new key is looked for when a token names one that is not known; forged names must not make us ask without end. */
const ASKED_AGAIN_AFTER_MS = 60_000;
const TIMEOUT_MS = 3000;

/** Microsoft's keys by their names. Answers undefined for an unknown one; throws a `Fault` when none could ever be read. */
export function createSigningKeys(options: {
  readonly metadataUrl: string;
  readonly clock: Clock;
  readonly log: Log;
}): (keyId: string) => Promise<SigningKey | undefined> {
  const { clock, log } = options;
  let keys: ReadonlyMap<string, SigningKey> | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    askedAtMs = clock.now();
    try {
      const metadata = Metadata.parse(await fetchJson(options.metadataUrl));
      keys = keysOf(KeySet.parse(await fetchJson(metadata.jwks_uri)));
    } catch (cause) {
      log.warn({ kind: "unavailable" }, "Microsoft's signing keys could not be read");
      if (keys === undefined) throw new Fault("unavailable", "teams: the signing keys could not be read", { cause });
    }
  }

  function askOnce(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  return async (keyId) => {
    const ageMs = clock.now() - askedAtMs;
    // The age is negative when the clock was set back.
    const isDue = keys === undefined || ageMs > KEPT_FOR_MS || ageMs < 0;
    const isUnknown = keys?.has(keyId) === false && ageMs > ASKED_AGAIN_AFTER_MS;
    if (isDue || isUnknown) await askOnce();
    return keys?.get(keyId);
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
