import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { WORKER_TIMES } from "../../src/queue/catalogue.ts";
import { createQueue, type QueueOptions } from "../../src/queue/queue.ts";
import type { JobName, JobQueue } from "../../src/workflow/ports.ts";
import { testDatabase } from "../support/postgres.ts";
import { redisServer, withoutRedis } from "./redis-server.ts";

type Place = { readonly backend: QueueOptions["backend"]; readonly forChild: object };

const log = createLog("silent");

async function onRedis(): Promise<Place> {
  const { url } = await redisServer();
  return { backend: { redisUrl: url }, forChild: { redisUrl: url.reveal() } };
}

async function onPostgres() {
  const { connection, close } = await testDatabase();
  onTestFinished(close);
  return { backend: { connection }, forChild: { connection } };
}

async function queueAt({ backend }: Place, more: Partial<QueueOptions> = {}): Promise<JobQueue> {
  const queue = await createQueue({ backend, log, ...more });
  onTestFinished(() => queue.close(100));
  return queue;
}

/** A handler that can be held, and what it was called with. */
function handler() {
  const calls: string[] = [];
  const holds: (() => void)[] = [];
  let isHolding = false;
  return {
    calls,
    hold() {
      isHolding = true;
    },
    letGo() {
      isHolding = false;
      for (const resolve of holds.splice(0)) resolve();
    },
    async handle(job: JobName, key: string): Promise<void> {
      calls.push(`${job} ${key}`);
      if (isHolding) await new Promise<void>((resolve) => holds.push(resolve));
    },
  };
}

const until = (check: () => void, timeout = 10_000) => vi.waitFor(check, { timeout, interval: 20 });

