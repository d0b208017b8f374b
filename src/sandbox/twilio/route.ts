import { badRequest } from "./api-error.ts";
import type { Subject } from "./credentials.ts";
import type { Account } from "./model.ts";
import type { Actor, TwilioState } from "./state.ts";

/** One request, as far as the API cares. */
export interface ApiRequest {
  readonly method: string;
  /** `api.twilio.com`, taken from the first path segment. */
  readonly host: string;
  /** Without host and query: `/2010-04-01/Accounts.json`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  /** The body when it is JSON. */
  readonly json?: unknown;
  readonly authorization: string | undefined;
  readonly ipAddress: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** Absent with 204. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What a route gets: credentials and the account in the path are checked already. */
export interface ApiCall {
  readonly state: TwilioState;
  readonly request: ApiRequest;
  readonly subject: Subject;
  /** The account in the path, else the subject's own. */
  readonly account: Account;
  readonly actor: Actor;
  /** A path parameter other than the account. */
  parameter(name: string): string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly nowMs: number;
}

export interface Route {
  readonly host: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** `/2010-04-01/Accounts/{account}/Calls/{call}.json`; `{account}` is looked up and checked before `run`. */
  readonly path: string;
  /** `full` refuses standard keys. */
  readonly access?: "full";
  run(call: ApiCall): ApiAnswer;
}

export function ok(body: Readonly<Record<string, unknown>>): ApiAnswer {
  return { status: 200, body };
}

export function created(body: Readonly<Record<string, unknown>>): ApiAnswer {
  return { status: 201, body };
}

export const noContent: ApiAnswer = { status: 204 };

/** A form field that must be there. */
export function required(call: ApiCall, name: string): string {
  const value = call.form.get(name);
  if (value === null || value === "") throw badRequest(`Missing required parameter ${name} in the post body`);
  return value;
}

/** One of a closed set, or 400. */
export function oneOf<Value extends string>(name: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw badRequest(`${name} must be one of ${allowed.join(", ")}`);
  return found;
}
