import { describe, expect, it } from "vitest";
import { LIVE_DAYS, makeHistories, makeHistory } from "../../../src/sandbox/evaluate/history.ts";
import { shapes } from "../../../src/sandbox/evaluate/shapes.ts";
import { seedWorld } from "../../../src/sandbox/evaluate/world.ts";
import { DAY_MS, dayOf } from "../../../src/sandbox/twilio/sids.ts";
import { usageOf } from "../../../src/sandbox/twilio/usage.ts";

const START_MS = Date.parse("2026-03-02T00:00:00Z");
const HOUR_MS = 3_600_000;

function plain(seed: number) {
  return makeHistories(seed, START_MS).map(({ destinationsAt: _, ...history }) => history);
}

describe("a history", () => {
  it("is the same again for the same seed, and another one for another seed", () => {
    expect(plain(7)).toEqual(plain(7));
    expect(plain(7)).not.toEqual(plain(8));
  });

  it("gives the same accounts with the same SIDs and tokens again", () => {
    const seeded = () => seedWorld(7, makeHistories(7, START_MS));
    expect(seeded()).toEqual(seeded());
  });

  it("labels campaigns, launches and holidays, and what it labels is in the traffic", () => {
    const all = Array.from({ length: 20 }, (_, seed) => makeHistories(seed + 1, START_MS)).flat();
    const labels = all.flatMap(({ labels: own }) => own);
    for (const kind of ["campaign", "launch", "holiday"])
      expect(labels.some((label) => label.kind === kind)).toBe(true);
    for (const label of labels) {
      if (label.kind === "holiday") continue;
      expect(label.lift.toMs).toBeGreaterThan(label.lift.fromMs);
      expect(label.lift.factor).toBeLessThanOrEqual(3);
      if (label.kind === "campaign") expect(label.lift.factor).toBeGreaterThanOrEqual(1.5);
    }
    for (const history of all) {
      const lifts = history.labels.flatMap((label) => (label.kind === "holiday" ? [] : [label.lift]));
      expect(history.profile.rhythm?.lifts).toEqual(lifts);
    }
  });

  it("sends traffic to a new country from its launch on, and not before", () => {
    const launched = Array.from({ length: 20 }, (_, seed) => makeHistories(seed + 1, START_MS))
      .flat()
      .flatMap((history) => history.labels.map((label) => ({ history, label })));
    const found = launched.find(({ label }) => label.kind === "launch");
    if (found?.label.kind !== "launch") throw new Error("no launch in twenty seeds");
    const { history, label } = found;
    const countries = (atMs: number) => history.destinationsAt(atMs).map(({ country }) => country);
    expect(countries(label.lift.fromMs - 1)).not.toContain(label.country);
    expect(countries(label.lift.fromMs)).toContain(label.country);
    const whole = history.destinationsAt(label.lift.fromMs).reduce((sum, { share }) => sum + share, 0);
    expect(whole).toBeCloseTo(1);
  });

  it("has usage that only grows within a day, follows the week, and is zero for nobody but the dormant", () => {
    const histories = makeHistories(3, START_MS);
    const { world, accountSids } = seedWorld(3, histories);
    for (const [index, sid] of accountSids.entries()) {
      const account = world.accounts.find((one) => one.sid === sid);
      if (account === undefined) throw new Error("no account");
      const day = dayOf(START_MS) + 1;
      const spent = (hour: number) =>
        usageOf([account], "totalprice", { from: day, to: day }, day * DAY_MS + hour * HOUR_MS).usd;
      const hours = Array.from({ length: 24 }, (_, hour) => spent(hour + 0.99));
      expect(hours).toEqual([...hours].sort((one, other) => one - other));
      if (histories[index]?.shape.id === "dormant") continue;
      expect(hours[23]).toBeGreaterThan(hours[3] ?? 0);
    }
  });

  it("of an office is quiet on Sundays", () => {
    const office = shapes.find(({ id }) => id === "business-voice") ?? shapes[0];
    const history = makeHistory(5, office, START_MS);
    const { world } = seedWorld(5, [history]);
    const calls = (day: number) =>
      usageOf(world.accounts, "calls-outbound", { from: day, to: day }, START_MS + LIVE_DAYS * DAY_MS).count;
    const monday = dayOf(START_MS) - 28;
    expect(calls(monday + 6)).toBeLessThan(calls(monday + 1) / 4);
  });
});