describe.each([
  { name: "Redis", place: onRedis, isSkipped: withoutRedis },
  { name: "PostgreSQL", place: onPostgres, isSkipped: false },
])("on $name", ({ place, isSkipped }) => {
  const rule = test.skipIf(isSkipped);

  /** One job at a time in each lane, and what is handled stays active until it is let go. */
  async function heldQueue() {
    const queue = await queueAt(await place(), { concurrency: 1 });
    const { calls, handle, hold, letGo } = handler();
    hold();
    await queue.start(handle);
    return { queue, calls, letGo };
  }

  rule("what is added is handled, before and after the worker started", async () => {
    const queue = await queueAt(await place());
    const { calls, handle } = handler();
    await queue.add("detect", "AC1");
    await queue.start(handle);
    await queue.add("notify", "slack.incident-7");
    await queue.add("run", "k3");
    await until(() => expect([...calls].sort()).toEqual(["detect AC1", "notify slack.incident-7", "run k3"]));
    await queue.ping();
  });

  rule("at most one job of a key is active and one more waiting, however often it is added", async () => {
    const queue = await queueAt(await place());
    const { calls, handle, hold, letGo } = handler();
    hold();
    await queue.start(handle);
    await queue.add("detect", "AC1");
    await until(() => expect(calls).toHaveLength(1));
    for (let again = 0; again < 5; again++) await queue.add("detect", "AC1");
    // Another key does not wait for it, so nothing else of AC1 is on its way by then.
    await queue.add("detect", "AC2");
    await until(() => expect(calls).toEqual(["detect AC1", "detect AC2"]));
    letGo();
    await until(() => expect(calls).toEqual(["detect AC1", "detect AC2", "detect AC1"]));
    await queue.add("detect", "AC3");
    await until(() => expect(calls).toContain("detect AC3"));
    expect(calls.filter((call) => call === "detect AC1")).toHaveLength(2);
  });

  rule("two workers share the jobs and never hold one key at once", async () => {
    const here = await place();
    const queues = [await queueAt(here), await queueAt(here)];
    const active = new Set<string>();
    const heldTwice: string[] = [];
    let handled = 0;
    for (const queue of queues) {
      await queue.start(async (_job, key) => {
        if (active.has(key)) heldTwice.push(key);
        active.add(key);
        await new Promise((resolve) => setTimeout(resolve, 5));
        active.delete(key);
        handled += 1;
      });
    }
    for (let round = 0; round < 10; round++)
      await Promise.all(queues.flatMap((queue) => ["a", "b", "c"].map((key) => queue.add("notify", `slack.${key}`))));
    await queues[0]?.add("notify", "slack.last");
    await until(() => expect(handled).toBeGreaterThanOrEqual(4));
    expect(heldTwice).toEqual([]);
  });

  rule("a chat platform that hangs does not keep the other one from being told", async () => {
    const { queue, calls, letGo } = await heldQueue();
    await queue.add("notify", "teams.incident-7");
    await until(() => expect(calls).toHaveLength(1));
    await queue.add("record", "teams");
    await queue.add("notify", "slack.incident-7");
    await until(() => expect(calls).toEqual(["notify teams.incident-7", "notify slack.incident-7"]));
    await queue.add("record", "slack");
    letGo();
    await until(() => expect(calls).toContain("record slack"));
    await until(() => expect(calls).toContain("record teams"));
  });

  rule("what hangs in one lane does not keep a run from starting", async () => {
    const { queue, calls, letGo } = await heldQueue();
    await queue.add("notify", "slack.incident-7");
    await queue.add("observe", "7");
    await until(() => expect(calls).toHaveLength(2));
    await queue.add("run", "k3");
    await until(() => expect(calls).toContain("run k3"));
    letGo();
  });

  rule("what somebody waits for overtakes routine reads, the same one that waits among them included", async () => {
    const { queue, calls, letGo } = await heldQueue();
    await queue.add("poll", "usage.AC0", true);
    await until(() => expect(calls).toHaveLength(1));
    for (let account = 1; account <= 5; account++) {
      for (let again = 0; again < 2; again++) await queue.add("poll", `usage.AC${account}`, true);
    }
    for (let again = 0; again < 2; again++) await queue.add("poll", "usage.AC5");
    await queue.add("draw", "picture");
    letGo();
    const routine = [1, 2, 3, 4, 5].map((account) => `poll usage.AC${account}`);
    await until(() => expect(calls).toEqual(["poll usage.AC0", "poll usage.AC5", "draw picture", ...routine]));
  });

  rule("a routine read that is added while it is active comes again, and still stands behind", async () => {
    const { queue, calls, letGo } = await heldQueue();
    await queue.add("poll", "usage.AC0", true);
    await until(() => expect(calls).toHaveLength(1));
    await queue.add("poll", "usage.AC0", true);
    await queue.add("poll", "usage.AC1", true);
    await queue.add("upkeep", "AC2");
    letGo();
    await until(() => expect(calls).toHaveLength(4));
    expect(calls[1]).toBe("upkeep AC2");
    expect(calls.slice(2).toSorted()).toEqual(["poll usage.AC0", "poll usage.AC1"]);
  });

  rule("in the other lanes a timer is as good as a wish", async () => {
    const { queue, calls, letGo } = await heldQueue();
    await queue.add("expire", "k1");
    await until(() => expect(calls).toHaveLength(1));
    await queue.add("expire", "k2", true);
    await queue.add("run", "k3");
    letGo();
    await until(() => expect(calls).toEqual(["expire k1", "expire k2", "run k3"]));
  });

  rule("a handler that rejects against its promise neither crashes nor blocks its key", async () => {
    const queue = await queueAt(await place());
    let calls = 0;
    await queue.start(async () => {
      calls += 1;
      throw new Error("a bug");
    });
    await queue.add("detect", "AC1");
    await until(() => expect(calls).toBe(1));
    await until(async () => {
      await queue.add("detect", "AC1");
      expect(calls).toBeGreaterThan(1);
    });
  });

  rule("a key that BullMQ cannot carry is a bug, told at once", async () => {
    const queue = await queueAt(await place());
    await expect(queue.add("notify", "slack.incident:7")).rejects.toThrow('contains ":"');
    await expect(queue.add("notify", "irc.incident-7")).rejects.toThrow("names no platform");
  });

  rule("closing waits for what is active, and no longer than it may", async () => {
    const here = await place();
    const [patient, hasty] = [await queueAt(here), await queueAt(here)];
    const { calls, handle, hold, letGo } = handler();
    hold();
    await patient.start(handle);
    await patient.add("detect", "AC1");
    await until(() => expect(calls).toHaveLength(1));
    const closed = patient.close(10_000);
    letGo();
    await closed;

    hold();
    await hasty.start(handle);
    await hasty.add("detect", "AC2");
    await until(() => expect(calls).toHaveLength(2));
    const startedAt = performance.now();
    await hasty.close(200);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    letGo();
  });

  rule("the job of a worker that is killed comes back within 15 seconds", async () => {
    const here = await place();
    const queue = await queueAt(here);
    const { calls, handle } = handler();
    const child = spawnWorker(here.forChild);
    await heard(child, "ready");
    await queue.add("run", "k3");
    await heard(child, "taken");
    child.kill("SIGKILL");
    await queue.start(handle);
    await until(() => expect(calls).toEqual(["run k3"]), 15_000);
  });
});

test("who is alone on its database takes a killed worker's job over at once, and old jobs are gone", async () => {
  const here = await onPostgres();
  const before = await queueAt(here);
  const child = spawnWorker(here.forChild);
  await heard(child, "ready");
  await before.add("run", "k3");
  await heard(child, "taken");
  child.kill("SIGKILL");
  await before.add("run", "k3");
  const { connection } = here.forChild;
  const queue = await queueAt({ ...here, backend: { connection, isAlone: true } });
  const { calls, handle } = handler();
  const startedAt = performance.now();
  await queue.start(handle);
  await queue.add("run", "k4");
  await queue.add("run", "k3");
  await until(() => expect(calls.toSorted()).toEqual(["run k3", "run k4"]));
  // Otherwise it would wait for the dead worker's lock.
  expect(performance.now() - startedAt).toBeLessThan(WORKER_TIMES.lockDuration);
});

function spawnWorker(place: object): ChildProcess {
  const loader = join(import.meta.dirname, "../support/typescript-loader.js");
  const file = join(import.meta.dirname, "worker-child.ts");
  const child = spawn(process.execPath, ["--import", loader, file, JSON.stringify(place)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  return child;
}

async function heard(child: ChildProcess, word: string): Promise<void> {
  if (child.stdout === null) throw new Error("the child cannot be heard");
  for (;;) {
    const [chunk] = await Promise.race([
      once(child.stdout, "data"),
      once(child, "exit").then(() => Promise.reject(new Error(`the child ended before it said ${word}`))),
    ]);
    if (String(chunk).includes(word)) return;
  }
}
