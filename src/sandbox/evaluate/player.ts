import { z } from "zod";
import type { Account, Call } from "../twilio/model.ts";
import type { ApiAnswer } from "../twilio/route.ts";
import { newSid } from "../twilio/sids.ts";
import type { TwilioStandIn } from "../twilio/start.ts";
import type { Actor } from "../twilio/state.ts";
import { addUsage } from "../twilio/usage.ts";

/** Of documentation ranges: RFC 5737. */
const OFFICE_IP = "198.51.100.20";
export const HOME_IP = "198.51.100.77";
export const ATTACKER_IP = "203.0.113.66";

const OWNER_SID = `US${"0".repeat(31)}1`;
/** Somebody of the customer's own, at the usual place. */
export const OWNER: Actor = { sid: OWNER_SID, ipAddress: OFFICE_IP };
export const ATTACKER: Actor = { sid: OWNER_SID, ipAddress: ATTACKER_IP };

const MINUTE_MS = 60_000;
const CreatedKey = z.object({ sid: z.string(), secret: z.string() });

export interface Credential {
  readonly username: string;
  readonly password: string;
}

export interface CallOrder {
  readonly to: string;
  readonly country: string;
  readonly minutes: number;
  readonly usdPerMinute: number;
}

/** What people and programs do on one account of the stand-in. Everything is timed by the stand-in's clock, and billed as it happens. */
export interface Player {
  readonly account: Account;
  /** A call through the API with these credentials, under the stand-in's rules. False: it was refused. */
  callByApi(order: CallOrder, credential: Credential): boolean;
  /** `<Dial>` within a call, or a SIP trunk: no request tells of it. */
  callAside(order: CallOrder, how: "dial" | "trunk"): void;
  callIn(leaf: string, order: CallOrder): void;
  /** `code`: not delivered, for this reason. */
  message(order: { readonly to: string; readonly country: string; readonly usd: number; readonly code?: number }): void;
  oneTimeCode(order: {
    readonly to: string;
    readonly country: string;
    readonly usd: number;
    readonly hasConverted: boolean;
  }): void;
  lookUp(usd: number): void;
  error(code: string, level?: "error" | "warning"): void;
  /** Something that Monitor Events note and that nothing else of the stand-in plays. */
  note(eventType: string, resourceType: string, actor: Actor, data?: Record<string, unknown>): void;
  /** The API itself, from the attacker's address. */
  api(method: string, host: string, path: string, form: Record<string, string>, credential: Credential): ApiAnswer;
  /** The account's own token, as somebody found it. */
  token(): Credential;
  /** The key that the customer's own program has had for long, copied. */
  oldKey(): Credential;
  makeKey(credential: Credential): Credential;
  deleteTriggers(): void;
  /** Its main number leaves for another carrier. */
  portOut(): void;
}

export function createPlayer(standIn: TwilioStandIn, accountSid: string): Player {
  const { state } = standIn;
  const account = state.account(accountSid);

  function api(
    method: string,
    host: string,
    path: string,
    form: Record<string, string>,
    { username, password }: Credential,
  ): ApiAnswer {
    const basic = Buffer.from(`${username}:${password}`).toString("base64");
    return standIn.dispatch({
      method,
      host,
      path,
      query: new URLSearchParams(),
      form: new URLSearchParams(form),
      authorization: `Basic ${basic}`,
      ipAddress: ATTACKER_IP,
    }).answer;
  }

  function from(): string {
    return state.numbersOf(accountSid)[0]?.phoneNumber ?? "";
  }

  function begun(order: CallOrder, direction: Call["direction"], leaf?: string): Call {
    return {
      sid: newSid("CA"),
      accountSid,
      to: direction === "inbound" ? from() : order.to,
      from: direction === "inbound" ? order.to : from(),
      country: order.country,
      direction,
      status: "in-progress",
      createdAtMs: state.nowMs,
      startedAtMs: state.nowMs,
      endedAtMs: null,
      talkMs: order.minutes * MINUTE_MS,
      usdPerMinute: order.usdPerMinute,
      billedMinutes: 0,
      ...(leaf === undefined ? {} : { leaf }),
    };
  }

  return {
    account,
    api,
    callByApi(order, credential) {
      const path = `/2010-04-01/Accounts/${accountSid}/Calls.json`;
      state.usdPerMinute.set(order.country, order.usdPerMinute);
      const form = {
        To: order.to,
        From: from(),
        Url: "https://cdn.example/t.xml",
        TimeLimit: String(Math.round(order.minutes * 60)),
      };
      return api("POST", "api.twilio.com", path, form, credential).status === 201;
    },
    callAside(order, how) {
      state.addCall(
        how === "dial" ? begun(order, "outbound-dial") : begun(order, "trunking-terminating", "trunking-termination"),
      );
    },
    callIn(leaf, order) {
      state.addCall(begun(order, "inbound", leaf));
    },
    message({ to, country, usd, code }) {
      state.addMessage({
        sid: newSid("SM"),
        accountSid,
        to,
        from: from(),
        body: "Your code is on its way.",
        status: code === undefined ? "delivered" : "undelivered",
        errorCode: code ?? null,
        createdAtMs: state.nowMs,
        sentAtMs: state.nowMs,
        country,
        usd,
      });
      addUsage(account, "sms-outbound-longcode", { count: 1, units: 1, usd }, state.nowMs);
    },
    oneTimeCode({ to, country, usd, hasConverted }) {
      state.addAttempt({
        sid: newSid("VL"),
        accountSid,
        serviceSid: `VA${accountSid.slice(2)}`,
        to,
        country,
        channel: "sms",
        hasConverted,
        createdAtMs: state.nowMs,
      });
      addUsage(account, "verify-voice-sms", { count: 1, units: 1, usd }, state.nowMs);
    },
    lookUp(usd) {
      addUsage(account, "lookups", { count: 1, units: 1, usd }, state.nowMs);
    },
    error(code, level = "error") {
      state.raiseError(accountSid, code, { level });
    },
    note(eventType, resourceType, actor, data = {}) {
      state.record(accountSid, eventType, { type: resourceType, sid: newSid("XX") }, actor, data);
    },
    token: () => ({ username: accountSid, password: account.authToken }),
    oldKey() {
      const [key] = state.keysOf(accountSid);
      if (key === undefined) throw new Error(`account ${accountSid} has no API key`);
      return { username: key.sid, password: key.secret };
    },
    deleteTriggers() {
      const own = [...state.triggers.values()].filter((trigger) => trigger.accountSid === accountSid);
      const credential = { username: accountSid, password: account.authToken };
      for (const { sid } of own) {
        api(
          "DELETE",
          "api.twilio.com",
          `/2010-04-01/Accounts/${accountSid}/Usage/Triggers/${sid}.json`,
          {},
          credential,
        );
      }
    },
    portOut() {
      standIn.portOut(from());
    },
    makeKey(credential) {
      const path = `/2010-04-01/Accounts/${accountSid}/Keys.json`;
      const made = CreatedKey.parse(api("POST", "api.twilio.com", path, { FriendlyName: "svc" }, credential).body);
      return { username: made.sid, password: made.secret };
    },
  };
}
