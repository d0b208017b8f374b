import { describe, expect, it } from "vitest";
import type { Bucket } from "../../../src/detection/contract.ts";
import { bucketKey } from "../../../src/detection/fold.ts";
import type { AccountSid, IncidentId } from "../../../src/lib/id.ts";
import { attacks } from "../../../src/sandbox/evaluate/attacks/index.ts";
import { type Count, countsOf } from "../../../src/sandbox/evaluate/outage/counts.ts";
import { nothing } from "../../../src/sandbox/evaluate/outage/nothing.ts";
import type { Outcome } from "../../../src/sandbox/evaluate/outage/play.ts";
import { planOutages } from "../../../src/sandbox/evaluate/outage/play-outages.ts";
import { outageLines, outageShortcomings } from "../../../src/sandbox/evaluate/outage/table.ts";
import type { Happened } from "../../../src/sandbox/evaluate/outage/tally.ts";
import { outageOf } from "../../../src/sandbox/evaluate/outage/window.ts";
import type { Signal } from "../../../src/signal/contract.ts";

const START_MS = Date.parse("2026-03-02T09:00:00Z");
const MINUTE_MS = 60_000;
const accountSid = `AC${"1".repeat(32)}` as AccountSid;
const minute = (minutes: number) => START_MS + minutes * MINUTE_MS;
const outage = { fromMs: minute(10), toMs: minute(70), covers: "most" } as const;

function acts(...minutes: readonly number[]) {
  return minutes.map((minutes) => ({ atMs: minute(minutes), run: () => {} }));
}

function bucket(signal: Signal, count = 1): Bucket {
  return { ...bucketKey(signal), count, last: signal, firstAtMs: signal.atMs, lastAtMs: signal.atMs };
}

function error(atMs: number, code = "11200"): Signal {
  return { kind: "error", accountSid, atMs, code, level: "error", resourceSid: null };
}

function reading(fromMinute: number, toMinute: number, count: number): Signal {
  return {
    kind: "traffic-reading",
    accountSid,
    atMs: minute(toMinute),
    medium: "calls",
    sinceMs: minute(fromMinute),
    total: count,
    live: 0,
    longCalls: 0,
    longestSeconds: 60,
    destinations: [{ country: "LV", count, seconds: 60, spendUsd: null }],
    neighbours: null,
    failures: [],
  };
}

function usage(atMinute: number, count: number, before: number): Signal {
  const at = { atMs: minute(atMinute), day: "2026-03-02", category: "calls-outbound", units: 0, spendUsd: 0 };
  return { kind: "usage-reading", accountSid, ...at, count, before: { atMs: START_MS, spendUsd: 0, count: before } };
}

function counts(buckets: readonly Bucket[], happened: readonly Happened[], used = 0, hours = 0): readonly Count[] {
  return countsOf({
    buckets,
    hours: hours === 0 ? [] : [{ category: "calls-outbound", hour: 1, spendUsd: 0, count: hours, units: 0 }],
    happened,
    used: () => used,
    sinceMs: START_MS,
    outage,
  });
}

function twice(all: readonly Count[]): readonly string[] {
  return all.filter(({ tooOften }) => tooOften.length > 0).map(({ what }) => what);
}

const some = (series: string, ...minutes: readonly number[]): readonly Happened[] =>
  minutes.map((minutes) => ({ series, atMs: minute(minutes) }));

describe("the hour that is missed", () => {
  const day = { startMs: START_MS, endMs: minute(480) };

  it("is in the middle of what goes on for long", () => {
    expect(outageOf(day, acts(0, 20, 470), false)).toEqual({
      fromMs: minute(210),
      toMs: minute(270),
      covers: "middle",
    });
  });

  it("covers all but the first quarter of what is shorter", () => {
    expect(outageOf(day, acts(0, 8, 12), false)).toEqual({ fromMs: minute(3), toMs: minute(63), covers: "most" });
    expect(outageOf({ startMs: START_MS, endMs: minute(40) }, acts(0, 39), false).fromMs).toBe(minute(10));
  });

  it("covers a single act, and what is to be unseen, from before its beginning on", () => {
    expect(outageOf(day, acts(0), false)).toMatchObject({ fromMs: minute(-1), covers: "all" });
    expect(outageOf(day, acts(0, 20), true)).toMatchObject({ fromMs: minute(-1), covers: "all" });
  });
});

