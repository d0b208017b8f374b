import type { AccountSid } from "../lib/id.ts";

/**
 * One thing that Twilio told us, in our words. What a poll read counts as told: a reading is a signal with the moment it was read.
 */
export type Signal =
  | UsageThresholdSignal
  | ErrorSignal
  | AlarmSignal
  | CallSignal
  | MessageSignal
  | VerificationSignal
  | ChangeSignal
  | BlockedAddressSignal
  | PortOutSignal
  | TokenChangedSignal
  | UsageReadingSignal
  | TrafficReadingSignal
  | ConversionReadingSignal
  | QuietSourceSignal
  | RefusedWebhooksSignal;

export type SignalKind = Signal["kind"];

/** What is told one by one. */
export type CountedSignal = ErrorSignal | CallSignal | MessageSignal | VerificationSignal;

interface SignalCore {
  readonly accountSid: AccountSid;
  readonly atMs: number;
}

/** What is told one by one, so that how many there are within minutes says something. */
interface CountedCore extends SignalCore {
  /**
   * When it happened, where that is so long ago that it counts from its arrival (`atMs`): it is seen now, and no burst of now. Missing:
   * it is `atMs`.
   */
  readonly happenedAtMs?: number;
}

/** A usage trigger fired. Source of the fields: Twilio's usage-trigger callback. */
export interface UsageThresholdSignal extends SignalCore {
  readonly kind: "usage-threshold";
  readonly triggerSid: string;
  /** Twilio's usage category, e.g. `calls-outbound`. */
  readonly category: string;
  readonly measure: "count" | "usage" | "price";
  readonly threshold: number;
  readonly value: number;
  readonly recurring: "daily" | "monthly" | "yearly" | "once";
}

/** An error or a warning: Twilio's debugger, an Event Streams error log, or Monitor Alerts; each error once, whoever told it first. */
export interface ErrorSignal extends CountedCore {
  readonly kind: "error";
  /** Twilio's error code, e.g. `20003`. */
  readonly code: string;
  readonly level: "error" | "warning";
  /** The call, message or account that it is about, when Twilio says. */
  readonly resourceSid: string | null;
}

/** A Console alarm: so many errors within a period. */
export interface AlarmSignal extends SignalCore {
  readonly kind: "alarm";
  readonly alarmSid: string;
  /** Null: any error, or any warning. */
  readonly code: string | null;
  readonly level: "error" | "warning";
  readonly errors: number;
  readonly threshold: number;
  readonly periodMinutes: number;
}

/** One call, from Event Streams. */
export interface CallSignal extends CountedCore {
  readonly kind: "call";
  /** `refused`: Twilio answered the request for it with an error. */
  readonly happened: "created" | "refused" | "modified" | "answered" | "completed";
  readonly callSid: string | null;
  readonly direction: "outbound" | "inbound";
  /** ISO 3166; null for SIP, client and what is no number. */
  readonly country: string | null;
  /** The other end, E.164. Masked before people see it in a channel. */
  readonly number: string | null;
  /** Known once it is completed. */
  readonly seconds: number | null;
}

/** One message, from Event Streams. */
export interface MessageSignal extends CountedCore {
  readonly kind: "message";
  readonly happened: "queued" | "sent" | "delivered" | "undelivered" | "failed" | "read" | "received";
  readonly messageSid: string;
  readonly country: string | null;
  readonly number: string | null;
  /** Twilio's error code when it was not delivered. */
  readonly code: string | null;
}

/** One verification of Verify, from Event Streams. */
export interface VerificationSignal extends CountedCore {
  readonly kind: "verification";
  readonly happened: "pending" | "approved" | "expired" | "canceled" | "max-attempts";
  readonly country: string | null;
}

/** Somebody changed something: Monitor Events. Whether it was us is told by the scene, not here. */
export interface ChangeSignal extends SignalCore {
  readonly kind: "change";
  /** `AE…` */
  readonly eventSid: string;
  /** As Twilio names it, e.g. `account-api-keys.created`. */
  readonly type: string;
  readonly actorSid: string | null;
  readonly actorType: string | null;
  readonly resourceSid: string | null;
  /** `web`, `api`, `twilio` … */
  readonly source: string;
  readonly address: string | null;
  /** Of a geo permission: the countries that it names, ISO 3166, and whether it opened them; null when it does not say. */
  readonly countries: readonly string[];
  readonly isOpening: boolean | null;
}

/** IP allow-listing refused somebody who had valid credentials: `com.twilio.iam.ip.blocked`. */
export interface BlockedAddressSignal extends SignalCore {
  readonly kind: "blocked-address";
  readonly address: string;
  /** `SK…` when it was an API key. */
  readonly keySid: string | null;
}

