import { expect, test } from "vitest";
import { worstBurst } from "../../src/detection/error-story.ts";
import { foldIntoBuckets } from "../../src/detection/fold.ts";
import { debuggerWebhook } from "../../src/signal/debugger.ts";
import { countingFrom, happenedAt } from "../../src/signal/late.ts";
import { errorOf, worstOfOld } from "../../src/signal/monitor-alerts.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON } from "../support/signals.ts";

const SID = `NO${"b".repeat(32)}`;
const MINUTE = 60_000;

function alert(changes: Record<string, unknown> = {}) {
  return {
    sid: SID,
    accountSid: ACCOUNT,
    alertText: "Msg=Forbidden&ErrorCode=32202",
    dateCreated: new Date(NOON - 5 * MINUTE),
    dateGenerated: new Date(NOON - 5 * MINUTE),
    dateUpdated: new Date(NOON),
    errorCode: "32202",
    logLevel: "error",
    resourceSid: `CA${"1".repeat(32)}`,
    serviceSid: null,
    ...changes,
  };
}

const read = (record: unknown) => errorOf(record, ACCOUNT, NOON);

test("an error says its code, its level, what it is about and when it happened", () => {
  expect(read(alert())?.signal).toEqual({
    kind: "error",
    accountSid: ACCOUNT,
    atMs: NOON - 5 * MINUTE,
    code: "32202",
    level: "error",
    resourceSid: `CA${"1".repeat(32)}`,
  });
});

test("the debugger webhook and the poll give the same error the same key, and the same signal", () => {
  const told = debuggerWebhook.parse({
    fields: {
      Sid: SID,
      AccountSid: ACCOUNT,
      Level: "ERROR",
      Timestamp: "2026-11-21T11:55:00Z",
      Payload: JSON.stringify({ error_code: "32202", resource_sid: `CA${"1".repeat(32)}` }),
    },
    headers: {},
    receivedAtMs: NOON,
  });
  expect(told).toMatchObject({ ok: true, received: [read(alert())] });
});

test.each([
  ["Warning", "warning"],
  ["ERROR", "error"],
  ["notice", "warning"],
  [null, "warning"],
])("the level %j is %s", (logLevel, level) => {
  expect(read(alert({ logLevel }))?.signal).toMatchObject({ level });
});

test.each([
  ["no sid", { sid: null }],
  ["a sid of something else", { sid: `AE${"b".repeat(32)}` }],
  ["no code", { errorCode: undefined }],
  ["a code that is none", { errorCode: "<b>" }],
])("a record with %s is left out", (_what, changes) => {
  expect(read(alert(changes))).toBeNull();
});

test("without a date it counts from when it was read; a hostile resource is no resource", () => {
  const signal = read(alert({ dateGenerated: null, dateCreated: "soon", resourceSid: "x y\u0000" }))?.signal;
  expect(signal).toMatchObject({ atMs: NOON, resourceSid: null });
});

/** So many errors, one every `everyMs` from `fromMs` on. */
function errors(count: number, fromMs: number, everyMs: number, errorCode = "11200") {
  return Array.from({ length: count }, (_, index) => {
    const one = read(
      alert({
        sid: `NO${index.toString(16).padStart(6, "0")}${Math.abs(fromMs).toString(16).padStart(26, "0").slice(-26)}`,
        errorCode,
        dateGenerated: new Date(fromMs + index * everyMs),
      }),
    );
    if (one === null) throw new Error("not read");
    return one;
  });
}

test("after an outage a day of ordinary errors is no burst", () => {
  const day = errors(24 * 12, NOON - 24 * 60 * MINUTE, 5 * MINUTE);
  const told = worstOfOld(day, NOON);
  const old = told.filter(({ signal }) => signal.atMs < NOON - 30 * MINUTE);
  expect(old).toHaveLength(1);
  expect(told.length - old.length).toBe(day.filter(({ signal }) => signal.atMs >= NOON - 30 * MINUTE).length);
});

test("a burst during an outage is told as the burst that it was, beside the trickle of another code", () => {
  const burst = errors(200, NOON - 50 * MINUTE, 1_000, "32202");
  const trickle = errors(10, NOON - 55 * MINUTE, 2 * MINUTE);
  const told = worstOfOld([...trickle, ...burst], NOON);
  expect(told.filter(({ signal }) => signal.kind === "error" && signal.code === "32202")).toHaveLength(200);
  expect(told.filter(({ signal }) => signal.kind === "error" && signal.code === "11200")).toHaveLength(3);
});

test("after an outage a trickle counts no more than in time, half of it told by the poll and half by Event Streams", () => {
  const fromMs = NOON - 3 * 60 * MINUTE;
  const all = [...errors(40, fromMs, 40_000), ...errors(1, fromMs + 10.5 * MINUTE, 0)];
  const polled = worstOfOld(all, NOON);
  const keys = new Set(polled.map(({ sourceKey }) => sourceKey));
  const streamed = all.filter(({ sourceKey }) => !keys.has(sourceKey));
  const told = [...polled, ...streamed].map(({ signal }) => countingFrom(signal, NOON, happenedAt(signal)));
  const inTime = foldIntoBuckets(
    [],
    all.map(({ signal }) => signal),
  );
  expect(worstBurst(foldIntoBuckets([], told))).toBe(worstBurst(inTime));
});

test("five minutes that touch six whole ones are told as five of them: no edge of a minute cuts a burst", () => {
  const burst = errors(30, NOON - 60 * MINUTE + 30_000, 10_000);
  const [first, last] = [burst[0], burst.at(-1)];
  const told = worstOfOld(burst, NOON).map(({ signal }) => happenedAt(signal));
  expect([told[0], told.at(-1)]).toEqual([first?.signal.atMs, NOON - 55 * MINUTE - 1]);
  expect(last?.signal.atMs).toBeGreaterThan(NOON - 55 * MINUTE);
});

test("what happened lately is told as it is", () => {
  const lately = errors(50, NOON - 29 * MINUTE, 10_000);
  expect(worstOfOld(lately, NOON)).toEqual(lately);
});