describe("the plan", () => {
  it("has every kind of attack, above twice the ordinary, and ordinary time", () => {
    const met = planOutages(1_002);
    for (const kind of attacks) expect(met.some((one) => one.kind === kind && one.extent === "long")).toBe(true);
    for (const { intensity } of met) expect(["flood", "heavy", "strong", "once"]).toContain(intensity);
    expect(met.filter(({ kind }) => kind === nothing)).toHaveLength(9);
    expect(planOutages(1_002, ({ kind }) => kind === nothing)).toHaveLength(9);
  });
});

describe("what detection counts", () => {
  it("is no more than there was when each thing counts once", () => {
    const buckets = [bucket(error(minute(5)), 2), bucket(reading(0, 71, 3)), bucket(usage(71, 9, 4))];
    const happened = [...some("error:11200", 5, 5, 30), ...some("log:calls:LV", 5, 20, 60)];
    const all = counts(buckets, happened, 9, 9);
    expect(twice(all)).toEqual([]);
    expect(all.find(({ what }) => what === "errors")).toMatchObject({
      counted: 2,
      happened: 3,
      missed: 1,
      caughtUp: 0,
    });
    expect(all.find(({ what }) => what === "calls in the log")).toMatchObject({ counted: 3, missed: 2, caughtUp: 2 });
    expect(all.find(({ what }) => what === "usage read")).toMatchObject({ counted: 5, happened: 5 });
  });

  it("is more when one error counts again, also where another one was lost", () => {
    const happened = [...some("error:11200", 5), ...some("error:32201", 6)];
    expect(twice(counts([bucket(error(minute(5))), bucket(error(minute(71)))], happened))).toEqual(["errors"]);
  });

  it("is more when two readings of a log overlap", () => {
    const happened = some("log:calls:LV", 5, 20);
    expect(twice(counts([bucket(reading(0, 10, 1)), bucket(reading(10, 71, 1))], happened))).toEqual([]);
    expect(twice(counts([bucket(reading(0, 10, 1)), bucket(reading(0, 71, 2))], happened))).toEqual([
      "calls in the log",
    ]);
  });

  it("is more when a reading of usage begins before the last one ended", () => {
    expect(twice(counts([bucket(usage(5, 6, 4)), bucket(usage(71, 9, 6))], [], 9))).toEqual([]);
    expect(twice(counts([bucket(usage(5, 6, 4)), bucket(usage(71, 9, 4))], [], 9))).toEqual(["usage read"]);
    expect(twice(counts([], [], 9, 10))).toEqual(["usage by the hour"]);
  });
});

describe("the table", () => {
  const [kind = nothing] = attacks;
  const outcome = (changes: Partial<Outcome>): Outcome => ({
    kind,
    intensity: "strong",
    shapeId: "steady-voice",
    extent: "brief",
    startMs: START_MS,
    outage,
    raised: null,
    newsMs: null,
    asides: [],
    counts: [],
    ...changes,
  });
  const raised = { id: "1" as IncidentId, accountSid, threat: "toll-fraud", summary: "" } as const;

  it("tells what was found before, what by catch-up, and what was not", () => {
    const text = outageLines([
      outcome({ raised: { ...raised, atMs: minute(9) }, newsMs: minute(71) }),
      outcome({ raised: { ...raised, atMs: minute(73) } }),
      outcome({}),
    ]).join("\n");
    expect(text).toMatch(/before \(9 min\): toll-fraud; news after 60 s/);
    expect(text).toMatch(/by catch-up after 3 min: toll-fraud/);
    expect(text).toContain("NOT FOUND");
  });

  it("falls short of what was not found, had no news, or is counted twice", () => {
    expect(outageShortcomings([outcome({ raised: { ...raised, atMs: minute(73) } })])).toEqual([]);
    expect(outageShortcomings([outcome({ kind: nothing })])).toEqual([]);
    const twiceCounted = counts([bucket(error(minute(5)), 2)], some("error:11200", 5));
    const short = outageShortcomings([
      outcome({}),
      outcome({ raised: { ...raised, atMs: minute(9) } }),
      outcome({ kind: nothing, counts: twiceCounted }),
    ]);
    expect(short).toHaveLength(3);
    expect(short[2]).toContain("errors: 2 are counted, 1 happened");
  });
});
