import type { Rhythm, UsageProfile } from "../twilio/model.ts";

type Leaves = UsageProfile["leaves"];

/** A kind of customer: what it uses of Twilio, when, and where its traffic goes. */
export interface Shape {
  readonly id: string;
  readonly title: string;
  readonly leaves: Leaves;
  readonly rhythm: Pick<Rhythm, "hours" | "weekdays" | "growthPerDay" | "dayNoise" | "hourNoise">;
  /** Where calls, messages and codes go; shares of 1. */
  readonly destinations: readonly Share[];
  /** What a holiday leaves of the traffic. */
  readonly holiday: number;
}

export interface Share {
  /** ISO 3166, as the stand-in knows it: Canada is `US`. */
  readonly country: string;
  readonly share: number;
}

function leaf(perDay: number, usdEach: number, unitsEach = 1): Leaves[string] {
  return { perDay, usdEach, unitsEach };
}

/** Weights of the 24 GMT hours: quiet outside `from`-`to`, full inside, half in the hour on either side. */
function hours(from: number, to: number, quiet: number): number[] {
  return Array.from({ length: 24 }, (_, hour) => {
    if (hour >= from && hour < to) return 1;
    return hour === from - 1 || hour === to ? (1 + quiet) / 2 : quiet;
  });
}

const ALL_DAYS = [0.9, 1, 1, 1, 1, 1, 0.95];
const WORKING_DAYS = [0.05, 1, 1.05, 1.05, 1, 0.9, 0.1];

const EUROPE = [
  { country: "GB", share: 0.5 },
  { country: "DE", share: 0.3 },
  { country: "FR", share: 0.2 },
];
const ATLANTIC = [
  { country: "US", share: 0.6 },
  { country: "GB", share: 0.25 },
  { country: "DE", share: 0.15 },
];
const WORLD = [
  { country: "US", share: 0.4 },
  { country: "GB", share: 0.2 },
  { country: "DE", share: 0.2 },
  { country: "BR", share: 0.1 },
  { country: "IN", share: 0.1 },
];

const CODES: Leaves = { "verify-package-plans": leaf(300, 0.05), "verify-voice-sms": leaf(320, 0.04) };

export const shapes: readonly [Shape, ...Shape[]] = [
  {
    id: "steady-voice",
    title: "Steady voice: calls round the clock",
    leaves: {
      "calls-outbound": leaf(120, 0.18, 3),
      "calls-inbound-local": leaf(80, 0.03, 3),
      recordings: leaf(60, 0.0075, 3),
      phonenumbers: leaf(4, 0.038),
    },
    rhythm: { hours: hours(6, 20, 0.4), weekdays: ALL_DAYS, growthPerDay: 0, dayNoise: 0.12, hourNoise: 0.3 },
    destinations: EUROPE,
    holiday: 0.8,
  },
  {
    id: "business-voice",
    title: "Voice in business hours",
    leaves: {
      "calls-outbound": leaf(160, 0.15, 2.5),
      "calls-inbound-local": leaf(110, 0.04, 2.5),
      phonenumbers: leaf(6, 0.038),
    },
    rhythm: { hours: hours(9, 18, 0.01), weekdays: WORKING_DAYS, growthPerDay: 0.001, dayNoise: 0.15, hourNoise: 0.35 },
    destinations: ATLANTIC,
    holiday: 0.05,
  },
  {
    id: "sip-trunk",
    title: "Contact centre on an elastic SIP trunk",
    leaves: {
      "trunking-termination": leaf(180, 0.12, 4),
      "trunking-origination": leaf(120, 0.05, 4),
      phonenumbers: leaf(8, 0.038),
    },
    rhythm: { hours: hours(8, 19, 0.05), weekdays: WORKING_DAYS, growthPerDay: 0, dayNoise: 0.12, hourNoise: 0.3 },
    destinations: ATLANTIC,
    holiday: 0.1,
  },
  {
    id: "sms-notifier",
    title: "SMS notifications",
    leaves: {
      "sms-outbound-longcode": leaf(420, 0.07),
      "sms-messages-carrierfees": leaf(420, 0.004),
      "sms-inbound": leaf(25, 0.0079),
      "failed-message-processing-fee": leaf(9, 0.001),
      phonenumbers: leaf(4, 0.038),
    },
    rhythm: { hours: hours(7, 21, 0.1), weekdays: ALL_DAYS, growthPerDay: 0.001, dayNoise: 0.15, hourNoise: 0.35 },
    destinations: EUROPE,
    holiday: 0.7,
  },
  {
    id: "one-time-codes",
    title: "One-time codes with Verify",
    leaves: { ...CODES, lookups: leaf(300, 0.005) },
    rhythm: { hours: hours(7, 23, 0.25), weekdays: ALL_DAYS, growthPerDay: 0.001, dayNoise: 0.15, hourNoise: 0.35 },
    destinations: WORLD,
    holiday: 0.9,
  },
  {
    id: "support-desk",
    title: "Support desk: people call in",
    leaves: {
      "calls-inbound-local": leaf(140, 0.1, 4),
      "calls-inbound-tollfree": leaf(90, 0.09, 4),
      "calls-outbound": leaf(30, 0.1, 3),
      transcriptions: leaf(30, 0.1, 2),
      phonenumbers: leaf(3, 0.072),
    },
    rhythm: { hours: hours(8, 20, 0.02), weekdays: WORKING_DAYS, growthPerDay: 0, dayNoise: 0.2, hourNoise: 0.4 },
    destinations: ATLANTIC,
    holiday: 0.15,
  },
  {
    id: "tiny",
    title: "Tiny: a few calls and messages a day",
    leaves: {
      "calls-outbound": leaf(3, 0.05, 2),
      "sms-outbound-longcode": leaf(7, 0.0079),
      phonenumbers: leaf(1, 0.038),
    },
    rhythm: { hours: hours(8, 22, 0.05), weekdays: ALL_DAYS, growthPerDay: 0, dayNoise: 0.6, hourNoise: 0.9 },
    destinations: [{ country: "US", share: 1 }],
    holiday: 0.5,
  },
  {
    id: "growing",
    title: "Start-up that grows by 2 % a day",
    leaves: {
      "sms-outbound-longcode": leaf(160, 0.05),
      "verify-package-plans": leaf(80, 0.05),
      "verify-voice-sms": leaf(85, 0.04),
      "calls-outbound": leaf(25, 0.1, 2),
      phonenumbers: leaf(2, 0.038),
    },
    rhythm: { hours: hours(6, 23, 0.2), weekdays: ALL_DAYS, growthPerDay: 0.02, dayNoise: 0.25, hourNoise: 0.4 },
    destinations: WORLD,
    holiday: 0.9,
  },
  {
    id: "dormant",
    title: "Dormant: numbers are paid for, nothing is used",
    leaves: { phonenumbers: leaf(2, 0.038) },
    rhythm: { hours: hours(0, 24, 1), weekdays: ALL_DAYS, growthPerDay: 0, dayNoise: 0, hourNoise: 0 },
    destinations: [{ country: "US", share: 1 }],
    holiday: 1,
  },
];
