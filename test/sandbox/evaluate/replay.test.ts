import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../../../src/lib/log.ts";
import type { Outcome } from "../../../src/sandbox/evaluate/crimes.ts";
import { type Databases, databasesOf } from "../../../src/sandbox/evaluate/databases.ts";
import { planAttacks } from "../../../src/sandbox/evaluate/plan.ts";
import { playSeed } from "../../../src/sandbox/evaluate/play-seed.ts";
import { type TestDatabase, testDatabase } from "../../support/postgres.ts";

const SHAPES = ["business-voice", "support-desk", "sip-trunk"];
let database: TestDatabase;
let databases: Databases;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "tollgate-evaluate-"));
  const real = databasesOf(database.connection);
  // With our tables in it already, which spares every migration.
  databases = { ...real, create: () => real.copy(database.connection) };
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

const LOUD: Readonly<Record<string, string>> = { "irsf-by-key": "flood", "sip-brute-force": "flood" };
/** Each error of the hour is a post that nobody takes: enough of them, and no more. */
const LOUD_ENOUGH: Readonly<Record<string, string>> = { "irsf-by-key": "flood", "sip-brute-force": "strong" };

async function play(intensities: Readonly<Record<string, string>>, hasOutage: boolean): Promise<readonly Outcome[]> {
  const { outcomes } = await playSeed({
    // Of the tuning ones, in which these attacks meet these shapes.
    seed: 1,
    databases,
    folder,
    log: createLog("silent"),
    planned: planAttacks(
      1,
      ({ kind, intensity, shapeId }) => intensities[kind.id] === intensity && SHAPES.includes(shapeId),
    ),
    shapeIds: SHAPES,
    days: 0,
    hasOutage,
    stepMs: 3_600_000,
    onProgress: () => {},
  });
  return outcomes;
}

describe("an attack that is played through the real intake", () => {
  it("is heard, raised, and its money is counted", async () => {
    const outcomes = await play(LOUD, false);
    expect(outcomes.map(({ kind, threat }) => [kind.id, threat])).toEqual(
      expect.arrayContaining([
        ["irsf-by-key", "toll-fraud"],
        ["sip-brute-force", "sip-attack"],
      ]),
    );
    for (const { raisedMs, startMs, firstSignMs } of outcomes) {
      expect(raisedMs).toBeGreaterThanOrEqual(startMs);
      expect(firstSignMs).not.toBeNull();
    }
    expect(outcomes.find(({ kind }) => kind.id === "irsf-by-key")?.lostUsd).toBeGreaterThan(0);
  }, 60_000);

  it("is found by catching up when Tollgate was away for its first hour, and nothing is counted twice", async () => {
    const outcomes = await play(LOUD_ENOUGH, true);
    expect(outcomes).toHaveLength(2);
    for (const { raisedMs, startMs, counted } of outcomes) {
      expect(raisedMs).toBeGreaterThan(startMs + 3_500_000);
      expect(counted.kept).toBeLessThanOrEqual(counted.happened);
    }
    const probing = outcomes.find(({ kind }) => kind.id === "sip-brute-force");
    // Errors of the hour that nobody listened to are read afterwards: Monitor Alerts keeps them. Of old ones the worst are enough.
    expect(probing?.counted.kept).toBeGreaterThan(100);
  }, 60_000);
});
