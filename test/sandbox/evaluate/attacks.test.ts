import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttackKind, Intensity } from "../../../src/sandbox/evaluate/attacks/contract.ts";
import { attacks } from "../../../src/sandbox/evaluate/attacks/index.ts";
import { DURATION_MS } from "../../../src/sandbox/evaluate/attacks/pace.ts";
import { makeHistories } from "../../../src/sandbox/evaluate/history.ts";
import { luckOf } from "../../../src/sandbox/evaluate/luck.ts";
import { inGroups, planAttacks } from "../../../src/sandbox/evaluate/plan.ts";
import { createPlayer } from "../../../src/sandbox/evaluate/player.ts";
import { shapes } from "../../../src/sandbox/evaluate/shapes.ts";
import { seedWorld } from "../../../src/sandbox/evaluate/world.ts";
import { startTwilioStandIn, type TwilioStandIn } from "../../../src/sandbox/twilio/start.ts";

const START_MS = Date.parse("2026-03-02T00:00:00Z");
const EVERY = attacks.flatMap((kind) => kind.intensities.map((intensity) => [kind, intensity] as const));

const histories = makeHistories(4, START_MS);
const { world, accountSids } = seedWorld(4, histories);
let standIn: TwilioStandIn;

beforeAll(async () => {
  standIn = await startTwilioStandIn({ seed: world, clock: { now: () => START_MS }, evaluateEveryMs: 2e9 });
});

afterAll(() => standIn.close());

/** When it acts; nothing of it is done. */
function momentsOf(kind: AttackKind, intensity: Intensity): readonly number[] {
  const index = histories.findIndex(({ shape }) => shape.id === kind.shapes[0]);
  const crime = {
    player: createPlayer(standIn, accountSids[index] ?? ""),
    shape: shapes[index] ?? shapes[0],
    luck: luckOf(4, kind.id),
    intensity,
    startMs: START_MS,
    endMs: START_MS + DURATION_MS[intensity],
  };
  return [...kind.acts(crime)].map(({ atMs }) => atMs);
}

describe("the attacks", () => {
  it("are of twelve kinds or more, each on accounts that there are", () => {
    expect(new Set(attacks.map(({ id }) => id)).size).toBe(attacks.length);
    expect(attacks.length).toBeGreaterThanOrEqual(12);
    const known = shapes.map(({ id }) => id);
    for (const { shapes: own } of attacks) for (const id of own) expect(known).toContain(id);
  });

  it("happen in their order and within their time, the same again for the same luck", () => {
    for (const [kind, intensity] of EVERY) {
      const moments = momentsOf(kind, intensity);
      expect(moments.length, kind.id).toBeGreaterThan(0);
      expect(moments, kind.id).toEqual([...moments].sort((one, other) => one - other));
      expect(moments[0]).toBeGreaterThanOrEqual(START_MS);
      expect(moments.at(-1)).toBeLessThanOrEqual(START_MS + DURATION_MS[intensity] + 1);
      expect(momentsOf(kind, intensity)).toEqual(moments);
    }
  });

  it("are played each once, and together only on accounts of their own and at one intensity", () => {
    const planned = planAttacks(1_001);
    expect(planned).toHaveLength(EVERY.length);
    const groups = inGroups(planned);
    expect(groups.flat()).toHaveLength(planned.length);
    for (const group of groups) {
      expect(new Set(group.map(({ shapeId }) => shapeId)).size).toBe(group.length);
      expect(new Set(group.map(({ intensity }) => intensity)).size).toBe(1);
    }
  });
});
