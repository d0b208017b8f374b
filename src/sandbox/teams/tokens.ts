import { createHmac, createSign, generateKeyPair, generateKeyPairSync, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Clock } from "../../lib/clock.ts";

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#bot-to-connector */
const ISSUER = "https://api.botframework.com";
const VALID_MS = 3_600_000;
const RSA = { modulusLength: 2048 } as const;

type KeyName = "msteams" | "webchat" | "bare" | "unpublished";

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Ways in which a token can differ from what the Bot Connector would send. */
export interface TokenChange {
  readonly audience?: string;
  readonly issuer?: string;
  /** Null: the claim is left out. */
  readonly serviceUrl?: string | null;
  readonly notBeforeMs?: number;
  readonly expiresAtMs?: number;
  readonly algorithm?: "RS256" | "HS256" | "none";
  /** Which key signs: the one for Teams, one for another channel, one for no channel at all, or one that nobody published. */
  readonly signedBy?: KeyName;
  /** Names another key than the one that signed. */
  readonly keyId?: string;
}

/** The Bot Connector's keys: it signs with them, and bots check with what is published. */
export class ConnectorKeys {
  readonly #appId: string;
  readonly #clock: Clock;
  readonly #published: KeyPair;

  private constructor(appId: string, clock: Clock, published: KeyPair) {
    this.#appId = appId;
    this.#clock = clock;
    this.#published = published;
  }

  /** A new pair of keys unless one is given. */
  static async make(appId: string, clock: Clock, given?: KeyPair): Promise<ConnectorKeys> {
    return new ConnectorKeys(appId, clock, given ?? (await promisify(generateKeyPair)("rsa", RSA)));
  }

  metadata(url: string): object {
    return {
      issuer: ISSUER,
      authorization_endpoint: "https://invalid.botframework.com",
      jwks_uri: `${url}/v1/.well-known/keys`,
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
    };
  }

  /** One key under three names: what a name is endorsed for is what counts. */
  keySet(): object {
    const { n, e } = this.#published.publicKey.export({ format: "jwk" });
    const named = (kid: KeyName, endorsements?: readonly string[]) => ({
      kty: "RSA",
      use: "sig",
      kid,
      x5t: kid,
      n,
      e,
      ...(endorsements === undefined ? {} : { endorsements }),
    });
    return { keys: [named("msteams", ["msteams"]), named("webchat", ["webchat"]), named("bare")] };
  }

  /** The token that goes with an activity, e.g. for `Authorization: Bearer …`. */
  token(serviceUrl: string, change: TokenChange = {}): string {
    const nowMs = this.#clock.now();
    const { signedBy = "msteams", algorithm = "RS256" } = change;
    const service = change.serviceUrl === undefined ? serviceUrl : change.serviceUrl;
    const header = { typ: "JWT", alg: algorithm, kid: change.keyId ?? signedBy, x5t: change.keyId ?? signedBy };
    const claims = {
      ...(service === null ? {} : { serviceurl: service }),
      nbf: Math.floor((change.notBeforeMs ?? nowMs) / 1000),
      exp: Math.floor((change.expiresAtMs ?? nowMs + VALID_MS) / 1000),
      iss: change.issuer ?? ISSUER,
      aud: change.audience ?? this.#appId,
    };
    const signed = `${encode(header)}.${encode(claims)}`;
    return `${signed}.${this.#sign(signed, algorithm, signedBy)}`;
  }

  #sign(text: string, algorithm: "RS256" | "HS256" | "none", signedBy: KeyName): string {
    if (algorithm === "none") return "";
    if (algorithm === "HS256") {
      // The classic forgery: the public key used as a shared secret.
      const secret = this.#published.publicKey.export({ type: "spki", format: "pem" });
      return createHmac("sha256", secret).update(text).digest("base64url");
    }
    const key = signedBy === "unpublished" ? generateKeyPairSync("rsa", RSA).privateKey : this.#published.privateKey;
    return createSign("RSA-SHA256").update(text).sign(key, "base64url");
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
