import { expect, test } from "vitest";
import type { Bucket } from "../../../src/detection/contract.ts";
import { Fault } from "../../../src/lib/fault.ts";
import type { AccountSid } from "../../../src/lib/id.ts";
import { createNumbersPoll } from "../../../src/workflow/polls/numbers.ts";
import type { PollState } from "../../../src/workflow/ports.ts";
import { ACCOUNT } from "../../support/fixtures.ts";
import { scene } from "../../support/signals.ts";
import { MINUTE_MS, pollStage } from "./stage.ts";

const DAY_MS = 24 * 60 * MINUTE_MS;
const MOST = 5_000;
const START = Date.parse("2026-11-21T12:00:00Z");
const OTHER = `AC${"e".repeat(32)}` as AccountSid;

const HOSTED = 77;

function row(index: number) {
  const origin = index === HOSTED ? "hosted" : "twilio";
  return { sid: `PN${index.toString(16).padStart(32, "0")}`, phoneNumber: `+1415${5_550_000 + index}`, origin };
}

function numberOf(index: number): string {
  return row(index).phoneNumber;
}

/** An account whose Twilio and whose memory the test has in its hand. */
function account() {
  const held = new Map<AccountSid, readonly number[]>([
    [ACCOUNT, [1, 2, 3]],
    [OTHER, [9]],
  ]);
  const world = {
    held,
    events: [] as unknown[],
    buckets: [] as readonly Bucket[],
    isDown: false,
    isOtherDown: false,
    lists: 0,
    nowMs: START,
    state: { upToMs: START, okAtMs: null, failures: 0, paused: null, memory: null } as PollState,
  };
  const poll = createNumbersPoll({
    records: {
      accounts: async () =>
        [...held.keys()].map((sid) => ({ sid, friendlyName: "", status: "active", isParent: false })),
      async numbers(sid, most, like) {
        if (world.isDown || (world.isOtherDown && sid === OTHER)) throw new Fault("unavailable", "Twilio is down");
        world.lists += 1;
        const rows = (held.get(sid) ?? []).map(row);
        return rows.filter(({ phoneNumber }) => like === undefined || phoneNumber.includes(like)).slice(0, most);
      },
      events: async () => world.events,
    },
    signals: { bucketsSince: async () => world.buckets },
  });
  return {
    ...world,
    world,
    /** A look so many minutes later, from what the last one remembered. Answers the numbers that it tells. */
    async look(minutes = 0) {
      world.nowMs += minutes * MINUTE_MS;
      const sid = ACCOUNT;
      const facts = { sid, friendlyName: "Acme", status: "active", isParent: false } as const;
      const look = { nowMs: world.nowMs, others: new Map(), pacedMs: (periodMs: number) => periodMs };
      const answer = await poll.read(facts, world.state, look);
      // Through JSON, as after a restart.
      const memory = JSON.parse(JSON.stringify(answer.memory));
      world.state = { ...world.state, okAtMs: world.nowMs, memory };
      return {
        told: answer.received.map(({ signal }) => (signal.kind === "ported-out" ? signal.number : signal.kind)),
        isIdle: answer.isIdle,
        isCut: answer.isCut,
        signals: answer.received,
      };
    },
  };
}

test("a number that is gone in two looks, without a word from anybody, is told once with when it was last there", async () => {
  const { look, held } = account();
  expect(await look()).toMatchObject({ told: [], isIdle: true });
  held.set(ACCOUNT, [1, 3]);
  expect(await look(60)).toMatchObject({ told: [], isIdle: false });
  expect(await look(5)).toMatchObject({ told: [], isIdle: false });
  const { told, isIdle, signals } = await look(5);
  expect({ told, isIdle }).toEqual({ told: [numberOf(2)], isIdle: true });
  expect(signals[0]?.signal).toMatchObject({ accountSid: ACCOUNT, lastSeenAtMs: START });
  expect(await look(15)).toMatchObject({ told: [], isIdle: true });
});

test("an answer of Twilio's that lacks a number for a moment tells nothing, and neither does one that fails", async () => {
  const { look, held, world } = account();
  await look();
  held.set(ACCOUNT, []);
  await look(15);
  world.isDown = true;
  await expect(look(10)).rejects.toThrow(Fault);
  world.isDown = false;
  held.set(ACCOUNT, [1, 2, 3]);
  expect(await look(1)).toMatchObject({ told: [], isIdle: true });
  held.set(ACCOUNT, [1, 2]);
  expect((await look(15)).told).toEqual([]);
  expect((await look(10)).told).toEqual([numberOf(3)]);
});

