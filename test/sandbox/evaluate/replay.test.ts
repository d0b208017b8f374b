import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../../../src/lib/log.ts";
import { type Databases, databasesOf } from "../../../src/sandbox/evaluate/databases.ts";
import { planOutages, playOutages } from "../../../src/sandbox/evaluate/outage/play-outages.ts";
import { outageShortcomings } from "../../../src/sandbox/evaluate/outage/table.ts";
import { planAttacks } from "../../../src/sandbox/evaluate/plan.ts";
import { playSeed } from "../../../src/sandbox/evaluate/play-seed.ts";
import { type TestDatabase, testDatabase } from "../../support/postgres.ts";

const SHAPES = ["business-voice", "support-desk", "sip-trunk"];
/** Of the tuning ones, in which these attacks meet these shapes. */
const SEED = 1;
let database: TestDatabase;
let frame: { readonly databases: Databases; readonly folder: string; readonly log: ReturnType<typeof createLog> };

beforeAll(async () => {
  database = await testDatabase();
  const real = databasesOf(database.connection);
  frame = {
    // With our tables in it already, which spares every migration.
    databases: { ...real, create: () => real.copy(database.connection) },
    folder: mkdtempSync(join(tmpdir(), "tollgate-evaluate-")),
    log: createLog("silent"),
  };
}, 60_000);

afterAll(async () => {
  rmSync(frame.folder, { recursive: true, force: true });
  await database.close();
});

describe("an attack that is played through the real intake", () => {
  it("is heard, raised, and its money is counted", async () => {
    const loud: Readonly<Record<string, string>> = { "irsf-by-key": "flood", "sip-brute-force": "flood" };
    const { outcomes } = await playSeed({
      ...frame,
      seed: SEED,
      planned: planAttacks(
        SEED,
        ({ kind, intensity, shapeId }) => loud[kind.id] === intensity && SHAPES.includes(shapeId),
      ),
      shapeIds: SHAPES,
      days: 0,
      stepMs: 3_600_000,
      onProgress: () => {},
    });
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

  it("is found by catching up when Tollgate was away for all of it, and nothing is counted twice", async () => {
    const kinds = ["irsf-by-dial", "sms-pumping", "sip-brute-force"];
    const met = planOutages(SEED, ({ kind, extent }) => extent === "unseen" && kinds.includes(kind.id));
    const outcomes = await playOutages({ ...frame, seed: SEED, met, watchedHours: 0, onProgress: () => {} });
    expect(outcomes).toHaveLength(3);
    expect(outageShortcomings(outcomes)).toEqual([]);
    for (const { raised, outage } of outcomes) expect(raised?.atMs).toBeGreaterThanOrEqual(outage.toMs);
    // Else nothing was there to be counted twice.
    const counted = (what: string): number =>
      outcomes.reduce((sum, { counts }) => sum + (counts.find((one) => one.what === what)?.counted ?? 0), 0);
    expect(counted("errors")).toBeGreaterThan(300);
    expect(counted("calls in the log")).toBeGreaterThan(50);
    expect(counted("calls told when over")).toBeGreaterThan(50);
    expect(counted("messages in the log")).toBeGreaterThan(50);
    expect(counted("messages told when sent")).toBeGreaterThan(50);
  }, 60_000);
});
