import { expect, test } from "vitest";
import type { Observation } from "../../src/detection/contract.ts";
import { account, approvalId, house, incidentId } from "./house.ts";

const place = { channel: { role: "incident", id: null }, meantFor: null } as const;
const ref = { channelId: "C1", messageId: "17.001" };

test("a message is none, then posting, then posted, and none again when it is gone", async () => {
  const { store } = await house();
  const load = () => store.messages.load("slack", "incident-7");
  expect(await load()).toEqual({ status: "none" });
  expect(await store.messages.beginPost("slack", "incident-7", place, 5)).toBe(true);
  expect(await load()).toEqual({ status: "posting", sinceMs: 5, place });
  await store.messages.posted("slack", "incident-7", ref, 3, "d3");
  expect(await load()).toEqual({ status: "posted", ref, revision: 3, digest: "d3", meantFor: null });
  expect(await store.messages.load("teams", "incident-7")).toEqual({ status: "none" });
  await store.messages.forget("slack", "incident-7");
  expect(await load()).toEqual({ status: "none" });
});

test("where a post was begun is known until its answer is seen, and what it was meant for as long as it is there", async () => {
  const { store } = await house();
  const elsewhere = { channel: { role: "audit", id: null }, meantFor: "C0GONE" } as const;
  await store.messages.beginPost("slack", "incident-7", elsewhere, 5);
  expect(await store.messages.load("slack", "incident-7")).toEqual({ status: "posting", sinceMs: 5, place: elsewhere });
  await store.messages.posted("slack", "incident-7", ref, 3, "d3");
  await store.messages.edited("slack", "incident-7", 4, "d4");
  expect(await store.messages.load("slack", "incident-7")).toMatchObject({ ref, meantFor: "C0GONE" });
  const routed = { channel: { role: "incident", id: "C0ACME" }, meantFor: null } as const;
  await store.messages.beginPost("slack", "incident-8", routed, 6);
  expect(await store.messages.load("slack", "incident-8")).toEqual({ status: "posting", sinceMs: 6, place: routed });
});

test("of workers that begin a post at the same moment one may", async () => {
  const { store } = await house();
  const answers = await Promise.all(
    [1, 2, 3, 4].map((atMs) => store.messages.beginPost("slack", "incident-7", place, atMs)),
  );
  expect(answers.filter(Boolean)).toHaveLength(1);
});

test("an edit of an older revision is refused", async () => {
  const { store } = await house();
  expect(await store.messages.edited("slack", "incident-7", 1, "d")).toBe(false);
  await store.messages.beginPost("slack", "incident-7", place, 5);
  expect(await store.messages.edited("slack", "incident-7", 9, "d")).toBe(false);
  await store.messages.posted("slack", "incident-7", ref, 3, "d3");
  expect(await store.messages.edited("slack", "incident-7", 5, "d5")).toBe(true);
  expect(await store.messages.edited("slack", "incident-7", 4, "d4")).toBe(false);
  // What a card shows can change without an event: spend, for one.
  expect(await store.messages.edited("slack", "incident-7", 5, "d5 later")).toBe(true);
  await store.messages.posted("slack", "incident-7", { ...ref, messageId: "other" }, 2, "d2");
  expect(await store.messages.load("slack", "incident-7")).toEqual({
    status: "posted",
    ref,
    revision: 5,
    digest: "d5 later",
    meantFor: null,
  });
});

test("messages of one kind about one thing are found once they were posted, each once however many platforms have it", async () => {
  const { store } = await house();
  for (const platform of ["slack", "teams"] as const) await store.messages.posted(platform, "alarm-7-100", ref, 1, "d");
  await store.messages.posted("slack", "alarm-7-200", ref, 1, "d");
  await store.messages.posted("slack", "alarm-71-300", ref, 1, "d");
  await store.messages.posted("slack", "incident-7", ref, 1, "d");
  await store.messages.beginPost("slack", "alarm-7-400", place, 5);
  expect(await store.messages.postedAs("alarm-7-")).toEqual(["alarm-7-100", "alarm-7-200"]);
});

test("previews and observations are read back as they were saved, observations newest first", async () => {
  const { store } = await house();
  const preview = {
    incidentId: incidentId("7"),
    accountSid: account,
    remediation: "delete-api-keys",
    snapshot: { keys: ["SK1"], price: 0.1, nothing: null },
    undoOf: null,
    takenAtMs: 3,
  } as const;
  expect(await store.previews.load(approvalId("k3"))).toBeNull();
  await store.previews.save(approvalId("k3"), preview);
  await store.previews.save(approvalId("k3"), { ...preview, takenAtMs: 4 });
  expect(await store.previews.load(approvalId("k3"))).toEqual({ ...preview, takenAtMs: 4 });

  const observation = (atMs: number): Observation => ({
    atMs,
    category: "calls-outbound",
    spendTodayUsd: 12.5,
    usualDayUsd: null,
    unitsToday: 4,
    burnPerHourUsd: null,
    liveCalls: 2,
    destinations: [{ country: "LV", calls: 3, isAllowed: false }],
    missing: [],
  });
  for (const atMs of [1, 2, 3]) await store.observations.save(incidentId("7"), observation(atMs));
  expect(await store.observations.newest(incidentId("7"), 2)).toEqual([observation(3), observation(2)]);
});
