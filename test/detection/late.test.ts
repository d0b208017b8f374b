import { describe, expect, test } from "vitest";
import { callTraffic } from "../../src/detection/call-traffic.ts";
import { errorBurst } from "../../src/detection/error-burst.ts";
import { worstBurst } from "../../src/detection/error-story.ts";
import { foldIntoBuckets, LOOKBACK_MS, minuteOf, plainSeries } from "../../src/detection/fold.ts";
import { inboundPumping } from "../../src/detection/inbound-pumping.ts";
import { rules } from "../../src/detection/index.ts";
import { messageTraffic } from "../../src/detection/message-traffic.ts";
import { sipAttack } from "../../src/detection/sip-attack.ts";
import { tollFraud } from "../../src/detection/toll-fraud.ts";
import { verifyPumping } from "../../src/detection/verify-pumping.ts";
import type {
  CallSignal,
  CountedSignal,
  MessageSignal,
  Signal,
  VerificationSignal,
} from "../../src/signal/contract.ts";
import { countingFrom } from "../../src/signal/late.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { baselineOf, errorSignal, errors, NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What happened then, and was repeated until we could take it: at noon. */
function repeated<Kind extends CountedSignal>(signals: readonly Kind[]): readonly Kind[] {
  return signals.map((signal) => countingFrom(signal, NOON, signal.atMs));
}

const core = { accountSid: ACCOUNT, country: "LV", number: null } as const;
const of = <Kind>(count: number, fromMs: number, everyMs: number, one: (atMs: number) => Kind): readonly Kind[] =>
  Array.from({ length: count }, (_, index) => one(fromMs + index * everyMs));
const call =
  (changes: Partial<CallSignal> = {}) =>
  (atMs: number): CallSignal => {
    return {
      ...core,
      kind: "call",
      atMs,
      happened: "created",
      callSid: null,
      direction: "outbound",
      seconds: null,
      ...changes,
    };
  };
const message =
  (happened: MessageSignal["happened"]) =>
  (atMs: number): MessageSignal => {
    return { ...core, kind: "message", atMs, happened, messageSid: "SM1", code: null };
  };
const errorAt = (atMs: number) => errorSignal("30003", atMs);
const verification =
  (happened: VerificationSignal["happened"]) =>
  (atMs: number): VerificationSignal => {
    return { kind: "verification", accountSid: ACCOUNT, country: "LV", atMs, happened };
  };

test("what came late is seen for an hour from its arrival, and counts in the minute in which it happened", () => {
  const then = NOON - 3 * HOUR;
  const buckets = foldIntoBuckets([], repeated([...errors("32202", 3, then), ...errors("32202", 2, then + MINUTE)]));
  expect(buckets.map(({ series, minute, count, lastAtMs }) => [plainSeries(series), minute, count, lastAtMs])).toEqual([
    ["error:32202", NOON / MINUTE, 3, NOON],
    ["error:32202", NOON / MINUTE, 2, NOON],
  ]);
  expect(buckets.map(minuteOf)).toEqual([then / MINUTE, then / MINUTE + 1]);
  const again = foldIntoBuckets(buckets, repeated(errors("32202", 4, then)));
  expect(again.map(({ count }) => count)).toEqual([7, 2]);
});

