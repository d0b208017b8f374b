import { describe, expect, test } from "vitest";
import type { Bucket } from "../../src/detection/contract.ts";
import { detailsCard } from "../../src/notice/details-card.ts";
import { countTold } from "../../src/notice/signal-lines.ts";
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

test("money of a log that was cut is a lower bound in the evidence too", () => {
  const alert = { ...incidentView.incident.alert, money: { perHourUsd: 540, lostTodayUsd: 96.4, isAtLeast: true } };
  const lines = linesOf(detailsCard({ ...incidentView, incident: { ...incidentView.incident, alert } }));
  expect(lines).toContain("Above normal today: at least 96.40 USD");
  expect(lines).toContain("Above normal an hour: at least 540.00 USD");
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

  test("what Tollgate read by itself is no signal from Twilio: it stands apart, the newest of each, its own category first", () => {
    const reading = (category: string, spendUsd: number): Signal => ({
      kind: "usage-reading",
      accountSid: SID,
      atMs: NOW_MS,
      category,
      day: "2026-11-21",
      spendUsd,
      count: 1,
      units: 1,
    });
    const buckets = [
      bucket("error:32202", 2, 9, error("32202")),
      bucket("reading:sms", 1, 4, reading("sms", 3)),
      bucket("reading:calls-outbound", 5, 3, reading("calls-outbound", 61.2)),
      bucket("traffic:calls", 4, 1, {
        kind: "traffic-reading",
        accountSid: SID,
        atMs: NOW_MS,
        medium: "calls",
        sinceMs: NOW_MS - 10 * MINUTE_MS,
        total: 214,
        live: 12,
        longCalls: 2,
        longestSeconds: 4_000,
        destinations: [{ country: "LV", count: 200, seconds: 9_000, spendUsd: null }],
        neighbours: { block: "+371***", country: "LV", numbers: 40 },
        failures: [],
        isCut: true,
      }),
      bucket("quiet:debugger", 3, 1, {
        kind: "quiet-source",
        accountSid: SID,
        atMs: NOW_MS,
        source: "debugger",
        quietSinceMs: NOW_MS - 60 * MINUTE_MS,
      }),
    ];
    expect(linesOf(detailsCard({ ...incidentView, buckets }))).toEqual([
      "Outbound calls crossed 50.00 USD today.",
      "Usage trigger: calls-outbound reached 61.20 USD of 50.00 USD",
      "First signal: <-12>",
      "Last signal: <-2>",
      "*Signals from Twilio*",
      "Error 32202 (SIP: wrong user or password): 9 signals, the last <-2>",
      "*Read by Tollgate*",
      "Outbound call spend on 2026-11-21: 61.20 USD, read <-5>",
      "Message spend on 2026-11-21: 3.00 USD, read <-1>",
      "Source debugger: nothing heard since <-60>",
      "Call log: at least 214 calls in 10 minutes; Latvia 200; 12 live; 2 longer than an hour; 40 neighbouring numbers +371***, read <-4>",
    ]);
    expect(countTold(buckets)).toBe(9);
  });

  test("a change says who made it and from where, and a number that left is masked", () => {
    const change: Signal = {
      kind: "change",
      accountSid: SID,
      atMs: NOW_MS,
      eventSid: "AE1",
      type: "voice-geographic-permissions.updated",
      actorSid: "US1",
      actorType: "user",
      resourceSid: null,
      source: "web",
      address: "203.0.113.66",
      countries: ["LV"],
      isOpening: true,
    };
    const left: Signal = { kind: "ported-out", accountSid: SID, atMs: NOW_MS, number: "+14155550132" };
    const said = linesOf(
      detailsCard({ ...incidentView, buckets: [bucket("change:AE1", 2, 1, change), bucket("ported-out", 1, 1, left)] }),
    );
    expect(said).toContain(
      "Changed: voice geographic permissions updated: 1 signal, <-2>: in the Console by US1 from 203.0.113.66, opened Latvia",
    );
    expect(said).toContain("Number ported out: 1 signal, <-1>: +141***");
  });
});
