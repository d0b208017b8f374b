import { Fault, type FaultKind, isFault } from "../lib/fault.ts";
import { masked } from "../lib/masked.ts";

/** What was asked, for messages: never its body, its query or its headers. */
export interface Asked {
  readonly method: string;
  readonly path: string;
}

const MAX_REASON = 200;

/** `GET /2010-04-01/Accounts/AC….json` of a request's address, without host and query; a look-up without its number. */
export function asked(method: string, uri: string): Asked {
  const path = URL.canParse(uri) ? new URL(uri).pathname : "?";
  return { method: method.toUpperCase(), path: path.replace(/\/PhoneNumbers\/[^/]+/, "/PhoneNumbers/***") };
}

/** Twilio answered with an error. https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
export function faultOfAnswer(request: Asked, status: number, body: unknown, retryAfterMs: number | undefined): Fault {
  const told = readError(body);
  const code = told.code ?? String(status);
  const words = told.message === undefined ? "" : `: ${told.message}`;
  return new Fault(
    kindOfStatus(status),
    `Twilio answered ${status} (${code}) to ${request.method} ${request.path}${words}`,
    {
      code,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

/**
 * No answer, or none that could be read. The original error is never kept as `cause`: an AxiosError holds the request with
 * its Authorization header, and printing it prints the credentials.
 */
export function faultOfFailure(request: Asked, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  const kind = TIMEOUT_CODES.has(code) ? "timeout" : "unavailable";
  const what = kind === "timeout" ? "did not answer in time" : "could not be reached";
  return new Fault(kind, `Twilio ${what} (${code}): ${request.method} ${request.path}`, { code });
}

/** The port's promise: whatever goes wrong below leaves as a `Fault`, a malformed answer included. */
export async function asFaults<Answer>(what: string, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("unavailable", `Twilio's answer could not be understood: ${what}`, { code: codeOf(error) });
  }
}

/** A removal of what is not there any more has done its work. */
export async function goneIsFine(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isFault(error, "not-found")) throw error;
  }
}

/** Milliseconds of a `Retry-After` header, given in seconds. */
export function retryAfterMs(header: unknown): number | undefined {
  return typeof header === "string" && /^\d+$/.test(header) ? Number(header) * 1000 : undefined;
}

// `ERR_CANCELED` is our own limit on the whole request; the others are the socket's.
const TIMEOUT_CODES = new Set(["ECONNABORTED", "ETIMEDOUT", "ERR_CANCELED"]);

function kindOfStatus(status: number): FaultKind {
  if (status === 401) return "unauthorised";
  if (status === 404) return "not-found";
  if (status === 408) return "timeout";
  if (status === 429) return "rate-limited";
  return status >= 500 ? "unavailable" : "rejected";
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : error instanceof Error ? error.name : "unknown";
}

/** Both shapes: `{code, message}` and RFC 9457's `{code, title, detail}`. */
function readError(body: unknown): { readonly code: string | undefined; readonly message: string | undefined } {
  if (typeof body !== "object" || body === null) return { code: undefined, message: undefined };
  const code =
    "code" in body && (typeof body.code === "number" || typeof body.code === "string") ? body.code : undefined;
  const text = [field(body, "message"), field(body, "detail"), field(body, "title")].find(
    (words) => words !== undefined,
  );
  return {
    code: code === undefined ? undefined : String(code),
    message: text === undefined ? undefined : masked(text).replace(/\s+/g, " ").slice(0, MAX_REASON),
  };
}

function field(body: object, name: string): string | undefined {
  const value: unknown = Object.entries(body).find(([key]) => key === name)?.[1];
  return typeof value === "string" && value !== "" ? value : undefined;
}
