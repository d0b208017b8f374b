import { expect, test } from "vitest";
import { createPacer } from "../../src/chat/pacer.ts";
import { isFault } from "../../src/lib/fault.ts";

function startPacer(longestWaitMs = 0) {
  const clock = { nowMs: 1_000_000, now: () => clock.nowMs };
  const pacer = createPacer({ name: "slack", everyMs: 1000, burst: 3, longestWaitMs, clock });
  /** Milliseconds to wait, or null when it is our turn. */
  const ask = async (key = "a", urgency?: "now" | "when-there-is-room") => {
    try {
      await pacer.turn(key, urgency);
      return null;
    } catch (error) {
      if (isFault(error, "rate-limited")) return error.retryAfterMs;
      throw error;
    }
  };
  return { clock, ask };
}

test("lets a burst pass, then one a second", async () => {
  const { clock, ask } = startPacer();
  expect([await ask(), await ask(), await ask()]).toEqual([null, null, null]);
  expect(await ask()).toBeGreaterThan(0);
  clock.nowMs += 1000;
  expect(await ask()).toBeNull();
  expect(await ask()).toBeGreaterThan(0);
});

test("gives everyone who is too early a time of their own", async () => {
  const { ask } = startPacer();
  for (let count = 0; count < 3; count += 1) await ask();
  const times = [await ask(), await ask(), await ask()];
  expect(times).toEqual([2000, 3000, 4000]);
});

test("keeps channels apart", async () => {
  const { ask } = startPacer();
  for (let count = 0; count < 4; count += 1) await ask("a");
  expect(await ask("b")).toBeNull();
});

test("is whole again after a silence, and no more than that", async () => {
  const { clock, ask } = startPacer();
  for (let count = 0; count < 3; count += 1) await ask();
  clock.nowMs += 3_600_000;
  expect([await ask(), await ask(), await ask()]).toEqual([null, null, null]);
  expect(await ask()).toBeGreaterThan(0);
});

test("does not stand still for an hour when the clock is set back by one", async () => {
  const { clock, ask } = startPacer();
  for (let count = 0; count < 3; count += 1) await ask();
  clock.nowMs -= 3_600_000;
  expect(await ask()).toBeNull();
});

test("waits for a turn that is near", async () => {
  const { ask } = startPacer(1500);
  for (let count = 0; count < 3; count += 1) await ask();
  const before = performance.now();
  expect(await ask()).toBeNull();
  expect(performance.now() - before).toBeGreaterThan(900);
});

test("keeps half of the burst for what people did", async () => {
  const { ask } = startPacer();
  expect(await ask("a", "when-there-is-room")).toBeNull();
  expect(await ask("a", "when-there-is-room")).toBeNull();
  expect(await ask("a", "when-there-is-room")).toBeGreaterThan(0);
  expect(await ask("a", "now")).toBeNull();
});

test("promises nobody a time that is far away, however many came before", async () => {
  const { ask } = startPacer();
  for (let count = 0; count < 100; count += 1) expect((await ask()) ?? 0).toBeLessThanOrEqual(11_000);
});