/** A number left: the porting webhook. */
export interface PortOutSignal extends SignalCore {
  readonly kind: "ported-out";
  readonly number: string;
  /** Nobody told it: the account's list had the number at that time, and has it no more. Missing: it was told. */
  readonly lastSeenAtMs?: number;
}

/** Our copy of the account's auth token is not its token any more, and the API shows another one. */
export interface TokenChangedSignal extends SignalCore {
  readonly kind: "token-changed";
  /**
   * The copy that was lost: when it was last known to be the token, and when the process that lost it made it; null: it only learned of
   * it. Missing in older records.
   */
  readonly copy?: { readonly knownAtMs: number; readonly madeAtMs: number | null };
}

/** Usage Records: what an account used of a category on a GMT day up to this moment. */
export interface UsageReadingSignal extends SignalCore {
  readonly kind: "usage-reading";
  readonly category: string;
  /** `YYYY-MM-DD`, GMT. */
  readonly day: string;
  readonly spendUsd: number;
  readonly count: number;
  readonly units: number;
  /** What it was when that day was last read, whether it changed or not; nothing at midnight. Missing when it is the day's first reading of ours. */
  readonly before?: { readonly atMs: number; readonly spendUsd: number; readonly count: number };
}

/** Call or message log: what went out since the last reading. Numbers stay in the reader; only what is said of them comes here. */
export interface TrafficReadingSignal extends SignalCore {
  readonly kind: "traffic-reading";
  readonly medium: "calls" | "messages";
  readonly sinceMs: number;
  readonly total: number;
  /** Going on at this moment; 0 for messages. */
  readonly live: number;
  /** Calls longer than an hour, or live for longer. */
  readonly longCalls: number;
  readonly longestSeconds: number;
  /** Most first, at most 30. */
  readonly destinations: readonly {
    readonly country: string;
    readonly count: number;
    readonly seconds: number;
    /** Null while Twilio has not priced them. */
    readonly spendUsd: number | null;
  }[];
  /** The fullest block of neighbouring numbers (all but the last three digits equal). `block` is masked. Null when there is none of five. */
  readonly neighbours: { readonly block: string; readonly country: string; readonly numbers: number } | null;
  /** Not delivered or failed, by Twilio's error code. */
  readonly failures: readonly { readonly code: string; readonly count: number }[];
  /** More stood in the log than is read at once: what is counted here is a lower bound. Missing: false. */
  readonly isCut?: boolean;
}

/** Verify's attempts summary since the last reading. */
export interface ConversionReadingSignal extends SignalCore {
  readonly kind: "conversion-reading";
  readonly sinceMs: number;
  /** Null: all countries. */
  readonly country: string | null;
  readonly attempts: number;
  readonly converted: number;
}

/** A source says nothing although its account has traffic. */
export interface QuietSourceSignal extends SignalCore {
  readonly kind: "quiet-source";
  readonly source: string;
  readonly quietSinceMs: number;
}

/** The account sent more than its share, and what it said was not heard: `intake.perAccountPerMinute`. */
export interface RefusedWebhooksSignal extends SignalCore {
  readonly kind: "refused-webhooks";
  /** So far in this minute. Told each time that it has doubled: a lower bound, by a factor of two at most. */
  readonly count: number;
}

/** A signal with the key under which the same delivery is recognised for 400 days. */
export interface ReceivedSignal {
  readonly sourceKey: string;
  readonly signal: Signal;
}

export type ParsedDelivery =
  | {
      readonly ok: true;
      readonly received: readonly ReceivedSignal[];
      /** Event Streams' test events: each is to be answered with a validation. */
      readonly sinkTests?: readonly string[];
    }
  /** `reason` is told to the sender with 400: it names the field, never its value. */
  | { readonly ok: false; readonly reason: string };

export interface Delivery {
  /** Decoded form or query fields; a repeated name keeps its last value. Empty when the body is JSON. */
  readonly fields: Readonly<Record<string, string>>;
  /** The parsed body when it is JSON, else undefined. */
  readonly json?: unknown;
  /** The account in the path. */
  readonly accountSid?: AccountSid;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly receivedAtMs: number;
}

/** Where signals come from: one webhook of Twilio. */
export interface SignalSource {
  /** Path segment: `/twilio/<id>/:accountSid`. */
  readonly id: string;
  readonly methods: readonly ("GET" | "POST")[];
  /** Default: form. */
  readonly bodies?: "form" | "json" | "either";
  /** Pure. The account in the body is compared with the path by the intake, not here. */
  parse(delivery: Delivery): ParsedDelivery;
}
