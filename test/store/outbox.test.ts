import { expect, test } from "vitest";
import { change, event, followUp, house } from "./house.ts";

async function load(store: Awaited<ReturnType<typeof house>>["store"], key = "slack.incident-7") {
  const todo = await store.outbox.load("notify", key);
  if (todo === null) throw new Error("nothing is waiting");
  return todo;
}

const notify = followUp("notify", "slack.incident-7");

test("a wish is due at once, its lease keeps it from being handed over again, and when it is done it is gone", async () => {
  const { store } = await house();
  await store.outbox.add(notify, 100);
  expect(await store.outbox.takeDue(100, 50, 10)).toMatchObject([{ job: "notify", key: notify.key, sinceMs: 100 }]);
  expect(await store.outbox.takeDue(149, 50, 10)).toEqual([]);
  expect(await store.outbox.takeDue(150, 50, 10)).toHaveLength(1);
  expect(await store.outbox.complete(await load(store))).toBe("gone");
  expect(await store.outbox.takeDue(1_000, 50, 10)).toEqual([]);
});

test("a wish made meanwhile stays, due at once", async () => {
  const { store } = await house();
  await store.outbox.add(notify, 100);
  const [todo] = await store.outbox.takeDue(100, 50, 10);
  if (todo === undefined) throw new Error("nothing was due");
  await store.outbox.add(notify, 120);
  expect(await store.outbox.complete(todo)).toBe("again");
  expect(await store.outbox.takeDue(121, 50, 10)).toMatchObject([{ sinceMs: 120, attempts: 0, dueAtMs: null }]);
  expect(await store.outbox.complete(await load(store))).toBe("gone");
});

test("a worker that is late cannot finish a wish that was made anew after another finished the old one", async () => {
  const { store } = await house();
  await store.outbox.add(notify, 100);
  const seenByBoth = await load(store);
  expect(await store.outbox.complete(seenByBoth)).toBe("gone");
  await store.outbox.add(notify, 200);
  expect(await store.outbox.complete(seenByBoth)).toBe("again");
  expect(await load(store)).toMatchObject({ sinceMs: 200 });
});

test("the earliest of several wishes decides when it is due", async () => {
  const { store } = await house();
  const at = async (dueAtMs: number | null) => {
    await store.outbox.add({ ...notify, dueAtMs }, 100);
    return (await load(store)).dueAtMs;
  };
  expect(await at(900)).toBe(900);
  expect(await at(1_000)).toBe(900);
  expect(await at(800)).toBe(800);
  expect(await at(null)).toBe(null);
  expect(await at(700)).toBe(null);
});

test("a timer is not handed over before its time, and is late only from then", async () => {
  const { store } = await house();
  await store.outbox.add(followUp("expire", "k3", 5_000), 100);
  expect(await store.outbox.takeDue(4_999, 50, 10)).toEqual([]);
  expect(await store.outbox.takeDue(5_000, 50, 10)).toMatchObject([{ key: "k3", sinceMs: 5_000 }]);
});

test("what is postponed comes back at its time with its attempts counted", async () => {
  const { store } = await house();
  await store.outbox.add(notify, 100);
  await store.outbox.takeDue(100, 50, 10);
  await store.outbox.postpone(await load(store), 400);
  expect(await store.outbox.takeDue(399, 50, 10)).toEqual([]);
  const [todo] = await store.outbox.takeDue(400, 50, 10);
  expect(todo).toMatchObject({ attempts: 1, sinceMs: 100 });
});

test("tells how far behind it is, by job and platform, however often something was tried since", async () => {
  const { store } = await house();
  expect(await store.outbox.oldest(1_000)).toEqual([]);
  await store.outbox.add(notify, 100);
  await store.outbox.add(followUp("notify", "slack.incident-8"), 700);
  await store.outbox.add(followUp("notify", "teams.incident-8"), 800);
  await store.outbox.add(followUp("record", "slack"), 900);
  await store.outbox.add(followUp("notify", "slack.incident-9", 9_000), 100);
  await store.outbox.postpone(await load(store), 30_000);
  const oldest = (await store.outbox.oldest(1_000)).toSorted((one, other) => other.ms - one.ms);
  expect(oldest).toEqual([
    { job: "notify", platform: "slack", ms: 900 },
    { job: "notify", platform: "teams", ms: 200 },
    { job: "record", platform: "slack", ms: 100 },
  ]);
});

test("what comes back on purpose is not behind before its time", async () => {
  const { store } = await house();
  await store.outbox.add(followUp("observe", "7"), 100);
  const observe = await store.outbox.load("observe", "7");
  if (observe === null) throw new Error("nothing is waiting");
  await store.outbox.postpone(observe, 60_000);
  expect(await store.outbox.oldest(50_000)).toEqual([]);
  expect(await store.outbox.oldest(61_000)).toEqual([{ job: "observe", platform: null, ms: 1_000 }]);
});

