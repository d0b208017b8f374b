import fc from "fast-check";
import { expect, test } from "vitest";
import { createLatch } from "../../src/queue/latch.ts";

/** Time that only goes on when told to. */
function world() {
  let nowMs = 0;
  let timers: { atMs: number; then: () => void }[] = [];
  const runs: { key: string; atMs: number }[] = [];
  const latch = createLatch<string>({
    run: (key) => runs.push({ key, atMs: nowMs }),
    after(ms, then) {
      const timer = { atMs: nowMs + ms, then };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  });
  function goOn(ms: number) {
    const untilMs = nowMs + ms;
    for (;;) {
      const [next] = timers.filter(({ atMs }) => atMs <= untilMs).sort((one, other) => one.atMs - other.atMs);
      if (next === undefined) break;
      timers = timers.filter((one) => one !== next);
      nowMs = next.atMs;
      next.then();
    }
    nowMs = untilMs;
  }
  return { latch, runs, goOn, pendingTimers: () => timers.length };
}

test("the first of a burst runs at once, the rest once at the end of its wait", () => {
  const { latch, runs, goOn } = world();
  for (let again = 0; again < 100; again++) latch.trigger("AC1");
  expect(runs).toEqual([{ key: "AC1", atMs: 0 }]);
  goOn(1_000);
  expect(runs).toEqual([
    { key: "AC1", atMs: 0 },
    { key: "AC1", atMs: 250 },
  ]);
});

test("keys do not wait for each other, and one that was quiet runs at once again", () => {
  const { latch, runs, goOn } = world();
  latch.trigger("AC1");
  latch.trigger("AC2");
  goOn(251);
  latch.trigger("AC1");
  expect(runs.map(({ key, atMs }) => [key, atMs])).toEqual([
    ["AC1", 0],
    ["AC2", 0],
    ["AC1", 251],
  ]);
});

test("closing calls off what waits, and quiet keys leave nothing behind", () => {
  const { latch, runs, goOn, pendingTimers } = world();
  latch.trigger("AC1");
  goOn(250);
  expect(pendingTimers()).toBe(0);
  latch.trigger("AC2");
  latch.trigger("AC2");
  latch.close();
  goOn(1_000);
  expect(runs).toHaveLength(2);
  expect(pendingTimers()).toBe(0);
});

test("whenever it is triggered it runs at or after the last trigger, and never twice within 250 ms", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { minLength: 1 }), (pauses) => {
      const { latch, runs, goOn } = world();
      let lastTriggerMs = 0;
      for (const pause of pauses) {
        goOn(pause);
        lastTriggerMs += pause;
        latch.trigger("AC1");
      }
      goOn(1_000);
      expect(runs.at(-1)?.atMs).toBeGreaterThanOrEqual(lastTriggerMs);
      expect(runs.at(-1)?.atMs).toBeLessThanOrEqual(lastTriggerMs + 250);
      for (const [index, run] of runs.entries()) {
        const before = runs[index - 1];
        if (before !== undefined) expect(run.atMs - before.atMs).toBeGreaterThanOrEqual(250);
      }
    }),
  );
});
