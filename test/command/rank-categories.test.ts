import { describe, expect, test } from "vitest";
import type { UsageRow } from "../../src/command/contract.ts";
import { rankCategories } from "../../src/command/rank-categories.ts";

function row(category: string, spendUsd: number): UsageRow {
  return {
    category,
    description: category,
    spendUsd,
    usage: 1,
    usageUnit: "minutes",
    count: 1,
    countUnit: "calls",
    startDate: "2026-11-21",
    endDate: "2026-11-21",
  };
}

function top(...rows: readonly UsageRow[]): readonly string[] {
  return rankCategories(rows, 8).top.map(({ category }) => category);
}

describe("ranking", () => {
  test("the total is Twilio's own, since parts may not add up to it", () => {
    const ranking = rankCategories([row("totalprice", 100), row("sms-inbound", 30), row("recordings", 50)], 1);
    expect(ranking).toMatchObject({ totalUsd: 100, othersCount: 1, othersUsd: 50 });
    expect(ranking.top.map(({ category }) => category)).toEqual(["recordings"]);
  });

  test("a sum is left out when its parts explain it", () => {
    expect(
      top(row("calls", 90), row("calls-outbound", 80), row("calls-inbound", 10), row("calls-inbound-local", 10)),
    ).toEqual(["calls-outbound", "calls-inbound-local"]);
  });

  test("a sum whose parts do not explain it is shown instead of them", () => {
    expect(top(row("sms", 100), row("sms-outbound", 40), row("recordings", 60))).toEqual(["sms", "recordings"]);
  });

  test("a category of a similar name that the sum does not count is not lost", () => {
    expect(top(row("calls", 90), row("calls-outbound", 90), row("calls-sip-outbound", 300))).toEqual([
      "calls-sip-outbound",
      "calls-outbound",
    ]);
  });

  test("what cost nothing is not listed", () => {
    expect(top(row("totalprice", 5), row("sms-inbound", 5), row("recordings", 0))).toEqual(["sms-inbound"]);
  });

  test("without a total the parts are counted once", () => {
    expect(rankCategories([row("calls", 90), row("calls-outbound", 90)], 8).totalUsd).toBe(90);
  });
});
