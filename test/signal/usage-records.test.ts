import { expect, test } from "vitest";
import { mediaOf, readingsOf, type UsageRecord } from "../../src/signal/usage-records.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON } from "../support/signals.ts";

const DAY = "2026-11-21";

function record(category: string, spendUsd: number, count = 0, startDate = DAY): UsageRecord {
  return { category, spendUsd, count, usage: count * 2, startDate };
}

const zero = record("lookups", 0);
const read = (records: readonly UsageRecord[], before = first.read as typeof first.read | null, atMs = NOON) =>
  readingsOf(records, before, ACCOUNT, atMs);
const first = readingsOf(
  [record("totalprice", 10), record("calls-outbound", 6, 30), record("sms-outbound", 4, 400), zero],
  null,
  ACCOUNT,
  NOON - 60_000,
);

const told = ({ received }: typeof first) =>
  received.map(({ signal }) => (signal.kind === "usage-reading" ? signal.category : signal.kind));

test("the first reading tells all that was used today, and nothing of what was not", () => {
  expect(told(first)).toEqual(["totalprice", "calls-outbound", "sms-outbound"]);
  expect(first.grown).toBeNull();
  expect(first.received[1]).toEqual({
    sourceKey: `usage:${ACCOUNT}:calls-outbound:${Math.floor((NOON - 60_000) / 60_000)}`,
    signal: {
      kind: "usage-reading",
      accountSid: ACCOUNT,
      atMs: NOON - 60_000,
      category: "calls-outbound",
      day: DAY,
      spendUsd: 6,
      count: 30,
      units: 60,
    },
  });
});

test("after it only what changed is told, and the total with it", () => {
  const again = read([record("totalprice", 10), record("calls-outbound", 6.5, 32), record("sms-outbound", 4, 400)]);
  expect(told(again)).toEqual(["calls-outbound", "totalprice"]);
  expect(again.grown).toEqual({ "calls-outbound": { spendUsd: 0.5, count: 2, units: 4 } });
});

test("nothing changed: nothing is told", () => {
  const again = read([record("totalprice", 10), record("calls-outbound", 6, 30), record("sms-outbound", 4, 400)]);
  expect(again.received).toEqual([]);
  expect(again.grown).toEqual({});
});

test("a new day begins at nothing", () => {
  const day = "2026-11-22";
  const next = read([record("totalprice", 1, 0, day), record("calls-outbound", 1, 5, day)]);
  expect(next.received.map(({ signal }) => signal)).toMatchObject([
    { category: "totalprice", day, spendUsd: 1 },
    { category: "calls-outbound", day, count: 5 },
  ]);
  expect(next.grown).toMatchObject({ "calls-outbound": { count: 5 } });
  expect(next.read.amounts).not.toHaveProperty("sms-outbound");
});

test("after days without us nobody can say when it came", () => {
  const day = "2026-11-24";
  expect(read([record("totalprice", 1, 0, day)]).grown).toBeNull();
});

test("a correction downwards is told and is no growth", () => {
  const less = read([record("totalprice", 9), record("calls-outbound", 5, 28), record("sms-outbound", 4, 400)]);
  expect(told(less)).toEqual(["totalprice", "calls-outbound"]);
  expect(less.grown).toEqual({});
  expect(less.read.amounts["calls-outbound"]).toMatchObject({ spendUsd: 5, count: 28 });
});

test("a category that has a name like no other is left out", () => {
  expect(read([record("calls out", 1, 1), record("", 1, 1), record("x".repeat(200), 1, 1)], null).received).toEqual([]);
});

test("no record at all leaves the day to the clock", () => {
  expect(read([], null)).toMatchObject({ received: [], read: { day: DAY, amounts: {} } });
});

test("the medium of a category is told by how it begins", () => {
  expect(mediaOf(["calls-outbound"])).toEqual(["calls"]);
  expect(mediaOf(["trunking-termination", "sms", "verify-push", "lookups", "callerid", "phonenumbers"])).toEqual([
    "calls",
    "messages",
    "verify",
  ]);
  expect(mediaOf(["totalprice", "call-progess-events"])).toEqual([]);
});
