/** What charts are made of, and the sentence that stands for each. */
import { describe, expect, test } from "vitest";
import { foldIntoBuckets } from "../../src/detection/fold.ts";
import { amountIn, asOfWords } from "../../src/notice/chart.ts";
import { destinationsChart, errorsChart } from "../../src/notice/chart-bars.ts";
import { changesIn } from "../../src/notice/chart-changes.ts";
import { type DaysGiven, daysChart } from "../../src/notice/chart-days.ts";
import { hoursChart } from "../../src/notice/chart-hours.ts";
import type { ChangeSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { errors, NOON } from "../support/signals.ts";
import { evenBaseline } from "./chart-baseline.ts";

const DAY_MS = 86_400_000;
const baseline = evenBaseline("calls-outbound");

function change(type: string, changes: Partial<ChangeSignal> = {}): ChangeSignal {
  return {
    kind: "change",
    accountSid: ACCOUNT,
    atMs: NOON,
    eventSid: `AE${type.length}`,
    type,
    actorSid: null,
    actorType: null,
    resourceSid: null,
    source: "api",
    address: null,
    countries: [],
    isOpening: null,
    ...changes,
  };
}

describe("days", () => {
  const dayBefore = (days: number, spendUsd: number) => ({
    day: new Date(NOON - days * DAY_MS).toISOString().slice(0, 10),
    spendUsd,
    count: 10,
  });
  const given: DaysGiven = {
    category: "calls-outbound",
    rows: [dayBefore(0, 200), dayBefore(1, 50.004), dayBefore(3, 40)],
    days: 14,
    baseline,
    changes: [],
    readAtMs: NOON - 90_000,
    nowMs: NOON,
  };
  const specOf = (changes: Partial<DaysGiven> = {}) => {
    const chart = daysChart({ ...given, ...changes });
    if (chart?.spec.kind !== "days") throw new Error("no chart of days");
    return { ...chart.spec, finding: chart.finding };
  };

  test("have no gap: a day without a row was one without usage", () => {
    const { days } = specOf();
    expect(days).toHaveLength(14);
    expect(days.slice(-4).map(({ day, usd }) => [day, usd])).toEqual([
      ["2026-11-18", 40],
      ["2026-11-19", 0],
      ["2026-11-20", 50],
      ["2026-11-21", 200],
    ]);
  });

  test("say how today stands against the usual, and what was changed last", () => {
    const changes = [{ atMs: NOON - 2 * DAY_MS, text: "calls to Latvia were opened" }];
    expect(specOf({ changes }).finding).toBe(
      "Outbound call spend today is 200.00 USD so far, 4.2 times the usual Saturday (48.00 USD), the most of 14 days. On 19 Nov calls to Latvia were opened. As of 21 Nov 11:58 UTC.",
    );
    expect(specOf({ changes }).changes).toEqual([{ day: "2026-11-19", text: "calls to Latvia were opened" }]);
  });

  test("say a day, and not which, where nobody knows days of the week", () => {
    const rows = Array.from({ length: 14 }, (_, index) => dayBefore(index, index === 0 ? 20 : 10));
    expect(specOf({ rows, baseline: null }).finding).toContain(", 2.0 times the usual day (10.00 USD), the most");
  });

  test("do not take what was not read for nothing", () => {
    const { finding, isRunning } = specOf({ rows: [dayBefore(1, 50)], readAtMs: null });
    expect(finding).toBe(
      "Outbound call spend today is not read yet, on a usual Saturday it is 48.00 USD. As of 21 Nov 12:00 UTC.",
    );
    expect(isRunning).toBe(false);
  });

  test("have their usual range from the baseline, else from the mean of seven days, else none", () => {
    expect(specOf().usual?.[0]).toEqual({ low: 38.4, high: 57.6 });
    const rows = Array.from({ length: 14 }, (_, index) => dayBefore(index, index === 0 ? 0 : 10));
    expect(specOf({ rows, baseline: null }).usual?.[0]).toEqual({ low: 8, high: 12 });
    expect(specOf({ rows, baseline: null, days: 5 }).usual).toBeNull();
  });

  test("leave out changes of other days, and are no chart when nothing was used", () => {
    expect(specOf({ changes: [{ atMs: NOON - 40 * DAY_MS, text: "long ago" }] }).changes).toEqual([]);
    expect(daysChart({ ...given, rows: [] })).toBeNull();
  });
});

describe("hours", () => {
  const readings = [
    { atMs: NOON - 3_600_000, spendUsd: 30 },
    { atMs: NOON, spendUsd: 120 },
    { atMs: NOON - 1_800_000, spendUsd: 29.5 },
    { atMs: NOON - 2 * DAY_MS, spendUsd: 999 },
  ];

  test("are added up from midnight, never fall, and are compared with what an ordinary day has come to", () => {
    const chart = hoursChart({ category: "calls-outbound", readings, baseline, nowMs: NOON });
    expect(chart?.spec).toMatchObject({
      today: [
        { hour: 0, usd: 0 },
        { hour: 11, usd: 30 },
        { hour: 11.5, usd: 30 },
        { hour: 12, usd: 120 },
      ],
    });
    expect(chart?.finding).toBe(
      "Outbound call spend was 120.00 USD by 21 Nov 12:00 UTC; an ordinary day has come to 24.00 USD by then, so this is 5.0 times as much.",
    );
  });

  test("are no chart where nothing was read, or nobody knows what is ordinary", () => {
    const none = { category: "calls-outbound", readings, baseline, nowMs: NOON };
    expect(hoursChart({ ...none, readings: [] })).toBeNull();
    expect(hoursChart({ ...none, baseline: null })).toBeNull();
    expect(hoursChart({ ...none, category: "sms" })).toBeNull();
  });
});

test("every kind says in the picture when it was so, with the day: a picture may be looked at later", () => {
  const charts = [
    destinationsChart([{ country: "LV", calls: 7, isAllowed: false }], "call", NOON),
    errorsChart(foldIntoBuckets([], [...errors("32202", 5), ...errors("32201", 2)]), NOON),
    hoursChart({ category: "calls-outbound", readings: [{ atMs: NOON, spendUsd: 7 }], baseline, nowMs: NOON + 999 }),
  ];
  for (const chart of charts) {
    expect(chart?.spec.asOf).toBe("21 Nov 12:00 UTC");
    expect(chart?.finding).toContain("21 Nov 12:00 UTC");
    // What facts beside it are compared with.
    expect(chart === null ? null : amountIn(chart.spec)).toBe(7);
  }
  expect(asOfWords(Date.UTC(2026, 0, 2, 3, 4, 59))).toBe("2 Jan 03:04 UTC");
});

describe("bars", () => {
  const to = (country: string, calls: number, isAllowed: boolean) => ({ country, calls, isAllowed });

  test("of destinations mark those that nobody allowed, and say how much goes there", () => {
    const chart = destinationsChart([to("LV", 80, false), to("US", 12, true)], "call", NOON);
    expect(chart?.finding).toBe(
      "80 of 92 calls went to Latvia, which is not on your list of countries. As of 21 Nov 12:00 UTC.",
    );
    expect(chart?.spec).toMatchObject({
      bars: [
        { label: "Latvia", value: 80, isMarked: true },
        { label: "United States", value: 12, isMarked: false },
      ],
    });
    expect(destinationsChart([to("US", 12, true)], "message", NOON)?.finding).toBe(
      "All 12 messages went to countries on your list. As of 21 Nov 12:00 UTC.",
    );
    expect(destinationsChart([], "call", NOON)).toBeNull();
  });

  test("count what has no bar of its own", () => {
    const many = Array.from({ length: 12 }, (_, index) => to(`Q${index}`, 20 - index, false));
    const chart = destinationsChart(many, "call", NOON);
    expect(chart?.spec).toMatchObject({ others: { kinds: 4, value: 12 + 11 + 10 + 9 } });
    expect(chart?.finding).toContain("and 9 more countries, which are not");
  });

  test("of errors show kinds, and are no chart for one kind alone", () => {
    expect(errorsChart(foldIntoBuckets([], errors("32202", 5)), NOON)).toBeNull();
    const chart = errorsChart(foldIntoBuckets([], [...errors("32202", 5), ...errors("32201", 2)]), NOON);
    expect(chart?.finding).toMatch(/^5 of 7 errors are Error 32202.*; 2 kinds in all\. As of 21 Nov 12:00 UTC\.$/);
  });
});

describe("changes", () => {
  const textsOf = (...signals: readonly ChangeSignal[]) =>
    changesIn(foldIntoBuckets([], signals)).map(({ text }) => text);

  test("of who may do what are told in words, oldest first, and others are left out", () => {
    expect(
      textsOf(
        change("account-api-keys.created"),
        change("voice-geographic-permissions.updated", {
          atMs: NOON - 60_000,
          countries: ["LV", "EE", "SO", "TD", "GN"],
          isOpening: true,
        }),
        change("sms-geographic-permissions.updated", { isOpening: false, countries: ["LV"] }),
        change("phone-number.updated"),
      ),
    ).toEqual(["calls to Latvia, Estonia, Somalia and 2 more were opened", "an API key was created"]);
  });
});
