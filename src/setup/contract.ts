/** Tripwires: what makes Twilio call us when something happens on an account. */
import type { AccountSid } from "../lib/id.ts";
import type { AccountFacts } from "../remediation/contract.ts";

export interface WatchedAccount extends AccountFacts {
  readonly createdAtMs: number;
}

/** What a usage trigger adds up. `price` is money. */
export type Measure = "count" | "usage" | "price";

/** As Twilio has it, whoever made it. */
export interface UsageTrigger {
  readonly sid: string;
  readonly friendlyName: string;
  readonly category: string;
  readonly measure: Measure;
  readonly value: number;
  /** `daily` and the like; null: fires once. */
  readonly recurring: string | null;
  readonly callbackUrl: string;
}

/** Each of ours counts by the day, as Twilio counts days: GMT. */
export interface NewTrigger {
  readonly friendlyName: string;
  readonly category: string;
  readonly measure: Measure;
  readonly value: number;
  readonly callbackUrl: string;
}

/** https://www.twilio.com/docs/events/event-streams/sink-resource */
export interface Sink {
  readonly sid: string;
  readonly description: string;
  readonly status: "initialized" | "validating" | "active" | "failed";
  /** Null when it is no webhook. */
  readonly destination: string | null;
}

/** One type of event, in the version of its data that we read. */
export interface EventType {
  readonly type: string;
  readonly schemaVersion: number;
}

export interface Subscription {
  readonly sid: string;
  readonly sinkSid: string;
  readonly types: readonly EventType[];
}

/** One for the main account and its subaccounts together. */
export interface PortingWebhook {
  readonly portInUrl: string | null;
  readonly portOutUrl: string | null;
  /** Empty: everything. */
  readonly notificationsOf: readonly string[];
}

/**
 * Where tripwires are made. Methods throw `Fault`. Usage triggers are reached with the main account's credentials, sinks and
 * subscriptions with the account's own, the porting webhook is the main account's.
 */
export interface Tripwires {
  /** All but the closed ones, read now. */
  accounts(): Promise<readonly WatchedAccount[]>;
  usageTriggers(accountSid: AccountSid): Promise<readonly UsageTrigger[]>;
  createUsageTrigger(accountSid: AccountSid, trigger: NewTrigger): Promise<string>;
  /** One that is gone already is fine, as with everything that is deleted here. */
  deleteUsageTrigger(accountSid: AccountSid, triggerSid: string): Promise<void>;
  sinks(accountSid: AccountSid): Promise<readonly Sink[]>;
  createSink(
    accountSid: AccountSid,
    sink: { readonly description: string; readonly destination: string },
  ): Promise<Sink>;
  sinkStatus(accountSid: AccountSid, sinkSid: string): Promise<Sink["status"]>;
  /** Twilio sends a test event to it, with a test id. */
  testSink(accountSid: AccountSid, sinkSid: string): Promise<void>;
  /** False: Twilio does not know this test of this sink. */
  validateSink(accountSid: AccountSid, sinkSid: string, testId: string): Promise<boolean>;
  deleteSink(accountSid: AccountSid, sinkSid: string): Promise<void>;
  subscriptions(accountSid: AccountSid, sinkSid: string): Promise<readonly Subscription[]>;
  createSubscription(
    accountSid: AccountSid,
    subscription: { readonly description: string; readonly sinkSid: string; readonly types: readonly EventType[] },
  ): Promise<string>;
  /** Adds the type, or moves it to this version. */
  setEventType(accountSid: AccountSid, subscriptionSid: string, type: EventType, isThere: boolean): Promise<void>;
  deleteSubscription(accountSid: AccountSid, subscriptionSid: string): Promise<void>;
  /** Those of these types that can be subscribed to, with the newest version of each; null when Twilio does not list them for us. */
  eventTypes(types: readonly string[]): Promise<readonly EventType[] | null>;
  /** Null: none was ever set. */
  portingWebhook(): Promise<PortingWebhook | null>;
  setPortingWebhook(webhook: PortingWebhook): Promise<void>;
}

/** All of an account that the plan looks at, as it is at Twilio now. */
export interface AccountState {
  readonly account: WatchedAccount;
  readonly triggers: readonly UsageTrigger[];
  readonly sinks: readonly Sink[];
  /** Of the sinks that call us. */
  readonly subscriptions: readonly Subscription[];
  /** Undefined: not this account's to have. */
  readonly porting: PortingWebhook | null | undefined;
}

/** A usage trigger that an account should have. */
export interface WantedTrigger {
  readonly category: string;
  readonly measure: Measure;
  /** Before rounding; what is there already may differ from it by a share. */
  readonly exactly: number;
  /** Rounded, for a new one. */
  readonly value: number;
  /** Why this value, in a few words. */
  readonly why: string;
}

export interface WantedEventType extends EventType {
  /** False: any version will do, and the one that is subscribed to stays. */
  readonly isFixed: boolean;
}

/** What an account should have. */
export interface Wanted {
  readonly triggers: readonly WantedTrigger[];
  readonly eventTypes: readonly WantedEventType[];
}

/** What somebody else may do by the same means, or did before: addresses of ours, older ones too. */
export interface Addresses {
  /** Where Tollgate is called now, without a slash at the end. */
  readonly publicUrl: string;
  /** Where it was when set-up ran before. */
  readonly formerUrls: readonly string[];
}

/** One change of one account. */
export type Step =
  | {
      readonly kind: "create-trigger";
      readonly trigger: WantedTrigger;
      /** Deleted when the new one is there: its value cannot be changed. */
      readonly replaces: readonly UsageTrigger[];
      readonly why: string;
    }
  | { readonly kind: "delete-trigger"; readonly trigger: UsageTrigger; readonly why: string }
  | { readonly kind: "create-sink"; readonly destination: string; readonly why: string }
  | { readonly kind: "test-sink"; readonly sinkSid: string; readonly why: string }
  /** `sinkSid` null: of the sink that was just made. */
  | {
      readonly kind: "subscribe";
      readonly sinkSid: string | null;
      readonly types: readonly EventType[];
      readonly why: string;
    }
  | {
      readonly kind: "set-event-types";
      readonly subscriptionSid: string;
      readonly add: readonly EventType[];
      readonly move: readonly EventType[];
      readonly why: string;
    }
  | {
      readonly kind: "delete-sink";
      readonly sink: Sink;
      readonly subscriptionSids: readonly string[];
      readonly why: string;
    }
  | { readonly kind: "set-porting-webhook"; readonly webhook: PortingWebhook; readonly why: string };

export interface Plan {
  readonly steps: readonly Step[];
  /** Tripwires that are as they should be. */
  readonly kept: number;
  /** Tripwires that are missing and that no step makes: there is no room for them. A note says what to do. */
  readonly unmet: number;
  /** What a person should know or do, one sentence each. */
  readonly notes: readonly string[];
}
