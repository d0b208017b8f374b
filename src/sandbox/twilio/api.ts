import { ApiError, notFound, unauthenticated } from "./api-error.ts";
import { settleCalls } from "./calls.ts";
import { authenticate, demandFullAccess, reach, readBasic, type Subject } from "./credentials.ts";
import type { Account } from "./model.ts";
import type { ApiAnswer, ApiCall, ApiRequest, Route } from "./route.ts";
import { routes } from "./routes/index.ts";
import type { TwilioState } from "./state.ts";

/** A request after the API dealt with it. */
export interface Dispatched {
  readonly answer: ApiAnswer;
  /** The account that authenticated, if one did. */
  readonly accountSid: string | undefined;
}

/** One refused log-in a second and account becomes an error in the Debugger; the others are only refused. */
const REFUSALS_EVERY_MS = 1_000;

interface CompiledRoute {
  readonly route: Route;
  readonly pattern: RegExp;
}

/** Event types have dots in them; elsewhere a dot ends the SID: `/Calls/{call}.json`. */
function patternOf(path: string): RegExp {
  const named = path
    .replaceAll(".", "\\.")
    .replace(/\{(\w+)\}(?=\\\.)/g, "(?<$1>[^/.]+)")
    .replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return new RegExp(`^${named}$`);
}

/** Routes without parameters come first, so that `/Usage/Records/Daily` is never taken for a SID. */
function compile(all: readonly Route[]): readonly CompiledRoute[] {
  const openness = (route: Route): number => route.path.split("{").length;
  return [...all].sort((a, b) => openness(a) - openness(b)).map((route) => ({ route, pattern: patternOf(route.path) }));
}

/** Twilio's REST API over the state: authenticates, finds the route, runs it. */
export class Api {
  readonly #state: TwilioState;
  readonly #routes = compile(routes);
  readonly #lastRefusalMs = new Map<string, number>();

  constructor(state: TwilioState) {
    this.#state = state;
  }

  dispatch(request: ApiRequest): Dispatched {
    settleCalls(this.#state);
    const found = this.#find(request);
    const subject = this.#authenticate(request, found?.parameters["account"]);
    if (subject === undefined) return { answer: answerOf(unauthenticated()), accountSid: undefined };
    const accountSid = subject.account.sid;
    try {
      if (found === undefined) throw notFound(request.path);
      return { answer: this.#run(request, found.route, found.parameters, subject), accountSid };
    } catch (error) {
      if (error instanceof ApiError) return { answer: answerOf(error), accountSid };
      throw error;
    }
  }

  #run(request: ApiRequest, route: Route, parameters: Readonly<Record<string, string>>, subject: Subject): ApiAnswer {
    if (route.access === "full") demandFullAccess(subject);
    const account = this.#target(request, route, parameters["account"], subject);
    const call: ApiCall = {
      state: this.#state,
      request,
      subject,
      account,
      actor: { sid: subject.sid, ipAddress: request.ipAddress },
      parameter: (name) => parameters[name] ?? "",
      query: request.query,
      form: request.form,
      nowMs: this.#state.nowMs,
    };
    return route.run(call);
  }

  #target(request: ApiRequest, route: Route, sid: string | undefined, subject: Subject): Account {
    if (sid === undefined) return subject.account;
    const target = this.#state.accounts.get(sid);
    const reached = target === undefined ? "hidden" : reach(subject, target);
    // A Main key may read its subaccounts as account objects (without their tokens), never what is in them.
    const isAccountRead = route.method === "GET" && route.path === "/2010-04-01/Accounts/{account}.json";
    if (target === undefined || reached === "hidden") throw notFound(request.path);
    if (reached === "refused" && !isAccountRead) throw unauthenticated();
    return target;
  }

  #find(request: ApiRequest): { route: Route; parameters: Readonly<Record<string, string>> } | undefined {
    for (const { route, pattern } of this.#routes) {
      if (route.host !== request.host || route.method !== request.method) continue;
      const match = pattern.exec(request.path);
      if (match !== null) return { route, parameters: { ...match.groups } };
    }
    return undefined;
  }

  #authenticate(request: ApiRequest, accountInPath: string | undefined): Subject | undefined {
    const basic = readBasic(request.authorization);
    const subject = basic === undefined ? undefined : authenticate(this.#state, basic);
    if (subject !== undefined || basic === undefined) return subject;
    const named = this.#state.keys.get(basic.username)?.accountSid ?? basic.username;
    const account = this.#state.accounts.get(named) ?? this.#state.accounts.get(accountInPath ?? "");
    if (account !== undefined) this.#reportRefusal(account, request);
    return undefined;
  }

  #reportRefusal(account: Account, request: ApiRequest): void {
    const nowMs = this.#state.nowMs;
    const lastMs = this.#lastRefusalMs.get(account.sid);
    if (lastMs !== undefined && Math.abs(nowMs - lastMs) < REFUSALS_EVERY_MS) return;
    this.#lastRefusalMs.set(account.sid, nowMs);
    this.#state.raiseError(account.sid, "20003", {
      message: "Permission Denied",
      requestMethod: request.method,
      requestUrl: `https://${request.host}${request.path}`,
    });
  }
}

function answerOf(error: ApiError): ApiAnswer {
  return { status: error.status, body: error.body };
}
