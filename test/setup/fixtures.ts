import type { AccountSid } from "../../src/lib/id.ts";
import { doorUrl } from "../../src/setup/addresses.ts";
import type {
  AccountState,
  Addresses,
  Sink,
  Subscription,
  UsageTrigger,
  Wanted,
  WantedTrigger,
} from "../../src/setup/contract.ts";

export const SID = `AC${"1".repeat(32)}` as AccountSid;
export const URL_NOW = "https://bot.example.com";
export const ADDRESSES: Addresses = { publicUrl: URL_NOW, formerUrls: ["https://old.example.com"] };

export const CALLS: WantedTrigger = {
  category: "calls-outbound",
  measure: "price",
  exactly: 34.56,
  value: 35,
  why: "a busy ordinary day is 17.28 USD",
};

export const TYPES: Wanted["eventTypes"] = [
  { type: "com.twilio.error-logs.error.logged", schemaVersion: 2, isFixed: true },
  { type: "com.twilio.messaging.message.sent", schemaVersion: 7, isFixed: false },
];

/** A trigger of ours for calls at 35 USD, unless told otherwise. */
export function trigger(changes: Partial<UsageTrigger> = {}): UsageTrigger {
  return {
    sid: "UT1",
    friendlyName: "Tollgate: calls-outbound, price a day",
    category: "calls-outbound",
    measure: "price",
    value: 35,
    recurring: "daily",
    callbackUrl: doorUrl(URL_NOW, "usage-trigger", SID),
    ...changes,
  };
}

export function sink(changes: Partial<Sink> = {}): Sink {
  return {
    sid: "DG1",
    description: "Tollgate webhook",
    status: "active",
    destination: doorUrl(URL_NOW, "events", SID),
    ...changes,
  };
}

export function subscription(changes: Partial<Subscription> = {}): Subscription {
  return { sid: "DF1", sinkSid: "DG1", types: TYPES, ...changes };
}

/** An account as set-up leaves it, with these differences. */
export function state(changes: Partial<AccountState> = {}): AccountState {
  return {
    account: { sid: SID, friendlyName: "Acme Voice", status: "active", isParent: false, createdAtMs: 0 },
    triggers: [trigger()],
    sinks: [sink()],
    subscriptions: [subscription()],
    porting: undefined,
    ...changes,
  };
}

export const WANTED: Wanted = { triggers: [CALLS], eventTypes: TYPES };
