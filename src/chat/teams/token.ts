import type { Clock } from "../../lib/clock.ts";
import type { SigningKey } from "./signing-keys.ts";

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#connector-to-bot */
const ISSUER = "https://api.botframework.com";
const ALGORITHM = "RS256";
const SKEW_SECONDS = 5 * 60;

export interface ValidToken {
  readonly verdict: "valid";
  readonly serviceUrl: string;
  /** Channels that its key may speak for. */
  readonly endorsements: readonly string[];
}

type TokenVerdict = ValidToken | { readonly verdict: "no-token" | "unknown-key" | "bad-token" | "no-service-url" };

/**
 * Whether the Bot Connector made this token for us. Throws a `Fault` when its keys cannot be read.
 *
 * botbuilder's own check is not asked: it takes keys that are endorsed for nothing, answers some forgeries with 500 and prints
 * them, waits for Microsoft's keys without end, and lets nobody in once its own are a day old.
 */
export async function createTokenCheck(options: {
  readonly appId: string;
  readonly keyOf: (keyId: string) => Promise<SigningKey | undefined>;
  readonly clock: Clock;
}): Promise<(authorization: string | undefined) => Promise<TokenVerdict>> {
  // Loaded with botbuilder anyway, and so only by who uses Teams.
  const { default: jsonwebtoken } = await import("jsonwebtoken");

  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? "")?.[1];
    if (token === undefined) return { verdict: "no-token" };
    const header = jsonwebtoken.decode(token, { complete: true })?.header;
    if (header?.kid === undefined || header.alg !== ALGORITHM) return { verdict: "bad-token" };
    const key = await options.keyOf(header.kid);
    if (key === undefined) return { verdict: "unknown-key" };
    const claims = verified(token, key);
    // The library does not mind a token that never ends.
    if (typeof claims !== "object" || claims.exp === undefined) return { verdict: "bad-token" };
    const serviceUrl: unknown = claims["serviceurl"] ?? claims["serviceUrl"];
    if (typeof serviceUrl !== "string" || serviceUrl === "") return { verdict: "no-service-url" };
    return { verdict: "valid", serviceUrl, endorsements: key.endorsements };
  };

  function verified(token: string, key: SigningKey) {
    try {
      return jsonwebtoken.verify(token, key.publicKey, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: options.appId,
        clockTolerance: SKEW_SECONDS,
        clockTimestamp: Math.floor(options.clock.now() / 1000),
      });
    } catch {
      return undefined;
    }
  }
}
