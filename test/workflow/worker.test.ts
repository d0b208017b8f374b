import { expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import { done, type JobHandler } from "../../src/workflow/job.ts";
import type { JobName } from "../../src/workflow/ports.ts";
import { type House, house } from "../support/workflow.ts";

async function wish(h: House, job: JobName, key: string, dueAtMs: number | null = null): Promise<void> {
  await h.store.outbox.add({ job, key, dueAtMs }, h.world.clock.now());
}

/** Counts its calls, and does what is next in the list; done when that is empty. */
function scripted(...script: readonly (() => ReturnType<JobHandler>)[]) {
  const calls: string[] = [];
  const left = [...script];
  const handler: JobHandler = async (key) => {
    calls.push(key);
    return (await left.shift()?.()) ?? done;
  };
  return { calls, handler };
}

const fails = (error: Error) => () => Promise.reject(error);

test("what the queue lost is found again by the sweep", async () => {
  const expire = scripted();
  const h = await house({ replica: { jobs: { expire: expire.handler } } });
  await wish(h, "expire", "a1");
  await h.queue.add("expire", "a1");
  h.queue.lose();
  await h.queue.work();
  expect(expire.calls).toEqual([]);
  await h.settle();
  expect(expire.calls).toEqual(["a1"]);
  expect(await h.store.outbox.load("expire", "a1")).toBeNull();
});

test("a timer is not early, and a job that comes for something done long ago does nothing", async () => {
  const expire = scripted();
  const h = await house({ replica: { jobs: { expire: expire.handler } } });
  await wish(h, "expire", "a1", h.world.clock.now() + 5_000);
  await h.work("expire", "a1");
  await h.work("expire", "never-wished-for");
  expect(expire.calls).toEqual([]);
  await h.pass(5_000);
  await h.work("expire", "a1");
  expect(expire.calls).toEqual(["a1"]);
});

test("a queue that is down delays, and loses nothing", async () => {
  const h = await house();
  h.queue.setDown(true);
  const incident = await h.raise();
  await h.settle();
  expect(h.slack.messages).toEqual([]);
  h.queue.setDown(false);
  await h.pass(1_000);
  expect(h.slack.of(`incident-${incident}`)).toHaveLength(1);
});

test("a job that only another version knows does not keep the others waiting", async () => {
  const h = await house();
  await h.store.outbox.add({ job: "juggle" as JobName, key: "a", dueAtMs: null }, h.world.clock.now() - 60_000);
  const incident = await h.raise();
  await h.settle();
  expect(h.slack.of(`incident-${incident}`)).toHaveLength(1);
  expect(h.logged()).toContain("the queue does not take this job");
  // Nor when the queue hands it over.
  await h.work("juggle" as JobName, "a");
  expect(await h.store.outbox.load("juggle" as JobName, "a")).not.toBeNull();
});

test("a bug in one handler comes back slowly and stops nobody else", async () => {
  const observe = scripted(fails(new TypeError("no such thing")));
  const h = await house({ replica: { jobs: { observe: observe.handler } } });
  const incident = await h.raise();
  await h.settle();
  expect(h.slack.of(`incident-${incident}`)).toHaveLength(1);
  expect(observe.calls).toHaveLength(1);
  expect(h.logged()).toContain("job met a bug");
  await h.pass(9_999);
  expect(observe.calls).toHaveLength(1);
  await h.pass(1);
  expect(observe.calls).toHaveLength(2);
});

test.each([
  ["expire", [16_000, 30_000, 30_000]],
  // People look at a chat platform: it is caught up with soon.
  ["notify", [10_000, 10_000, 10_000]],
] as const)(
  "a fault of %s comes back after longer and longer, or when the other side said so",
  async (job, longest) => {
    const down = fails(new Fault("unavailable", "down"));
    const told = fails(new Fault("rate-limited", "wait", { retryAfterMs: 45_000 }));
    const failing = scripted(...Array.from({ length: 8 }, () => down), told);
    const h = await house({ replica: { jobs: { [job]: failing.handler } } });
    await wish(h, job, "a1");
    const waits: number[] = [];
    for (let time = 1; time <= 9; time += 1) {
      await h.work(job, "a1");
      const dueAtMs = (await h.store.outbox.load(job, "a1"))?.dueAtMs ?? 0;
      waits.push(dueAtMs - h.world.clock.now());
      h.world.clock.pass(dueAtMs - h.world.clock.now());
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, ...longest, 45_000]);
    await h.work(job, "a1");
    expect(await h.store.outbox.load(job, "a1")).toBeNull();
  },
);

test("a wish that is made while the job works is worked on as well", async () => {
  const expire = scripted(async () => {
    await wish(h, "expire", "a1");
    return done;
  });
  const h: House = await house({ replica: { jobs: { expire: expire.handler } } });
  await wish(h, "expire", "a1");
  await h.work("expire", "a1");
  expect(h.queue.waiting).toEqual([{ job: "expire", key: "a1" }]);
  await h.queue.work();
  expect(expire.calls).toEqual(["a1", "a1"]);
  expect(await h.store.outbox.load("expire", "a1")).toBeNull();
});

test("a wish that is made while the job waits for later brings it forward", async () => {
  const expire = scripted(async () => {
    await wish(h, "expire", "a1");
    return { kind: "later", atMs: h.world.clock.now() + 60_000 };
  });
  const h: House = await house({ replica: { jobs: { expire: expire.handler } } });
  await wish(h, "expire", "a1");
  await h.work("expire", "a1");
  await h.settle();
  expect(expire.calls).toEqual(["a1", "a1"]);
});

test("signals that nobody was told of are found by the sweep, and old ones are forgotten only when they were looked at", async () => {
  const h = await house();
  const nowMs = h.world.clock.now();
  const signal = {
    kind: "error",
    accountSid: h.account,
    atMs: nowMs,
    code: "20003",
    level: "error",
    resourceSid: null,
  } as const;
  await h.store.signals.keep(
    Array.from({ length: 60 }, (_, index) => ({ sourceKey: `k${index}`, signal })),
    nowMs,
  );
  await h.store.signals.forgetBefore(nowMs + 1);
  await h.settle();
  await h.pass(5_000);
  expect(await h.store.incidents.unresolved()).toHaveLength(1);
});
