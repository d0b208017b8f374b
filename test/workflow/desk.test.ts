import { expect, test } from "vitest";
import type { IncidentId, PersonId } from "../../src/lib/id.ts";
import { FOUR_EYES } from "../support/roster.ts";
import { annAsActor, stage } from "./asking-stage.ts";

const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

test("open incidents come with most money an hour first, then what cost most today, without those that are over", async () => {
  const { raise, resolve, desk } = await stage();
  const unknown = await raise();
  const slow = await raise({}, { burn: 3, today: 900 });
  const today = await raise({}, { today: 50 });
  const fast = await raise({}, { burn: 212.4, today: 20 });
  const over = await raise({}, { burn: 999 });
  const reported = await raise({ money: { perHourUsd: 540, lostTodayUsd: 540, isAtLeast: true } });
  await resolve(over);
  const open = await desk.incidents("open");
  expect(ids(open)).toEqual([reported, fast, slow, today, unknown]);
  expect(open[0]).toMatchObject({ rate: { usd: 540, isAtLeast: true } });
  expect(open[1]).toMatchObject({
    rate: { usd: 212.4, isAtLeast: false },
    spendTodayUsd: 20,
    account: { friendlyName: "Acme Voice EU" },
    status: "open",
  });
});

test("all incidents come newest first, and one that is over costs nothing any more", async () => {
  const { raise, resolve, desk } = await stage();
  const first = await raise({}, { burn: 100, today: 100 });
  const second = await raise();
  await resolve(first);
  const all = await desk.incidents("all");
  expect(ids(all)).toEqual([second, first]);
  expect(all[1]).toMatchObject({ status: "resolved", rate: null, spendTodayUsd: null });
});

test("the sum of another day is not told as today's", async () => {
  const { raise, desk, world } = await stage();
  await raise({}, { burn: 5, today: 100 });
  world.clock.pass(24 * 3_600_000);
  expect(await desk.incidents("open")).toMatchObject([{ spendTodayUsd: null }]);
});

test("who has it and until when it is snoozed stand in the list", async () => {
  const { raise, desk, executor, machines, world } = await stage();
  const id = await raise();
  const because = { actor: annAsActor, cause: "click" } as const;
  const untilMs = world.clock.now() + 3_600_000;
  await executor.execute(machines.incident, id, { type: "acknowledge", by: annAsActor }, because);
  await executor.execute(machines.incident, id, { type: "snooze", by: annAsActor, untilMs }, because);
  expect(await desk.incidents("open")).toMatchObject([
    { status: "acknowledged", assignee: "ann", acknowledgedBy: { name: "Ann Ito" }, snoozedUntilMs: untilMs },
  ]);
});

test("incidents of one account are those alone", async () => {
  const { raise, desk, world } = await stage();
  const here = await raise();
  await raise({ accountSid: world.notifications });
  expect(ids(await desk.incidentsOf(world.voiceEu))).toEqual([here]);
});

test("a Twilio that hangs costs a list its names and half a second, not the list", async () => {
  const { raise, desk, world } = await stage(({ store, twilio }) => ({
    store,
    twilio: { ...twilio, facts: () => new Promise(() => {}) },
  }));
  const id = await raise();
  expect(await desk.incidents("open")).toMatchObject([{ id, account: { sid: world.voiceEu } }]);
});

test("the card of an incident calls nobody, and a resolved one can be reopened and reported", async () => {
  const { raise, resolve, desk } = await stage();
  const id = await raise({ severity: "critical" });
  const open = await desk.incident(id);
  expect(open?.heading).toContain("Acme Voice EU");
  expect(open?.elements.some(({ kind }) => kind === "mention")).toBe(false);
  expect(open?.buttons.map(({ press }) => press.action)).toContain("request");
  await resolve(id);
  const over = await desk.incident(id);
  expect(over?.buttons.map(({ press }) => press.action)).toEqual(["reopen", "report"]);
  expect(await desk.incident("99" as IncidentId)).toBeNull();
});

test("silences come with the one that ends next first, and one whose time is over is none", async () => {
  const { silence, desk, world } = await stage();
  const long = await silence(world.voiceEu, 7_200_000);
  const short = await silence(world.notifications, 3_600_000);
  expect(ids(await desk.silences())).toEqual([short, long]);
  world.clock.pass(3_600_000);
  expect(await desk.silences()).toMatchObject([{ id: long, reason: "load test", by: annAsActor, heldBack: [] }]);
});

test("a request waits until somebody decides or its time is over", async () => {
  const { raise, request, desk, executor, machines, world } = await stage();
  const incidentId = await raise();
  const left = await request(incidentId);
  const denied = await request(incidentId);
  expect(await desk.waiting()).toMatchObject([
    { approvalId: left, incidentId, account: { friendlyName: "Acme Voice EU" }, requester: "ann", approvedBy: [] },
    { approvalId: denied },
  ]);
  const because = { actor: annAsActor, cause: "click" } as const;
  await executor.execute(
    machines.approval,
    denied,
    { type: "deny", by: "ann" as PersonId, roles: ["approver"] },
    because,
  );
  expect(await desk.waiting()).toMatchObject([{ approvalId: left }]);
  world.clock.pass(FOUR_EYES.expiresMs);
  expect(await desk.waiting()).toEqual([]);
});

test("records are found by incident, person, account and time, newest first", async () => {
  const { raise, resolve, desk, world } = await stage();
  const id = await raise();
  await raise({ accountSid: world.notifications });
  const resolvedAtMs = world.clock.now() + 1_000;
  world.clock.pass(1_000);
  await resolve(id);
  const types = async (query: Parameters<typeof desk.records>[0]) =>
    (await desk.records(query, 10)).map(({ body }) => JSON.parse(body).type);
  expect(await types({ about: "incident", incidentId: id })).toEqual(["incident-resolved", "incident-opened"]);
  expect(await types({ about: "person", personId: "ann" })).toEqual(["incident-resolved"]);
  expect(await types({ about: "account", accountSid: world.notifications })).toEqual(["incident-opened"]);
  expect(await types({ about: "since", sinceMs: resolvedAtMs })).toEqual(["incident-resolved"]);
});
