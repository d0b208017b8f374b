import { expect, test } from "vitest";
import { quietSources } from "../../../src/workflow/polls/quiet.ts";

const MINUTE = 60_000;
const NOW = Date.parse("2026-11-21T12:00:00Z");
const ago = (minutes: number) => NOW - minutes * MINUTE;

type Listened = Parameters<typeof quietSources>[0];

const works = { periodMs: MINUTE, okAtMs: ago(1), failures: 0, paused: null } as const;
const fails = { periodMs: MINUTE, okAtMs: ago(40), failures: 9, paused: null } as const;

/** An account with traffic, on which everything works and nothing happened. */
function quiet(changes: Partial<Listened> = {}) {
  return quietSources({
    nowMs: NOW,
    hereSinceMs: ago(600),
    hasTraffic: true,
    polls: [
      { id: "usage", ...works },
      { id: "events", ...works },
    ],
    lastHeardMs: new Map(),
    happened: { errors: [], apiCalls: [], firings: [] },
    ...changes,
  });
}

const onlyUsageWorks = [
  { id: "usage", ...works },
  { id: "events", ...fails },
] as const;

test("nothing is quiet where everything works", () => {
  expect(quiet()).toEqual([]);
});

test("a poll that has not worked for long is quiet, while others of its account work", () => {
  expect(quiet({ polls: onlyUsageWorks })).toEqual([{ source: "poll-events", sinceMs: ago(40) }]);
});

test("it is late only after six of its periods, and never within a quarter of an hour", () => {
  const late = (periodMs: number, okAtMs: number) =>
    quiet({
      polls: [
        { id: "usage", ...works },
        { id: "events", ...fails, periodMs, okAtMs },
      ],
    }).length > 0;
  expect(late(MINUTE, ago(14))).toBe(false);
  expect(late(MINUTE, ago(15))).toBe(true);
  expect(late(5 * MINUTE, ago(29))).toBe(false);
  expect(late(5 * MINUTE, ago(30))).toBe(true);
});

test("an account without traffic is never quiet", () => {
  expect(quiet({ polls: onlyUsageWorks, hasTraffic: false })).toEqual([]);
});

test("Twilio down for everything is no quiet source", () => {
  const down = [
    { id: "usage", ...fails },
    { id: "events", ...fails },
  ] as const;
  expect(quiet({ polls: down })).toEqual([]);
});

test("nor is a poll that was not asked while we were down, or failed once since", () => {
  expect(quiet({ polls: onlyUsageWorks, hereSinceMs: ago(5) })).toEqual([]);
  expect(
    quiet({
      polls: [
        { id: "usage", ...works },
        { id: "events", ...fails, failures: 1 },
      ],
    }),
  ).toEqual([]);
});

test("a suspended account's polls wait and are not quiet; refused credentials are", () => {
  const paused = (paused: "suspended" | "refused") =>
    quiet({
      polls: [
        { id: "usage", ...works },
        { id: "events", ...fails, failures: 1, paused },
      ],
    });
  expect(paused("suspended")).toEqual([]);
  expect(paused("refused")).toEqual([{ source: "poll-events", sinceMs: ago(40) }]);
});

const errors = [ago(30), ago(25), ago(20)];

test("a debugger webhook that was heard before and is silent at several errors is quiet since it was heard", () => {
  const happened = { errors, apiCalls: [], firings: [] };
  const heard = (minutes: number) => new Map([["debugger", ago(minutes)]]);
  expect(quiet({ lastHeardMs: heard(100), happened })).toEqual([{ source: "debugger", sinceMs: ago(100) }]);
  expect(quiet({ lastHeardMs: heard(19), happened })).toEqual([]);
});

test("a webhook that was never heard may not be there", () => {
  expect(quiet({ happened: { errors, apiCalls: errors, firings: [] } })).toEqual([]);
});

test("what happened before we were here, or just now, is not held against it", () => {
  const lastHeardMs = new Map([["debugger", ago(300)]]);
  expect(quiet({ lastHeardMs, hereSinceMs: ago(22), happened: { errors, apiCalls: [], firings: [] } })).toEqual([]);
  const justNow = [ago(1), ago(2), ago(3)];
  expect(quiet({ lastHeardMs, happened: { errors: justNow, apiCalls: [], firings: [] } })).toEqual([]);
});

test("one or two that are missing may have been lost on their way", () => {
  const lastHeardMs = new Map([["debugger", ago(300)]]);
  expect(quiet({ lastHeardMs, happened: { errors: errors.slice(1), apiCalls: [], firings: [] } })).toEqual([]);
});

test("calls by API in the log, and none told by Event Streams, which was heard before", () => {
  const apiCalls = [12, 14, 16, 18, 20].map(ago);
  const happened = { errors: [], apiCalls, firings: [] };
  expect(quiet({ lastHeardMs: new Map([["events", ago(60)]]), happened })).toEqual([
    { source: "events", sinceMs: ago(60) },
  ]);
  expect(quiet({ lastHeardMs: new Map([["events", ago(15)]]), happened })).toEqual([]);
});

test("a trigger that fired, as Twilio says, and whose callback never came", () => {
  const happened = { errors: [], apiCalls: [], firings: [ago(15)] };
  expect(quiet({ happened })).toEqual([{ source: "usage-trigger", sinceMs: ago(15) }]);
  expect(quiet({ happened, lastHeardMs: new Map([["usage-trigger", ago(15)]]) })).toEqual([]);
  expect(quiet({ happened: { ...happened, firings: [ago(700)] } })).toEqual([]);
});
