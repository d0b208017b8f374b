import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from "@azure/msal-node";
import { Fault } from "../../lib/fault.ts";
import type { Secret } from "../../lib/secret.ts";
import { noAnswerFault } from "./errors.ts";
import { BUDGET_MS } from "./limits.ts";

const MICROSOFT = "https://login.microsoftonline.com";
/** The tenant that vouches for bots which belong to none. */
const MULTI_TENANT = "botframework.com";
const SCOPE = "https://api.botframework.com/.default";

export interface AppIdentity {
  readonly kind: "app";
  readonly appId: string;
  readonly appPassword: Secret;
  readonly appType: "SingleTenant" | "MultiTenant";
  /** Null for a multi-tenant app. */
  readonly tenantId: string | null;
}

/** The token that our own calls carry. Throws a `Fault`: `unauthorised` when the id or the password is refused. */
export type TokenSource = (how: "kept-or-new" | "new") => Promise<string>;

export async function createTokenSource(identity: AppIdentity, loginUrl: string | null): Promise<TokenSource> {
  const { ConfidentialClientApplication } = await import("@azure/msal-node");
  const tenant = identity.appType === "SingleTenant" ? identity.tenantId : MULTI_TENANT;
  const application = new ConfidentialClientApplication({
    auth: {
      clientId: identity.appId,
      clientSecret: identity.appPassword.reveal(),
      authority: `${MICROSOFT}/${tenant ?? MULTI_TENANT}`,
    },
    system: { networkClient: createNetwork(loginUrl ?? MICROSOFT), disableInternalRetries: true },
  });

  return async (how) => {
    try {
      const request = { scopes: [SCOPE], skipCache: how === "new" };
      const answer = await application.acquireTokenByClientCredential(request);
      if (answer !== null && answer.accessToken !== "") return answer.accessToken;
    } catch (error) {
      throw toFault(error);
    }
    throw new Fault("unavailable", "teams: Microsoft's login answered no token");
  };
}

/** MSAL trusts Microsoft's own hosts alone, so they are moved below it: the same code runs against a stand-in and for real. */
function createNetwork(base: string): INetworkModule {
  async function request<T>(
    method: "GET" | "POST",
    url: string,
    options: NetworkRequestOptions | undefined,
    timeoutMs: number,
  ): Promise<NetworkResponse<T>> {
    const moved = url.startsWith(`${MICROSOFT}/`) ? `${base.replace(/\/+$/, "")}${url.slice(MICROSOFT.length)}` : url;
    try {
      const response = await fetch(moved, {
        method,
        headers: options?.headers ?? {},
        ...(options?.body === undefined ? {} : { body: options.body }),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: "error",
      });
      const body = (await response.json()) as T;
      return { headers: Object.fromEntries(response.headers), body, status: response.status };
    } catch (cause) {
      throw noAnswerFault("Microsoft's login", cause);
    }
  }
  return {
    sendGetRequestAsync: (url, options, timeoutMs) => request("GET", url, options, timeoutMs ?? BUDGET_MS.login),
    sendPostRequestAsync: (url, options) => request("POST", url, options, BUDGET_MS.login),
  };
}

/**
 * MSAL's errors quote what was sent, so their code alone is kept. Whatever the token was for has not happened.
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
function toFault(error: unknown): Fault {
  if (error instanceof Fault) return new Fault(error.kind, error.message, { cause: error, nothingHappened: true });
  const code = codeOf(error);
  const refused = ["invalid_client", "unauthorized_client", "invalid_request", "invalid_grant", "invalid_scope"];
  return code !== undefined && refused.includes(code)
    ? new Fault("unauthorised", `teams: Microsoft's login answered ${code}`, { code })
    : new Fault("unavailable", "teams: Microsoft's login could not be asked", {
        nothingHappened: true,
        ...(code === undefined ? {} : { code }),
      });
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("errorCode" in error)) return undefined;
  const { errorCode } = error;
  return typeof errorCode === "string" && /^[a-z0-9_]{1,64}$/.test(errorCode) ? errorCode : undefined;
}
