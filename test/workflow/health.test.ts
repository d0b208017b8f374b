import { Writable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import { createLog } from "../../src/lib/log.ts";
import { createHealthWatch, oldestSecondsByJob } from "../../src/workflow/health.ts";
import { JOBS, type PollProgress, type Waiting } from "../../src/workflow/ports.ts";

const REFUSED = "TWILIO_AUTH_TOKEN: Twilio refuses it (20003); copy another.";

/** A watch that asks all the time, over parts that answer as told. */
function watch() {
  const says = {
    twilio: async (): Promise<readonly string[]> => [],
    slack: async (): Promise<readonly string[]> => [],
    queue: async (): Promise<void> => {},
    oldest: async (): Promise<readonly Waiting[]> => [],
    progress: [] as readonly PollProgress[],
  };
  const asked = { twilio: 0, slack: 0 };
  const lines: string[] = [];
  const health = createHealthWatch({
    checks: (["slack", "twilio"] as const).map((part) => ({
      part,
      afterMs: 0,
      find: () => {
        asked[part] += 1;
        return says[part]();
      },
    })),
    queue: { ping: () => says.queue() },
    outbox: { oldest: () => says.oldest() },
    polls: { progress: async () => says.progress },
    clock: { now: () => 1_000_000 },
    log: createLog("info", new Writable({ write: (chunk, _encoding, next) => next(void lines.push(String(chunk))) })),
    everyMs: 1,
  });
  onTestFinished(() => health.stop());
  return { health, says, asked, lines };
}

test("a vendor that stops working is told while that lasts, and warned of once", async () => {
  const { health, says, asked, lines } = watch();
  health.start();
  await expect.poll(() => asked.twilio).toBeGreaterThan(1);
  expect(await health.troubles()).toEqual([]);
  says.twilio = async () => [REFUSED];
  await expect.poll(() => health.troubles()).toEqual([{ part: "twilio", problem: REFUSED }]);
  const before = asked.twilio;
  await expect.poll(() => asked.twilio).toBeGreaterThan(before + 3);
  says.twilio = async () => [];
  await expect.poll(() => health.troubles()).toEqual([]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: "warn", name: "twilio", msg: REFUSED },
    { level: "info", name: "twilio", msg: "this part works again" },
  ]);
});

test("a vendor that never answers holds up neither the others nor who asks", async () => {
  const { health, says } = watch();
  says.slack = () => new Promise(() => {});
  says.twilio = async () => [REFUSED];
  health.start();
  await expect.poll(() => health.troubles()).toEqual([{ part: "twilio", problem: REFUSED }]);
});

test("a check that meets a bug says so and goes on", async () => {
  const { health, says, asked } = watch();
  says.slack = () => Promise.reject(new TypeError("a bug"));
  health.start();
  await expect.poll(() => asked.slack).toBeGreaterThan(2);
  expect(await health.troubles()).toEqual([{ part: "slack", problem: "it could not be checked; the log says more" }]);
});

test("cards that wait are told for their platform, when they wait longer than is meant", async () => {
  const { health, says } = watch();
  says.oldest = async () => [
    { job: "notify", platform: "slack", ms: 34_000 },
    { job: "record", platform: "slack", ms: 61_400 },
    { job: "record", platform: "teams", ms: 16_000 },
    { job: "run", platform: null, ms: 90_000 },
  ];
  expect(await health.troubles()).toEqual([{ part: "slack", problem: "cards wait for 61 s" }]);
});

test("a queue that is down or hangs is told, and hides nothing else", async () => {
  const { health, says } = watch();
  const late = { job: "notify", platform: "slack", ms: 34_000 } as const;
  says.oldest = async () => [late];
  const waits = { part: "slack", problem: "cards wait for 34 s" };
  says.queue = () => Promise.reject(new Fault("unavailable", "Redis cannot be reached"));
  expect(await health.troubles()).toEqual([{ part: "queue", problem: "Redis cannot be reached" }, waits]);
  says.queue = () => new Promise(() => {});
  expect(await health.troubles()).toEqual([{ part: "queue", problem: expect.stringContaining("queue") }, waits]);
});

test("after the stop nobody is asked, and an answer on its way is not told", async () => {
  const { health, says, asked, lines } = watch();
  let answer: (problems: readonly string[]) => void = () => {};
  says.twilio = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  health.start();
  await expect.poll(() => asked.twilio).toBe(1);
  health.stop();
  answer([REFUSED]);
  const before = { ...asked };
  expect(await health.troubles()).toEqual([]);
  expect([asked, lines]).toEqual([before, []]);
});

test("the seconds by job name every job", () => {
  const seconds = oldestSecondsByJob([
    { job: "notify", platform: "slack", ms: 2_500 },
    { job: "notify", platform: "teams", ms: 7_500 },
  ]);
  const none = Object.fromEntries(JOBS.map((job) => [job, 0]));
  expect(Object.fromEntries(seconds)).toEqual({ ...none, notify: 7.5 });
});