test("what is postponed while it is wished for anew comes back at once", async () => {
  const { store } = await house();
  await store.outbox.add(notify, 100);
  const todo = await load(store);
  await store.outbox.add(notify, 110);
  await store.outbox.postpone(todo, 400);
  expect(await store.outbox.takeDue(111, 50, 10)).toMatchObject([{ attempts: 1, dueAtMs: null }]);
});

test("a clock that is set back delays neither what is due at once nor what was handed over", async () => {
  const { store } = await house();
  const hour = 3_600_000;
  await store.outbox.add(notify, 2 * hour);
  expect(await store.outbox.takeDue(hour, 50, 10)).toHaveLength(1);
  await store.outbox.add(followUp("notify", "slack.incident-8"), 2 * hour);
  expect(await store.outbox.takeDue(2 * hour, 50, 10)).toHaveLength(2);
  expect(await store.outbox.takeDue(hour, 50, 10)).toHaveLength(2);
});

test("two sweeps at once hand over each follow-up once, oldest first", async () => {
  const { store } = await house();
  for (let index = 0; index < 20; index++) await store.outbox.add(followUp("run", `r${index}`), 100 + index);
  const taken = await Promise.all([store.outbox.takeDue(200, 50, 12), store.outbox.takeDue(200, 50, 12)]);
  const keys = taken.flat().map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(taken[0]?.map(({ sinceMs }) => sinceMs)).toEqual(
    taken[0]?.map(({ sinceMs }) => sinceMs).sort((a, b) => a - b),
  );
  expect([...keys, ...(await store.outbox.takeDue(200, 50, 12)).map(({ key }) => key)]).toHaveLength(20);
});

test("follow-ups are written with their event, several for one key as one", async () => {
  const { store } = await house();
  const followUps = [followUp("notify", "slack.incident-7", 900), notify, followUp("expire", "k3", 5_000)];
  expect(await store.events.append({ ...change(event("incident-7", 1)), followUps })).toBe("stored");
  expect(await load(store)).toMatchObject({ dueAtMs: null });
  expect(await store.outbox.load("expire", "k3")).toMatchObject({ dueAtMs: 5_000 });
});

test("what is missing is added, and what waits already stays as it is", async () => {
  const { store } = await house();
  await store.outbox.add({ ...notify, dueAtMs: 500 }, 100);
  const other = followUp("notify", "slack.incident-8");
  await store.outbox.addMissing([notify, { ...other, dueAtMs: 300 }], 200);
  await store.outbox.addMissing([], 200);
  expect(await load(store)).toMatchObject({ dueAtMs: 500, wanted: 1, sinceMs: 500 });
  expect(await load(store, other.key)).toMatchObject({ dueAtMs: 300, sinceMs: 300 });
});

test("what is read in its own time never stands in the way of what people wait for", async () => {
  const { store } = await house();
  const polls = Array.from({ length: 20 }, (_, index) => followUp("poll", `usage.${index}`, 100));
  await store.outbox.addMissing(polls, 100);
  await store.outbox.add(notify, 900);
  // Somebody waits for this one.
  await store.outbox.add(followUp("poll", "usage.19"), 950);
  const taken = await store.outbox.takeDue(1_000, 50, 5);
  expect(taken.slice(0, 2).map(({ key }) => key)).toEqual(expect.arrayContaining(["usage.19", notify.key]));
});

test("where there is more to read than time for it, what is due longest comes first, not what was first wished for", async () => {
  const { store } = await house();
  const key = (index: number) => `usage.${index}`;
  await store.outbox.addMissing(
    [0, 1, 2, 3].map((index) => followUp("poll", key(index), 100 + index)),
    100,
  );
  const turns: (readonly string[])[] = [];
  for (const nowMs of [1_000, 2_000, 3_000]) {
    const taken = await store.outbox.takeDue(nowMs, 50, 2);
    turns.push(taken.map((todo) => todo.key));
    for (const todo of taken) await store.outbox.postpone(todo, nowMs + 100);
  }
  expect(turns).toEqual([
    [key(0), key(1)],
    [key(2), key(3)],
    [key(0), key(1)],
  ]);
});

test("a poll that comes back on purpose is late only from when it is due", async () => {
  const { store } = await house();
  const poll = followUp("poll", "usage.1");
  await store.outbox.addMissing([poll], 100);
  const todo = await store.outbox.load("poll", poll.key);
  if (todo === null) throw new Error("nothing is waiting");
  await store.outbox.postpone(todo, 50_000);
  expect(await store.outbox.oldest(51_000)).toEqual([{ job: "poll", platform: null, ms: 1_000 }]);
});
