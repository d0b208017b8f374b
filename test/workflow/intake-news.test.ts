import { expect, test } from "vitest";
import { createIntakeNews } from "../../src/workflow/intake-news.ts";
import { POLL_IDS, pollKey } from "../../src/workflow/polls/contract.ts";
import type { FollowUp } from "../../src/workflow/ports.ts";
import { account, house, log } from "../store/house.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const clock = { now: () => NOW };

async function news() {
  const { store } = await house();
  const hurried: FollowUp[] = [];
  const hurry = (followUps: readonly FollowUp[]): void => void hurried.push(...followUps);
  return { store, hurried, news: createIntakeNews({ ...store, hurry, clock, log }) };
}

test("a sink's test is durable, and upkeep is wished for at once, before the intake says 2xx", async () => {
  const { store, hurried, news: heard } = await news();
  await heard.keepSinkTests(account, ["test-1", "test-2", "test-1"]);
  expect([...(await store.setup.sinkTests(account))].sort()).toEqual(["test-1", "test-2"]);
  expect(await store.outbox.load("upkeep", account)).toMatchObject({ dueAtMs: null });
  expect(hurried.map(({ job, key }) => `${job} ${key}`)).toEqual([`upkeep ${account}`]);
});

test("who is refused for sending too much has every record read at once", async () => {
  const { store, hurried, news: heard } = await news();
  heard.onRefused(account, 1);
  await expect.poll(() => hurried.filter(({ job }) => job === "poll").length).toBe(POLL_IDS.length);
  for (const id of POLL_IDS) {
    expect(await store.outbox.load("poll", pollKey(id, account))).toMatchObject({ dueAtMs: null });
  }
});

test("how many were refused is kept for the incidents of the account, and its records are read once a minute only", async () => {
  const { store, hurried, news: heard } = await news();
  for (const count of [1, 2, 4]) heard.onRefused(account, count);
  // Another replica.
  heard.onRefused(account, 4);
  await expect
    .poll(async () => {
      await store.signals.fold(account, NOW);
      return (await store.signals.bucketsSince(account, NOW - 60_000)).map(({ count, last }) => [count, last]);
    })
    .toEqual([[3, { kind: "refused-webhooks", accountSid: account, atMs: NOW, count: 4 }]]);
  await expect.poll(() => hurried.filter(({ job }) => job === "poll").length).toBe(POLL_IDS.length);
});

test("what was heard is written down; a store that is down holds up nobody", async () => {
  const { store, news: heard } = await news();
  heard.onHeard("events", account);
  await expect.poll(() => store.polls.lastHeard(account)).toEqual(new Map([["events", NOW]]));
  await store.close();
  heard.onHeard("events", account);
  heard.onRefused(account, 1);
  await expect(heard.keepSinkTests(account, ["test-3"])).rejects.toThrow();
});