test("a number that somebody released is no news, whatever names it; what Twilio itself took away is", async () => {
  const { look, held, world } = account();
  await look();
  held.set(ACCOUNT, []);
  await look(15);
  world.events.push(
    { resourceSid: row(1).sid, source: "web" },
    { resourceSid: "PN0", source: "api", eventData: { resource_properties: { phone_number: numberOf(2) } } },
    { resourceSid: row(3).sid, source: "twilio" },
  );
  expect((await look(10)).told).toEqual([numberOf(3)]);
});

test("a number that another account of ours has was moved, also where that has more than is read at once", async () => {
  const { look, held } = account();
  await look();
  held.set(ACCOUNT, [3]);
  held.set(OTHER, [1]);
  const larger = `AC${"d".repeat(32)}` as AccountSid;
  held.set(larger, [...Array.from({ length: MOST }, (_, index) => 100 + index), 2]);
  await look(15);
  expect((await look(10)).told).toEqual([]);
});

test("all accounts are listed once for all that miss numbers at the same time, and never when nothing is missing", async () => {
  const { look, held, world } = account();
  for (let index = 0; index < 498; index += 1) held.set(`AC${index.toString(16).padStart(32, "0")}` as AccountSid, []);
  await look();
  await look(15);
  expect(world.lists).toBe(2);
  held.set(ACCOUNT, []);
  await look(15);
  expect((await look(10)).told).toHaveLength(3);
  expect(world.lists).toBe(4 + 500);
});

test("while one account cannot be listed, a missing number may be there: it is told once all are listed", async () => {
  const { look, held, world } = account();
  await look();
  held.set(ACCOUNT, [1, 2]);
  await look(15);
  world.isOtherDown = true;
  await expect(look(10)).rejects.toThrow(Fault);
  world.isOtherDown = false;
  expect((await look(1)).told).toEqual([numberOf(3)]);
});

test("a number of which the porting webhook told, or that nobody can know of any more, is not told again", async () => {
  const told = account();
  await told.look();
  told.held.set(ACCOUNT, [1, 2]);
  await told.look(15);
  told.world.buckets = scene([{ kind: "ported-out", accountSid: ACCOUNT, atMs: START, number: numberOf(3) }]).buckets;
  expect((await told.look(10)).told).toEqual([]);
  const away = account();
  await away.look();
  away.held.set(ACCOUNT, [1, 2]);
  await away.look((31 * DAY_MS) / MINUTE_MS);
  expect((await away.look(10)).told).toEqual([]);
});

test("a list that is as long as it may be was cut, and what is missing in it says nothing", async () => {
  const { look, held } = account();
  const many = Array.from({ length: MOST }, (_, index) => 1_000 + index);
  await look();
  held.set(ACCOUNT, many);
  expect(await look(15)).toMatchObject({ told: [], isCut: true, isIdle: true });
  expect((await look(10)).told).toEqual([]);
  held.set(ACCOUNT, many.slice(1));
  expect(await look(15)).toMatchObject({ told: [], isCut: false, isIdle: false });
  expect((await look(10)).told).toEqual([numberOf(1_000)]);
});

test("hosted numbers, whose carrier was another one all the time, are not watched", async () => {
  const { look, held } = account();
  held.set(ACCOUNT, [1, HOSTED]);
  await look();
  held.set(ACCOUNT, [1]);
  expect(await look(15)).toMatchObject({ told: [], isIdle: true });
});

test("a port-out that Twilio told nobody is found; a release, a move and a suspended account are none", async () => {
  const { world, account: sid, poll, pass, signals } = await pollStage();
  const { state } = world.standIn;
  const [moved, ported, released] = state.numbersOf(sid);
  if (moved === undefined || ported === undefined || released === undefined) throw new Error("three numbers");
  await poll("numbers");
  await poll("numbers", world.notifications);
  const parent = await world.credentials.parentClient();
  const own = await world.credentials.clientOf(sid);
  await parent.api.v2010.accounts(sid).incomingPhoneNumbers(moved.sid).update({ accountSid: world.notifications });
  await own.api.v2010.accounts(sid).incomingPhoneNumbers(released.sid).remove();
  world.standIn.portOut(ported.phoneNumber);
  for (const { sid: number } of state.numbersOf(world.notifications)) {
    if (number !== moved.sid) state.numbers.delete(number);
  }
  state.setStatus(world.notifications, "suspended");
  pass(15 * MINUTE_MS);
  expect(await poll("numbers")).toBeLessThanOrEqual(5 * MINUTE_MS);
  pass(10 * MINUTE_MS);
  expect(await poll("numbers")).toBeGreaterThan(0);
  await poll("numbers", world.notifications);
  const told = Object.keys(await signals()).filter((series) => !series.startsWith("change:"));
  expect(told).toEqual([`ported-out:${ported.phoneNumber}`]);
  expect(await signals(world.notifications)).toEqual({});
});
