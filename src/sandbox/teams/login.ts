import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../lib/clock.ts";
import { answerJson, readBody } from "../slack/http.ts";
import type { FaultBook } from "./faults.ts";

const VALID_SECONDS = 3_599;
const SCOPE = "https://api.botframework.com/.default";
const MICROSOFT = "login.microsoftonline.com";

export interface AppCredentials {
  readonly appId: string;
  readonly appPassword: string;
  readonly tenantId: string;
}

/**
 * Microsoft's login, as far as a bot needs it: client credentials, and the documents by which MSAL finds its way. All paths are
 * also there below `/login.microsoftonline.com`, for clients that move every host below one address; those are told Microsoft's
 * own addresses, which they then move again.
 */
export class Login {
  readonly #credentials: AppCredentials;
  readonly #clock: Clock;
  readonly #faults: FaultBook;
  readonly #issued = new Map<string, number>();
  #isRefusing = false;

  constructor(credentials: AppCredentials, clock: Clock, faults: FaultBook) {
    this.#credentials = credentials;
    this.#faults = faults;
    this.#clock = clock;
  }

  /** Every token that is out, or was. */
  get issued(): readonly string[] {
    return [...this.#issued.keys()];
  }

  /** The secret has expired, or somebody removed it: no new token, and those that are out count no more. */
  refuse(): void {
    this.#isRefusing = true;
    this.#issued.clear();
  }

  accept(): void {
    this.#isRefusing = false;
  }

  isValid(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
    return token !== undefined && (this.#issued.get(token) ?? 0) > this.#clock.now();
  }

  /** True when the address was one of login's, and is answered. */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const moved = `/${MICROSOFT}/`;
    const isMoved = url.pathname.startsWith(moved);
    const path = isMoved ? url.pathname.slice(moved.length - 1) : url.pathname;
    const base = isMoved ? `https://${MICROSOFT}` : url.origin;
    const [, tenant = "", rest = ""] = /^\/([^/]+)(\/.*)$/.exec(path) ?? [];
    if (rest === "/discovery/instance") answerJson(response, 200, this.#instances(base));
    else if (rest === "/v2.0/.well-known/openid-configuration")
      answerJson(response, 200, this.#configuration(base, tenant));
    else if (rest === "/oauth2/v2.0/token" && request.method === "POST") await this.#issue(request, response, tenant);
    else return false;
    return true;
  }

  async #issue(request: IncomingMessage, response: ServerResponse, tenant: string): Promise<void> {
    const form = new URLSearchParams(await readBody(request));
    const fault = this.#faults.take("token", undefined);
    // The connection is left open: the caller gives up some time.
    if (fault?.kind === "hang") return;
    if (fault?.kind === "cut-answer") response.destroy();
    else if (fault?.kind === "status") answerJson(response, fault.status, { error: "temporarily_unavailable" });
    else if (fault?.kind === "rate-limited") {
      const seconds = fault.retryAfterSeconds;
      const headers = seconds === undefined ? {} : { "retry-after": String(seconds) };
      answerJson(response, 429, { error: "temporarily_unavailable" }, headers);
    } else {
      if (fault?.kind === "delay") await wait(fault.ms);
      const { status, body } = this.#token(tenant, form);
      answerJson(response, status, body);
    }
  }

  #instances(base: string): object {
    const { host } = new URL(base);
    return {
      tenant_discovery_endpoint: `${base}/${this.#credentials.tenantId}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    };
  }

  #configuration(base: string, tenant: string): object {
    return {
      token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: ["client_secret_post"],
      jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
      response_types_supported: ["code", "id_token"],
      issuer: `${base}/${tenant}/v2.0`,
      authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
      end_session_endpoint: `${base}/${tenant}/oauth2/v2.0/logout`,
    };
  }

  #token(tenant: string, form: URLSearchParams): { readonly status: number; readonly body: object } {
    const { appId, appPassword, tenantId } = this.#credentials;
    const refused = (status: number, error: string, code: number, words: string) => {
      const body = { error, error_description: `AADSTS${code}: ${words}`, error_codes: [code] };
      return { status, body: { ...body, timestamp: new Date(this.#clock.now()).toISOString() } };
    };
    if (tenant !== tenantId) return refused(400, "invalid_request", 90002, `Tenant '${tenant}' not found.`);
    if (form.get("grant_type") !== "client_credentials") {
      return refused(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.");
    }
    if (form.get("client_id") !== appId) {
      return refused(400, "unauthorized_client", 700016, "Application was not found in the directory.");
    }
    if (this.#isRefusing)
      return refused(401, "invalid_client", 7000222, "The provided client secret keys are expired.");
    if (form.get("client_secret") !== appPassword) {
      return refused(401, "invalid_client", 7000215, "Invalid client secret provided.");
    }
    // MSAL asks for openid, profile and offline_access beside it.
    if (!(form.get("scope") ?? "").split(" ").includes(SCOPE)) {
      return refused(400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.");
    }
    const token = randomBytes(48).toString("base64url");
    this.#issued.set(token, this.#clock.now() + VALID_SECONDS * 1000);
    const lifetime = { expires_in: VALID_SECONDS, ext_expires_in: VALID_SECONDS };
    return { status: 200, body: { token_type: "Bearer", ...lifetime, access_token: token } };
  }
}
