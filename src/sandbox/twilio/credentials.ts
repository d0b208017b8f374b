import { unauthenticated } from "./api-error.ts";
import type { Account, ApiKey } from "./model.ts";
import type { TwilioState } from "./state.ts";

/** Who is asking: an account by its token, or by one of its keys. */
export interface Subject {
  readonly account: Account;
  readonly kind: "token" | ApiKey["kind"];
  /** `AC…` or `SK…`: the user name that was sent. */
  readonly sid: string;
}

export interface Basic {
  readonly username: string;
  readonly password: string;
}

export function readBasic(header: string | undefined): Basic | undefined {
  const encoded = header?.match(/^Basic ([A-Za-z0-9+/=]+)$/i)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * The subject of these credentials, or undefined when Twilio would answer 401: a wrong or dead token, a deleted key, an
 * account that is suspended or closed, or whose parent is.
 */
export function authenticate(state: TwilioState, basic: Basic): Subject | undefined {
  const key = state.keys.get(basic.username);
  const account = state.accounts.get(key === undefined ? basic.username : key.accountSid);
  if (account === undefined || !state.isUsable(account)) return undefined;
  if (key !== undefined) return key.secret === basic.password ? { account, kind: key.kind, sid: key.sid } : undefined;
  const isRight = basic.password === account.authToken || basic.password === account.secondaryToken;
  return isRight ? { account, kind: "token", sid: account.sid } : undefined;
}

/** Standard keys cannot touch accounts, keys or tokens: 401 with 20003, not 403. */
export function demandFullAccess(subject: Subject): void {
  if (subject.kind === "standard") throw unauthenticated();
}

/**
 * Whether the subject reaches this account's resources in the 2010-04-01 API: its own always, a subaccount's only with the
 * parent's token. `hidden` is anything else, which Twilio answers like a thing that does not exist.
 */
export function reach(subject: Subject, target: Account): "own" | "child" | "refused" | "hidden" {
  if (target === subject.account) return "own";
  if (target.ownerSid !== subject.account.sid) return "hidden";
  return subject.kind === "token" ? "child" : "refused";
}
