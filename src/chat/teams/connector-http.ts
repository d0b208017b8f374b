import type { ConfigurationBotFrameworkAuthentication } from "botbuilder";
import { Fault } from "../../lib/fault.ts";
import { isTrustedAddress } from "./addresses.ts";
import { answerFault, noAnswerFault } from "./errors.ts";

type ConnectorOptions = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[4]>;
type ConnectorHttp = NonNullable<ConnectorOptions["httpClient"]>;

/**
 * How botbuilder's connector reaches Teams: one attempt, one time limit, and a `Fault` for everything that fails. A `Fault` passes
 * its own retries by, which do not know what must not be done twice.
 */
export function createConnectorHttp(timeoutMs: number): ConnectorHttp {
  return {
    async sendRequest(request) {
      const operation = `${request.method} ${pathOf(request.url)}`;
      if (!isTrustedAddress(request.url)) throw new Fault("rejected", `teams: ${operation} would leave by plain http`);
      const { status, body, retryAfter } = await exchange(operation, request, timeoutMs);
      if (status < 200 || status >= 300) throw answerFault(operation, status, body, retryAfter);
      const headers = request.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      return { status, headers, request, bodyAsText: body };
    },
  };
}

type Request = Parameters<ConnectorHttp["sendRequest"]>[0];

async function exchange(operation: string, request: Request, timeoutMs: number) {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers.toJson(),
      ...(typeof request.body === "string" ? { body: request.body } : {}),
      signal: AbortSignal.timeout(timeoutMs),
      // The token would follow to wherever it leads.
      redirect: "manual",
    });
    const body = await response.text();
    return { status: response.status, body, retryAfter: response.headers.get("retry-after") };
  } catch (cause) {
    throw noAnswerFault(operation, cause);
  }
}

/** What was called, without the ids of people and places. */
function pathOf(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : "";
  return path.replace(/^.*(?=\/v3\/)/, "").replace(/(?<=\/(?:conversations|activities|members)\/)[^/]+/g, "…");
}
