import { expect, test } from "vitest";
import type { CommandAnswer, CommandContext, UsageRow } from "../../src/command/contract.ts";
import { usage } from "../../src/command/usage.ts";
import { Fault } from "../../src/lib/fault.ts";
import { type ChartSpec, pictureDigest } from "../../src/notice/chart.ts";
import { EVEN_DAY, evenBaseline } from "../notice/chart-baseline.ts";
import { accounts, asking, twilioDown } from "./asking.ts";

const baseline = evenBaseline("totalprice");

function row(startDate: string, spendUsd: number): UsageRow {
  const words = { category: "totalprice", description: "Total Price", usageUnit: "usd", countUnit: "" };
  return { ...words, spendUsd, usage: spendUsd, count: 0, startDate, endDate: startDate };
}

const days = Array.from({ length: 14 }, (_, index) => row(`2026-11-${String(index + 8).padStart(2, "0")}`, 40 + index));

function ask(words: string, changes: Partial<CommandContext> = {}): Promise<CommandAnswer> {
  const twilio: CommandContext["twilio"] = {
    accounts: async () => accounts,
    usage: async ({ period, endDate }) =>
      period === "today" ? [row("2026-11-21", 300)] : days.filter(({ startDate }) => startDate <= (endDate ?? "")),
  };
  return usage.run(words, asking({ twilio, ...changes }));
}

/** The one chart of an answer: behind the figures, and named by the digest of what is to be drawn. */
function chartOf(answer: CommandAnswer): { readonly spec: ChartSpec; readonly finding: string } {
  const [chart, ...others] = answer.charts ?? [];
  if (chart === undefined) throw new Error("no chart");
  expect(others).toEqual([]);
  const { finding, spec } = chart;
  expect(answer.elements[1]).toEqual({ kind: "chart", finding, picture: pictureDigest(spec) });
  return chart;
}

const known = { load: async () => baseline, hoursSince: async () => [] };

test("today shows the last fourteen days where ordinary hours are not known", async () => {
  const { spec, finding } = chartOf(await ask("today"));
  expect(spec).toMatchObject({ kind: "days", isRunning: true, counted: null });
  expect(spec.kind === "days" && spec.days.map(({ usd }) => usd)).toEqual([
    ...days.slice(0, 13).map(({ spendUsd }) => spendUsd),
    300,
  ]);
  expect(finding).toContain("Total spend today is 300.00 USD so far");
  expect(finding).toContain("the most of 14 days");
});

test("today of one account is shown against its ordinary hours, with what was read before", async () => {
  const midnight = Date.UTC(2026, 10, 21) / 3_600_000;
  const hoursSince = async () => [
    { category: "totalprice", hour: midnight + 1, ...EVEN_DAY, spendUsd: 12 },
    { category: "totalprice", hour: midnight, ...EVEN_DAY, spendUsd: 2 },
    { category: "calls", hour: midnight, ...EVEN_DAY },
  ];
  const { spec, finding } = chartOf(await ask("today Acme Voice EU", { history: { ...known, hoursSince } }));
  expect(spec).toMatchObject({
    kind: "hours",
    today: [
      { hour: 0, usd: 0 },
      { hour: 1, usd: 2 },
      { hour: 2, usd: 14 },
      { hour: 14.5, usd: 300 },
    ],
  });
  expect(spec.kind === "hours" && spec.usual?.[12]).toBe(24);
  expect(finding).toBe(
    "Total spend was 300.00 USD by 21 Nov 14:30 UTC; an ordinary day has come to 29.00 USD by then, so this is 10 times as much.",
  );
});

test("the last days are shown in their usual range", async () => {
  const { spec } = chartOf(await ask("last 14 days Acme Voice EU", { history: known }));
  expect(spec).toMatchObject({ kind: "days" });
  expect(spec.kind === "days" && spec.usual?.[0]).toEqual({ low: 38.4, high: 57.6 });
});

test("months, one day alone, and a time without usage have no picture", async () => {
  for (const words of ["monthly 3", "daily 1", "yesterday", "today per-subaccount"]) {
    expect((await ask(words)).charts, words).toBeUndefined();
  }
  const twilio: CommandContext["twilio"] = { accounts: async () => accounts, usage: async () => [] };
  expect((await ask("today", { twilio })).charts).toBeUndefined();
});

test("a store or a Twilio that does not answer costs the picture, not the answer", async () => {
  const down = () => Promise.reject(new Fault("unavailable", "the store is down"));
  const history = { load: down, hoursSince: down };
  expect(chartOf(await ask("today Acme Voice EU", { history })).spec.kind).toBe("days");
  const twilio: CommandContext["twilio"] = {
    accounts: async () => accounts,
    usage: (query) => (query.period === "today" ? Promise.resolve([row("2026-11-21", 300)]) : twilioDown.usage(query)),
  };
  const answer = await ask("today", { twilio });
  expect(answer.charts).toBeUndefined();
  expect(answer.elements.length).toBeGreaterThan(0);
});
