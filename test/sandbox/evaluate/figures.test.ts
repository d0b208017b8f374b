import { describe, expect, it } from "vitest";
import type { AccountSid, IncidentId } from "../../../src/lib/id.ts";
import { attacks } from "../../../src/sandbox/evaluate/attacks/index.ts";
import type { Outcome } from "../../../src/sandbox/evaluate/crimes.ts";
import { figuresOf } from "../../../src/sandbox/evaluate/figures.ts";
import { makeHistories } from "../../../src/sandbox/evaluate/history.ts";
import type { SeedResult } from "../../../src/sandbox/evaluate/play-seed.ts";
import { tableOf } from "../../../src/sandbox/evaluate/table.ts";

const START_MS = Date.parse("2026-03-02T00:00:00Z");

function outcome(changes: Partial<Outcome> = {}): Outcome {
  const [kind] = attacks;
  if (kind === undefined) throw new Error("no attack");
  return {
    kind,
    intensity: "flood",
    shapeId: "steady-voice",
    startMs: START_MS,
    firstSignMs: START_MS + 5_000,
    raisedMs: START_MS + 40_000,
    threat: "toll-fraud",
    summary: "Calls to Latvia",
    lostUsd: 12.5,
    asides: [],
    counted: { kept: 0, happened: 0 },
    ...changes,
  };
}

function result(outcomes: readonly Outcome[], falseIncidents = 0): SeedResult {
  const histories = makeHistories(1, START_MS);
  const [history] = histories;
  if (history === undefined) throw new Error("no history");
  const raised = Array.from({ length: falseIncidents }, (_, index) => ({
    history,
    raised: {
      id: String(index) as IncidentId,
      accountSid: `AC${"1".repeat(32)}` as AccountSid,
      threat: "spend-spike",
      atMs: START_MS + index,
      summary: "Spend is high",
    },
  }));
  return { seed: 1, histories, days: 28, raised, outcomes };
}

describe("the figures", () => {
  it("meet the reach when every flood is raised within a minute of its first signal", () => {
    expect(figuresOf([result([outcome()])]).shortcomings).toEqual([]);
    expect(figuresOf([result([outcome({ raisedMs: START_MS + 66_000 })])]).shortcomings).toHaveLength(1);
  });

  it("fall short when an attack above twice the ordinary is missed, but not for a drip", () => {
    const missed = { raisedMs: null, threat: null, summary: null } as const;
    expect(figuresOf([result([outcome({ ...missed, intensity: "double" })])]).shortcomings).toHaveLength(1);
    expect(figuresOf([result([outcome({ ...missed, intensity: "drip" })])]).shortcomings).toEqual([]);
  });

  it("fall short when something is counted twice", () => {
    expect(figuresOf([result([outcome({ counted: { kept: 11, happened: 10 } })])]).shortcomings).toHaveLength(1);
  });

  it("count false incidents by account-month, of each shape and of all", () => {
    const few = figuresOf([result([], 9)]);
    expect(few.shortcomings).toEqual([]);
    expect(few.falseOverall).toMatchObject({ accountMonths: 9, incidents: 9, perAccountMonth: 1 });
    expect(few.falseByShape.find(({ of }) => of === "steady-voice")).toMatchObject({
      incidents: 9,
      perAccountMonth: 9,
    });
    expect(figuresOf([result([], 10)]).shortcomings).toHaveLength(1);
  });

  it("are told in a table that names what was not found", () => {
    const lines = tableOf(
      figuresOf([result([outcome(), outcome({ intensity: "drip", raisedMs: null, threat: null })], 1)]),
    );
    expect(lines.join("\n")).toContain("NOT FOUND");
    expect(lines.join("\n")).toContain("spend-spike: Spend is high");
    expect(lines.find((line) => line.includes("flood"))).toMatch(/40 s\s+35 s\s+12\.50 USD/);
  });
});
