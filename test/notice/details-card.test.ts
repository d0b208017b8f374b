import { describe, expect, test } from "vitest";
import type { Bucket } from "../../src/detection/contract.ts";
import { detailsCard } from "../../src/notice/details-card.ts";
import type { Signal, UsageThresholdSignal } from "../../src/signal/contract.ts";
import { incidentView, linesOf, MINUTE_MS, NOW_MS, observation, SID } from "./house.ts";

test("the details show the evidence, the reading and where the newest calls go", () => {
  const details = detailsCard({
    ...incidentView,
    observation: { ...observation, missing: ["live calls"] },
    signalCount: 312,
  });
  expect(details.subject).toBe("details-7");
  expect(linesOf(details)).toEqual([
    "Outbound calls crossed 50.00 USD today.",
    "Usage trigger: calls-outbound reached 61.20 USD of 50.00 USD",
    "First signal: <-12>",
    "Last signal: <-2>",
    "*Read from Twilio* <-1>",
    "Category: calls-outbound",
    "Spent today: 1,204.11 USD",
    "Usual day: 122.30 USD",
    "Amount today: 5,310",
    "Where the newest calls go",
    "- Latvia: 302 calls, not on your list of countries",
    "- United States: 4 calls",
    "Could not be read",
    "- live calls",
  ]);
});

describe("signals", () => {
  const usage: UsageThresholdSignal = {
    kind: "usage-threshold",
    accountSid: SID,
    atMs: NOW_MS,
    triggerSid: "UT1",
    category: "calls-outbound",
    measure: "price",
    threshold: 50,
    value: 61.2,
    recurring: "daily",
  };
  const error = (code: string): Signal => ({
    kind: "error",
    accountSid: SID,
    atMs: NOW_MS,
    code,
    level: "error",
    resourceSid: null,
  });

  function bucket(series: string, minutesAgo: number, count: number, last: Signal): Bucket {
    const lastAtMs = NOW_MS - minutesAgo * MINUTE_MS;
    return {
      accountSid: SID,
      series,
      minute: Math.floor(lastAtMs / MINUTE_MS),
      count,
      last,
      firstAtMs: lastAtMs,
      lastAtMs,
    };
  }

  function signalLines(buckets: readonly Bucket[]): readonly string[] {
    const lines = linesOf(detailsCard({ ...incidentView, buckets }));
    return lines.slice(lines.indexOf("*Signals from Twilio*") + 1);
  }

  test("are one counted line a series, the most frequent first, with the newest value", () => {
    const lines = signalLines([
      bucket("usage:UT1", 9, 1, { ...usage, value: 51 }),
      bucket("usage:UT1", 1, 11, usage),
      bucket("usage:UT1", 5, 1, { ...usage, value: 55 }),
      bucket("error:32202", 3, 1000, error("32202")),
      bucket("error:99999", 4, 1, error("99999")),
    ]);
    expect(lines).toEqual([
      "Error 32202 (SIP: wrong user or password): 1,000 signals, the last <-3>",
      "Outbound call spend today: 13 signals, the last <-1>: 61.20 USD, threshold 50.00 USD",
      "Error 99999: 1 signal, <-4>",
    ]);
  });

  test.each([
    [{ measure: "count", recurring: "monthly", value: 5310, threshold: 5000 }, "Outbound calls this month"],
    [{ measure: "usage", recurring: "yearly", value: 5310, threshold: 5000 }, "Outbound call minutes this year"],
    [{ measure: "usage", recurring: "once", value: 5310, threshold: 5000 }, "Outbound call minutes in all"],
  ] as const)("that count are no money: %s", (parts, label) => {
    expect(signalLines([bucket("usage:UT1", 0, 1, { ...usage, ...parts })])).toEqual([
      `${label}: 1 signal, <0>: 5,310, threshold 5,000`,
    ]);
  });

  test("of many kinds are cut with a count, so that a storm of kinds stays readable", () => {
    const many = Array.from({ length: 20 }, (_, index) => bucket(`error:${index}`, 1, 100 - index, error(`${index}`)));
    const lines = signalLines(many);
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe("12 more kinds: 1,038 signals");
  });

  test("none: no empty heading", () => {
    expect(linesOf(detailsCard(incidentView)).join()).not.toContain("Signals from Twilio");
  });
});
