import { expect, test } from "vitest";
import { DAY_MS, dayNumber, HOUR_MS, nameOfDay } from "../../src/detection/baseline/days.ts";
import { foldIntoBuckets } from "../../src/detection/fold.ts";
import { Fault } from "../../src/lib/fault.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import type { ChangeSignal, TrafficReadingSignal } from "../../src/signal/contract.ts";
import { nextLearningMs } from "../../src/workflow/learn.ts";
import { ordinaryAddresses } from "../../src/workflow/ordinary-addresses.ts";
import type { Twilio } from "../../src/workflow/ports.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON } from "../support/signals.ts";
import { house } from "../support/workflow.ts";

function traffic(accountSid: AccountSid, atMs: number, country: string, count: number): TrafficReadingSignal {
  const nothing = { total: count, live: 0, longCalls: 0, longestSeconds: 0, neighbours: null, failures: [] };
  return {
    kind: "traffic-reading",
    accountSid,
    atMs,
    medium: "calls",
    sinceMs: atMs - 60_000,
    ...nothing,
    destinations: [{ country, count, seconds: 60, spendUsd: null }],
  };
}

test("learns eight weeks of what was used in them, then day by day; goes on after a fault, and lets an account go that is gone", async () => {
  const asked: Parameters<Twilio["usage"]>[0][] = [];
  const askedLogs: string[] = [];
  let isDown = false;
  let mostRequests = 2;
  const h = await house({
    replica: {
      outside: (real) => ({
        ...real,
        twilio: {
          ...real.twilio,
          async usage(query) {
            if (isDown) throw new Fault("unavailable", "Twilio is down");
            if (asked.length >= mostRequests) throw new Fault("rate-limited", "too many requests");
            asked.push(query);
            return real.twilio.usage(query);
          },
          async recentDestinations(sid, medium, sinceMs) {
            askedLogs.push(medium);
            return real.twilio.recentDestinations(sid, medium, sinceMs);
          },
        },
      }),
    },
  });
  const nowMs = h.world.clock.now();
  const today = dayNumber(nowMs);
  const learn = async (key: AccountSid = h.account) => {
    await h.store.outbox.add({ job: "learn", key, dueAtMs: null }, nowMs);
    await h.work("learn", key);
  };
  const baseline = () => h.store.baselines.load(h.account);
  const due = async () => (await h.store.outbox.load("learn", h.account))?.dueAtMs ?? null;

  await learn();
  expect(await due()).toBeGreaterThanOrEqual(nowMs + 15 * 60_000);
  expect(await baseline()).toBeNull();
  const before = asked.splice(0).slice(1);
  mostRequests = Number.POSITIVE_INFINITY;

  // What was read before Twilio asked to wait is not read again.
  await learn();
  const eightWeeks = { startDate: nameOfDay(today - 56), endDate: nameOfDay(today - 1) };
  expect(asked[0]).toMatchObject({ period: "range", category: null, ...eightWeeks });
  const daily = [...before, ...asked.slice(1)];
  expect(before).toHaveLength(1);
  expect(daily.at(-1)).toMatchObject({ period: "daily", category: "totalprice", ...eightWeeks });
  expect(new Set(daily.map(({ period }) => period))).toEqual(new Set(["daily"]));
  const read = daily.map(({ category }) => category);
  expect(new Set(read).size).toBe(read.length);
  expect(askedLogs).toEqual(["calls", "calls"]);
  const first = await baseline();
  expect(first?.days).toBe(56);
  expect(first?.categories["calls-outbound"]?.weekdays).toHaveLength(7);
  expect(first?.categories["calls-outbound"]?.meanDay.spendUsd).toBeGreaterThan(0);
  expect(first?.categories["calls-outbound"]?.lastUsedDay).toBe(nameOfDay(today - 1));
  expect(Object.keys(first?.categories ?? {})).toEqual(read.toSorted());
  expect(await due()).toBe(nextLearningMs(h.account, nowMs));

  asked.length = 0;
  await learn();
  expect(asked.map(({ startDate, endDate }) => [startDate, endDate])).toEqual([
    [nameOfDay(today - 3), nameOfDay(today - 1)],
  ]);
  expect(await baseline()).toEqual(first);

  isDown = true;
  await learn();
  isDown = false;
  expect(await due()).toBeLessThan(nowMs + 10 * 60_000);
  expect(await baseline()).toEqual(first);

  const midnightMs = today * DAY_MS;
  const readings = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((daysAgo) => {
    const at = (hour: number) => midnightMs - daysAgo * DAY_MS + hour * HOUR_MS;
    return [traffic(h.account, at(9), "SE", 10), traffic(h.account, at(15), "SE", 30)];
  });
  // Today is not over: what began in it may be what it should be compared with.
  const received = [...readings, traffic(h.account, midnightMs + 1_000, "LV", 500)].map((signal) => {
    return { sourceKey: `${signal.atMs}`, signal };
  });
  await h.store.signals.keep(received, midnightMs - 9 * DAY_MS);
  await h.store.signals.fold(h.account, midnightMs - 9 * DAY_MS);
  await learn();
  expect(await baseline()).toMatchObject({
    destinationDays: 8,
    destinations: [{ medium: "calls", country: "SE", perDay: 40 }],
  });

  const idle = h.world.notifications;
  h.world.standIn.state.account(idle).usage.leaves = {};
  asked.length = 0;
  askedLogs.length = 0;
  await learn(idle);
  expect(asked.map(({ category }) => category)).toEqual([null, "totalprice"]);
  expect(askedLogs).toEqual([]);
  expect(await h.store.baselines.load(idle)).toMatchObject({ days: 56, categories: {} });

  const stranger = `AC${"9".repeat(32)}` as AccountSid;
  await learn(stranger);
  expect(await h.store.outbox.load("learn", stranger)).toBeNull();
  expect(await h.store.baselines.load(stranger)).toBeNull();
});

test("accounts learn one after the other, a little after midnight GMT", () => {
  const accounts = Array.from({ length: 16 }, (_, digit) => `AC${digit.toString(16).repeat(32)}` as AccountSid);
  const times = accounts.map((sid) => nextLearningMs(sid, NOON) % DAY_MS);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(15 * 60_000);
  expect(Math.max(...times)).toBeLessThan(2 * HOUR_MS);
  expect(new Set(times).size).toBeGreaterThan(12);
  for (const sid of accounts)
    expect(nextLearningMs(sid, nextLearningMs(sid, NOON))).toBe(nextLearningMs(sid, NOON) + DAY_MS);
});

test("an address is ordinary when it is known for three days, or on two days; what came yesterday first is not", () => {
  const change = (address: string | null, daysAgo: number): ChangeSignal => ({
    kind: "change",
    accountSid: ACCOUNT,
    atMs: NOON - daysAgo * DAY_MS,
    eventSid: `AE${address}${daysAgo}`,
    type: "account-keys.created",
    actorSid: null,
    actorType: null,
    resourceSid: null,
    source: "api",
    address,
    countries: [],
    isOpening: null,
  });
  const buckets = foldIntoBuckets(
    [],
    [
      change("192.0.2.1", 20),
      change("192.0.2.2", 2),
      change("192.0.2.2", 1),
      change("192.0.2.3", 2),
      change("192.0.2.4", 0.5),
      change(null, 20),
    ],
  );
  expect(ordinaryAddresses(buckets, NOON)).toEqual(["192.0.2.1", "192.0.2.2"]);
});
