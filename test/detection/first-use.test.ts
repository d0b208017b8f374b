import { describe, expect, test } from "vitest";
import type { AccountBaseline, CategoryBaseline } from "../../src/detection/baseline/contract.ts";
import type { Rule, Scene } from "../../src/detection/contract.ts";
import { dormantAccount } from "../../src/detection/dormant-account.ts";
import { unusedProduct } from "../../src/detection/unused-product.ts";
import type { UsageReadingSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;

function category(lastUsedDay = "2026-11-20"): CategoryBaseline {
  const amount = { spendUsd: 5, count: 100, units: 100 };
  return {
    meanDay: amount,
    weekdays: Array(7).fill(amount),
    spread: 0.1,
    byHour: null,
    highestDay: amount,
    lastUsedDay,
  };
}

function knows(categories: Readonly<Record<string, CategoryBaseline>>, days = 56): AccountBaseline {
  return { builtAtMs: NOON, days, categories, destinations: [], destinationDays: 28, addresses: [] };
}

function reading(
  name: string,
  spendUsd: number,
  count: number,
  changes: Partial<UsageReadingSignal> = {},
): UsageReadingSignal {
  return {
    kind: "usage-reading",
    accountSid: ACCOUNT,
    atMs: NOON,
    category: name,
    day: "2026-11-21",
    spendUsd,
    count,
    units: count,
    before: { atMs: NOON - MINUTE, spendUsd: 0, count: 0 },
    ...changes,
  };
}

const MESSAGES = knows({ "sms-outbound": category(), totalprice: category() });

function said(
  rule: Rule,
  signals: readonly UsageReadingSignal[],
  baseline: AccountBaseline | null,
  changes: Partial<Scene> = {},
) {
  return rule.evaluate(scene(signals, { baseline, nowMs: NOON + 1_000, ...changes }));
}

describe("a product that was never used", () => {
  test("is told from a small floor on, as what a stranger would do with it", () => {
    expect(said(unusedProduct, [reading("lookups", 0.31, 62)], MESSAGES)).toMatchObject([
      {
        threat: "lookup-abuse",
        severity: "warning",
        summary: "Number look-ups on an account that had none in 56 days: 62 for 0.31 USD so far today.",
        evidence: [
          { label: "Usage category", value: "lookups" },
          { label: "Now", value: "62 for 0.31 USD" },
          { label: "Used before", value: "never in the 56 days that are known" },
        ],
      },
    ]);
    expect(said(unusedProduct, [reading("transcriptions", 0.05, 10)], MESSAGES)).toEqual([]);
  });

  test("is not look-ups as few as Tollgate makes itself, whatever they cost", () => {
    expect(said(unusedProduct, [reading("lookups", 4.9, 49)], MESSAGES)).toEqual([]);
    expect(said(unusedProduct, [reading("lookups", 1.65, 50)], MESSAGES)).toHaveLength(1);
  });

  test.each([
    ["calls-outbound", "toll-fraud"],
    ["verify-package-plans", "verify-pumping"],
    ["transcriptions", "unused-product"],
  ])("%s is %s", (name, threat) => {
    expect(said(unusedProduct, [reading(name, 2, 20)], MESSAGES)).toMatchObject([{ threat, category: name }]);
  });

  test("is one alert, however many categories hold it", () => {
    const alerts = said(unusedProduct, [reading("calls", 2, 20), reading("calls-outbound", 2, 20)], MESSAGES);
    expect(alerts).toMatchObject([{ threat: "toll-fraud", category: "calls-outbound" }]);
  });

  test.each([
    ["another kind of what is used", "sms-outbound-tollfree", MESSAGES],
    ["the total", "totalprice", knows({})],
    ["a fee", "phonenumbers", MESSAGES],
    ["anything on an account that is not known for a week", "lookups", knows({}, 6)],
    ["anything when nothing is known", "lookups", null],
  ])("%s is none", (_name, what, baseline) => {
    expect(said(unusedProduct, [reading(what, 50, 500)], baseline)).toEqual([]);
  });

  test("is news when it passes the floor and when it doubles, not with every call after", () => {
    const known = (spendUsd: number) => ({ before: { atMs: NOON - MINUTE, spendUsd, count: 0 } });
    expect(said(unusedProduct, [reading("calls", 1.7, 0, known(1.6))], MESSAGES)).toEqual([]);
    expect(said(unusedProduct, [reading("calls", 2.1, 0, known(1.6))], MESSAGES)).toHaveLength(1);
  });
});

describe("an account that was asleep", () => {
  const asleep = knows({ "calls-outbound": category("2026-10-17"), phonenumbers: category() });

  test("is told with how long it slept, as what it is used for", () => {
    expect(said(dormantAccount, [reading("calls-outbound", 14.2, 12)], asleep)).toMatchObject([
      {
        threat: "toll-fraud",
        summary: "Outbound calls on an account that nobody used for 34 days: 12 for 14.20 USD so far today.",
        evidence: expect.arrayContaining([{ label: "Asleep", value: "no usage for 34 days" }]),
      },
    ]);
    expect(said(dormantAccount, [reading("transcriptions", 3, 2)], asleep)).toMatchObject([
      { threat: "dormant-account" },
    ]);
  });

  test("sleeps although its numbers are paid for, and wakes by a small floor", () => {
    expect(said(dormantAccount, [reading("phonenumbers", 40, 4)], asleep)).toEqual([]);
    expect(said(dormantAccount, [reading("calls-outbound", 0.5, 2)], asleep)).toEqual([]);
  });

  test.each([
    ["used yesterday", MESSAGES],
    ["used thirteen days ago", knows({ "calls-outbound": category("2026-11-07") })],
    ["known for thirteen days only", knows({}, 13)],
    ["not known", null],
  ])("is not one that is %s", (_name, baseline) => {
    expect(said(dormantAccount, [reading("calls-outbound", 20, 20)], baseline)).toEqual([]);
  });
});
