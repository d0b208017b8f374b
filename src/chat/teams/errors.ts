import { Fault, type FaultKind } from "../../lib/fault.ts";

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#errors */
const KINDS: Readonly<Record<number, FaultKind>> = {
  401: "unauthorised",
  // The bot was removed from the conversation, or its user blocked it: for us the place is gone.
  403: "not-found",
  404: "not-found",
  408: "unavailable",
  // Another write was faster; nothing happened, and it may be tried again.
  412: "rate-limited",
  429: "rate-limited",
};

/** What an answer of the Bot Connector means that is not 2xx. Its words are not kept: they may quote what was sent. */
export function answerFault(operation: string, status: number, body: string, retryAfter: string | null): Fault {
  const kind = KINDS[status] ?? (status >= 500 ? "unavailable" : "rejected");
  const code = errorCode(body);
  const isTooLarge = status === 413;
  return new Fault(kind, `teams: ${operation} ${isTooLarge ? "was too large" : `answered HTTP ${status}`}`, {
    code: code === undefined ? String(status) : `${status} ${code}`,
    ...(kind === "rate-limited" ? retryAfterOf(retryAfter) : {}),
  });
}

/** What it means when no connection was made: the request never left us. */
const NO_CONNECTION = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
];

/** What it means that there was no answer. */
export function noAnswerFault(operation: string, cause: unknown): Fault {
  const isTimeout = cause instanceof Error && (cause.name === "TimeoutError" || cause.name === "AbortError");
  return isTimeout
    ? new Fault("timeout", `teams: ${operation} did not answer in time`, { cause })
    : new Fault("unavailable", `teams: ${operation} could not be reached`, {
        cause,
        nothingHappened: NO_CONNECTION.includes(codeOf(cause) ?? ""),
      });
}

/** `fetch` wraps what the network said. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { cause } = error;
  if (!(cause instanceof Error) || !("code" in cause)) return undefined;
  return typeof cause.code === "string" ? cause.code : undefined;
}

/** The status of the answer that a fault was made of; undefined when there was none. */
export function statusOf(fault: Fault): number | undefined {
  const status = Number(fault.code?.split(" ")[0]);
  return Number.isInteger(status) ? status : undefined;
}

function errorCode(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const code = readCode(parsed);
    return typeof code === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

function readCode(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
  const { error } = body;
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

function retryAfterOf(seconds: string | null): { readonly retryAfterMs?: number } {
  return seconds !== null && /^\d{1,6}$/.test(seconds) ? { retryAfterMs: Number(seconds) * 1000 } : {};
}
