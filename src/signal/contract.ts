import type { AccountSid } from "../lib/id.ts";

/** One thing that Twilio told us, in our words. */
export type Signal = UsageThresholdSignal | ErrorSignal;

/** A usage trigger fired. Source of the fields: Twilio's usage-trigger callback. */
export interface UsageThresholdSignal {
  readonly kind: "usage-threshold";
  readonly accountSid: AccountSid;
  readonly atMs: number;
  readonly triggerSid: string;
  /** Twilio's usage category, e.g. `calls-outbound`. */
  readonly category: string;
  readonly measure: "count" | "usage" | "price";
  readonly threshold: number;
  readonly value: number;
  readonly recurring: "daily" | "monthly" | "yearly" | "once";
}

/** Twilio's debugger reported an error or a warning. */
export interface ErrorSignal {
  readonly kind: "error";
  readonly accountSid: AccountSid;
  readonly atMs: number;
  /** Twilio's error code, e.g. `20003`. */
  readonly code: string;
  readonly level: "error" | "warning";
  /** The call, message or account that it is about, when Twilio says. */
  readonly resourceSid: string | null;
}

/** A signal with the key under which the same delivery is recognised for 400 days. */
export interface ReceivedSignal {
  readonly sourceKey: string;
  readonly signal: Signal;
}

export type ParsedDelivery =
  | { readonly ok: true; readonly received: readonly ReceivedSignal[] }
  /** `reason` is told to the sender with 400: it names the field, never its value. */
  | { readonly ok: false; readonly reason: string };

export interface Delivery {
  /** Decoded form or query fields; a repeated name keeps its last value. */
  readonly fields: Readonly<Record<string, string>>;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly receivedAtMs: number;
}

/** Where signals come from: one webhook of Twilio. */
export interface SignalSource {
  /** Path segment: `/twilio/<id>/:accountSid`. */
  readonly id: string;
  readonly methods: readonly ("GET" | "POST")[];
  /** Pure. The account in the body is compared with the path by the intake, not here. */
  parse(delivery: Delivery): ParsedDelivery;
}
