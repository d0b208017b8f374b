import fc from "fast-check";
import type { AccountBaseline, Amount } from "../../src/detection/baseline/contract.ts";
import type { OurChange, Scene } from "../../src/detection/contract.ts";
import { foldIntoBuckets } from "../../src/detection/fold.ts";
import { DEFAULT_DETECTION } from "../../src/detection/settings.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import type { Signal, SignalKind } from "../../src/signal/contract.ts";
import { countingFrom } from "../../src/signal/late.ts";
import { ACCOUNT } from "./fixtures.ts";
import { NOON, sceneOf } from "./signals.ts";

const HOUR = 3_600_000;

/** Few moments, so that signals often share one. */
const atMs = fc.integer({ min: 0, max: 8 }).map((quarters) => NOON - quarters * (HOUR / 4));
const accountSid = fc.constant<AccountSid>(ACCOUNT);
const country = fc.constantFrom("LV", "US", "GB");
const countryOrNone = fc.option(country);
const count = fc.integer({ min: 0, max: 400 });
const address = fc.constantFrom("203.0.113.7", "198.51.100.9");

function sid(prefix: string) {
  return fc.constantFrom("2", "3", "4").map((digit) => `${prefix}${digit.repeat(32)}`);
}

type OfKind<Kind extends SignalKind> = Extract<Signal, { readonly kind: Kind }>;
type Fields<Kind extends SignalKind> = {
  [Name in keyof OfKind<Kind> as Exclude<Name, "kind" | "accountSid" | "atMs">]: fc.Arbitrary<OfKind<Kind>[Name]>;
};

const FIELDS: { readonly [Kind in SignalKind]: Fields<Kind> } = {
  "usage-threshold": {
    triggerSid: sid("UT"),
    category: fc.constantFrom("calls-outbound", "calls", "sms", "totalprice", "recordings"),
    measure: fc.constantFrom("count", "usage", "price"),
    threshold: fc.integer({ min: 0, max: 3 }),
    value: fc.integer({ min: 0, max: 9 }),
    recurring: fc.constantFrom("daily", "monthly", "yearly", "once"),
  },
  error: {
    code: fc.constantFrom("20003", "32201", "32202", "11200", "13227", "21408", "30007", "30450", "60410", "91304"),
    level: fc.constantFrom("error", "warning"),
    resourceSid: fc.option(sid("CA")),
  },
  alarm: {
    alarmSid: sid("AL"),
    code: fc.option(fc.constantFrom("32202", "30450", "99999")),
    level: fc.constantFrom("error", "warning"),
    errors: count,
    threshold: count,
    periodMinutes: fc.constantFrom(5, 15, 60),
  },
  call: {
    happened: fc.constantFrom("created", "refused", "modified", "answered", "completed"),
    callSid: fc.option(sid("CA")),
    direction: fc.constantFrom("outbound", "inbound"),
    country: countryOrNone,
    number: fc.option(fc.constantFrom("+37181234567", "+37181234568")),
    seconds: fc.option(fc.constantFrom(4, 4_000)),
  },
  message: {
    happened: fc.constantFrom("queued", "sent", "delivered", "undelivered", "failed", "read", "received"),
    messageSid: sid("SM"),
    country: countryOrNone,
    number: fc.option(fc.constantFrom("+37181234567", "+37181234568")),
    code: fc.option(fc.constantFrom("30007", "30450")),
  },
  verification: {
    happened: fc.constantFrom("pending", "approved", "expired", "canceled", "max-attempts"),
    country: countryOrNone,
  },
  change: {
    eventSid: sid("AE"),
    type: fc.constantFrom(
      "account-api-keys.created",
      "account-keys.deleted",
      "account-auth-token.promoted",
      "voice-geographic-permissions.updated",
      "usage-trigger.deleted",
      "user-session.created",
      "payment-method.updated",
      "phone-number.created",
    ),
    actorSid: fc.option(sid("US")),
    actorType: fc.option(fc.constantFrom("user", "account", "twilio-admin")),
    resourceSid: fc.option(sid("SK")),
    source: fc.constantFrom("web", "api", "twilio"),
    address: fc.option(address),
    countries: fc.subarray(["LV", "US"]),
    isOpening: fc.option(fc.boolean()),
  },
  "blocked-address": { address, keySid: fc.option(sid("SK")) },
  "ported-out": { number: fc.constantFrom("+14155550101", "+14155550102") },
  "token-changed": {},
  "usage-reading": {
    category: fc.constantFrom("calls-outbound", "calls-inbound", "sms-outbound", "totalprice", "recordings"),
    day: fc.constantFrom("2026-11-21", "2026-11-20"),
    spendUsd: count,
    count,
    units: count,
    before: fc.record({
      atMs: fc.constantFrom(...[180, 5, 5, 20, 35, 50].map((minutes) => NOON - minutes * 60_000)),
      spendUsd: fc.integer({ min: 0, max: 40 }),
      count: fc.integer({ min: 0, max: 40 }),
    }),
  },
  "traffic-reading": {
    medium: fc.constantFrom("calls", "messages"),
    sinceMs: fc.constant(NOON - 3 * HOUR),
    total: count,
    live: count,
    longCalls: fc.integer({ min: 0, max: 9 }),
    longestSeconds: fc.constantFrom(0, 60, 9_000),
    destinations: fc.array(
      fc.record({ country, count, seconds: count, spendUsd: fc.option(fc.integer({ min: 0, max: 500 })) }),
      { maxLength: 3 },
    ),
    neighbours: fc.option(
      fc.record({ block: fc.constantFrom("+37181***", "+4477***"), country, numbers: fc.integer({ min: 5, max: 90 }) }),
    ),
    failures: fc.array(fc.record({ code: fc.constantFrom("30003", "30007"), count }), { maxLength: 2 }),
  },
  "conversion-reading": {
    sinceMs: fc.constant(NOON - 3 * HOUR),
    country: countryOrNone,
    attempts: count,
    converted: fc.integer({ min: 0, max: 60 }),
  },
  "refused-webhooks": { count },
  "quiet-source": { source: fc.constantFrom("debugger", "events"), quietSinceMs: fc.constant(NOON - 5 * HOUR) },
};