describe("hours of ordinary things that arrive together are no burst, and a burst that was one is", () => {
  const fourHours = NOON - 4 * HOUR;

  test("errors", () => {
    const trickle = repeated(errors("32202", 48, fourHours, 5 * MINUTE).slice(0, 40));
    expect(rules.flatMap((rule) => rule.evaluate(scene(trickle)))).toEqual([]);
    const attack = repeated(errors("32202", 60, fourHours));
    expect(sipAttack.evaluate(scene([...trickle, ...attack]))).toMatchObject([
      {
        threat: "sip-attack",
        severity: "critical",
        summary: expect.stringMatching(/^61 /),
        evidence: expect.arrayContaining([
          {
            label: expect.stringMatching(/32202/),
            value: "100, all told late: they happened from 08:00 GMT on",
          },
        ]),
      },
    ]);
  });

  test("of errors that came late it is said since when, and how many they are", () => {
    const attack = errors("32202", 90, NOON - 3 * HOUR);
    const [late] = sipAttack.evaluate(scene(repeated(attack)));
    expect(late?.evidence[0]?.value).toBe("90, all told late: they happened from 09:00 GMT on");
    expect([late?.firstSignalAtMs, late?.lastSignalAtMs]).toEqual([NOON - 3 * HOUR, NOON]);
    const [mixed] = sipAttack.evaluate(scene([...repeated(attack), ...errors("32202", 10, NOON - 20 * MINUTE)]));
    expect(mixed?.evidence[0]?.value).toBe("100, of which 90 were told late");
  });

  test("half of a burst that came in time and half that came late are one", () => {
    const fromMs = NOON - 40 * MINUTE;
    const signals = [...errors("32202", 3, fromMs), ...repeated(errors("32202", 3, fromMs + MINUTE))];
    expect(worstBurst(foldIntoBuckets([], signals))).toBe(6);
  });

  test("inbound calls", () => {
    const said = (signals: readonly Signal[]) => inboundPumping.evaluate(scene(signals, { baseline: baselineOf() }));
    const inbound = call({ direction: "inbound" });
    expect(said(repeated(of(200, fourHours, 70_000, inbound)))).toEqual([]);
    expect(said(repeated(of(200, fourHours, 1_000, inbound)))).toMatchObject([
      { threat: "inbound-call-pumping", firstSignalAtMs: fourHours, lastSignalAtMs: NOON },
    ]);
  });

  test("outbound calls: the most within any sixty minutes, however the clock cuts them, with those that came in time", () => {
    const calls = (signals: readonly Signal[]) => callTraffic(scene(signals))?.byCountry.get("LV")?.calls;
    const trickle = repeated(of(40, fourHours, 5 * MINUTE, call()));
    expect(calls(trickle)).toBe(12);
    // Four of the trickle are within the same hour.
    expect(calls([...trickle, ...of(20, NOON - 5 * MINUTE, 1_000, call())])).toBe(24);
    expect(calls(repeated(of(90, fourHours, 1_000, call())))).toBe(90);
    // From 09:45 to 10:12.
    const across = repeated(of(28, NOON - 135 * MINUTE, MINUTE, call()));
    expect(calls(across)).toBe(28);
    expect(tollFraud.evaluate(scene(across, { baseline: baselineOf() }))).toMatchObject([
      { severity: "critical", firstSignalAtMs: NOON - 135 * MINUTE, lastSignalAtMs: NOON },
    ]);
  });

  test("messages", () => {
    const trickle = repeated(of(80, fourHours, 150_000, message("sent")));
    const lost = repeated(of(80, fourHours, 150_000, message("undelivered")));
    expect(messageTraffic(foldIntoBuckets([], [...trickle, ...lost]), NOON)).toMatchObject({ total: 24, lost: 24 });
    const flood = messageTraffic(foldIntoBuckets([], repeated(of(80, fourHours, 1_000, message("sent")))), NOON);
    expect(flood?.byCountry.get("LV")).toMatchObject({ messages: 80, burst: 80 });
    const across = repeated(of(40, NOON - 130 * MINUTE, 30_000, message("sent")));
    expect(messageTraffic(foldIntoBuckets([], across), NOON)).toMatchObject({
      total: 40,
      firstAtMs: NOON - 130 * MINUTE,
      heardAtMs: NOON,
    });
  });

  test("messages that do not arrive, as few of each hour's as on any day", () => {
    const written = repeated(of(2_880, fourHours, 5_000, message("sent")).slice(0, 2_400));
    const lost = repeated(of(60, fourHours, 4 * MINUTE, errorAt).slice(0, 50));
    const cluster = repeated(of(20, fourHours + 30 * MINUTE, 1_000, errorAt));
    expect(errorBurst.evaluate(scene([...lost, ...cluster, ...written]))).toEqual([]);
    expect(errorBurst.evaluate(scene([...lost, ...cluster]))).toHaveLength(1);
  });

  test("codes that are told again without their ends were not typed in by nobody", () => {
    const begun = of(100, fourHours, 25_000, verification("pending"));
    expect(verifyPumping.evaluate(scene(repeated(begun), { nowMs: NOON + 20 * MINUTE }))).toEqual([]);
    const now = begun.map((one) => ({ ...one, atMs: one.atMs + 3.3 * HOUR }));
    expect(verifyPumping.evaluate(scene(now, { nowMs: NOON + 20 * MINUTE }))).toHaveLength(1);
  });
});

test("two calls that came late follow each other as closely as they did", () => {
  const two = (apartMs: number) => repeated(of(2, NOON - 3 * HOUR, apartMs, call()));
  const said = (signals: readonly Signal[]) => tollFraud.evaluate(scene(signals, { baseline: baselineOf() }));
  expect(said(two(2 * MINUTE))).toMatchObject([{ threat: "toll-fraud", lastSignalAtMs: NOON }]);
  expect(said(two(20 * MINUTE))).toEqual([]);
});

test("calls from before a country was opened do not follow it because they came late", () => {
  const before = repeated(of(10, NOON - 2 * HOUR, 1_000, call()));
  expect(callTraffic(scene(before), NOON - HOUR)).toBeNull();
  expect(callTraffic(scene(before), NOON - 3 * HOUR)?.byCountry.get("LV")?.calls).toBe(10);
});

test("what is dated further back than a day has no time of its own, nor has what is told as a whole", () => {
  const [error] = errors("32202", 1, NOON - 25 * HOUR);
  if (error === undefined) throw new Error("no error");
  expect(countingFrom(error, NOON, error.atMs)).toEqual({ ...error, atMs: NOON });
  expect(countingFrom(error, NOON, Number.NaN)).toEqual({ ...error, atMs: NOON });
  const changed: Signal = { kind: "token-changed", accountSid: ACCOUNT, atMs: NOON - LOOKBACK_MS };
  expect(countingFrom(changed, NOON, changed.atMs)).toEqual({ ...changed, atMs: NOON });
});