function anyOf<Kind extends SignalKind>(kind: Kind): fc.Arbitrary<Signal> {
  // A record of exactly the fields of that kind, beside those of every kind.
  const one = fc.record({
    kind: fc.constant(kind),
    accountSid,
    atMs,
    ...FIELDS[kind],
  }) as unknown as fc.Arbitrary<Signal>;
  // Some of those that are told one by one came late.
  const late = fc.constantFrom(null, null, null, null, 2 * HOUR, 4 * HOUR);
  return fc
    .tuple(one, late)
    .map(([signal, ms]) => (ms === null ? signal : countingFrom(signal, signal.atMs, signal.atMs - ms)));
}

const KINDS = Object.keys(FIELDS) as SignalKind[];
/** Several rules look at these. */
const OFTEN: readonly SignalKind[] = ["error", "error", "error", "change", "usage-reading", "usage-reading", "call"];

/** A few signals of any kinds, some of them in crowds within seconds. */
const anySignals: fc.Arbitrary<readonly Signal[]> = fc
  .array(
    fc.record({
      signal: fc.constantFrom(...KINDS, ...OFTEN).chain(anyOf),
      crowd: fc.constantFrom(1, 1, 8, 60),
    }),
    { maxLength: 14 },
  )
  .map((groups) =>
    groups.flatMap(({ signal, crowd }) =>
      // What names itself comes once; a second one would have another name.
      Array.from({ length: signal.kind === "change" ? 1 : crowd }, (_, index) => ({
        ...signal,
        atMs: Math.min(NOON, signal.atMs + index * 100),
      })),
    ),
  );

/** Days of a few calls and days of many. */
const some = fc.oneof(fc.integer({ min: 0, max: 12 }), count);
const amount: fc.Arbitrary<Amount> = fc.record({ spendUsd: some, count: some, units: some });

const category = fc.record({
  meanDay: amount,
  weekdays: fc.array(amount, { minLength: 7, maxLength: 7 }),
  spread: fc.constantFrom(0.1, 0.5),
  byHour: fc.constantFrom(
    null,
    Array.from({ length: 24 }, (_, hour) => (hour + 1) / 24),
  ),
  highestDay: amount,
  lastUsedDay: fc.constantFrom("2026-11-20", "2026-10-01"),
});

const baseline: fc.Arbitrary<AccountBaseline | null> = fc.option(
  fc.record({
    builtAtMs: fc.constant(NOON - 12 * HOUR),
    days: fc.constantFrom(2, 30),
    destinationDays: fc.constantFrom(2, 28),
    categories: fc.dictionary(
      fc.constantFrom("calls-outbound", "calls-inbound", "sms-outbound", "totalprice"),
      category,
      {
        noNullPrototype: true,
      },
    ),
    destinations: fc.uniqueArray(
      fc.record({ medium: fc.constantFrom("calls", "messages"), country, perDay: fc.constantFrom(2, 200) }),
      { maxLength: 3, selector: (one) => `${one.medium} ${one.country}` },
    ),
    addresses: fc.subarray(["203.0.113.7"]),
  }),
);

const ours: fc.Arbitrary<readonly OurChange[]> = fc.array(
  fc.record({
    what: fc.constant("Rotate the auth token"),
    fromMs: atMs,
    toMs: fc.constant(NOON),
    eventTypes: fc.constantFrom(["account-auth-token."], ["usage-trigger."], ["account-api-keys.deleted"]),
    resourceSids: fc.constantFrom(null, [`SK${"2".repeat(32)}`]),
  }),
  { maxLength: 1 },
);

const settings = fc
  .record({ allowedCountries: fc.subarray(["US", "GB"]), baseline: fc.constantFrom("seasonal", "simple") })
  .map((changes): Scene["settings"] => ({ ...DEFAULT_DETECTION, ...changes }));

/** What is known of an account beside its signals. */
const about: fc.Arbitrary<Partial<Scene>> = fc.record({ baseline, ours, settings });

/** One account in any state. */
export const anyScene: fc.Arbitrary<Scene> = fc
  .tuple(anySignals, about)
  .map(([signals, known]) => sceneOf(foldIntoBuckets([], signals), known));

/** The same account, whose signals came in another order. */
export const sceneTwice: fc.Arbitrary<{ readonly one: Scene; readonly other: Scene }> = fc
  .tuple(anySignals, about)
  .chain(([signals, known]) =>
    fc.shuffledSubarray([...signals], { minLength: signals.length }).map((shuffled) => ({
      one: sceneOf(foldIntoBuckets([], signals), known),
      other: sceneOf(foldIntoBuckets([], shuffled), known),
    })),
  );
