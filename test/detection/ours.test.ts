import { describe, expect, test } from "vitest";
import { accountTakeover } from "../../src/detection/account-takeover.ts";
import type { OurChange } from "../../src/detection/contract.ts";
import { isOurRotation, oursAmong } from "../../src/detection/ours.ts";
import type { ChangeSignal, TokenChangedSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { change, NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;
const SECOND = 1_000;

/** From noon on, for ten seconds. */
const span = {
  fromMs: NOON - MINUTE,
  toMs: NOON + 15 * MINUTE,
  worked: { fromMs: NOON, toMs: NOON + 10 * SECOND },
  resourceSids: null,
};
const rotation: OurChange = {
  ...span,
  what: "Rotate the auth token",
  eventTypes: ["account-auth-token."],
  endsCredentials: true,
  atMost: { "account-auth-token.secondary-created": 1, "account-auth-token.promoted": 1 },
};

let events = 0;
function event(changes: Partial<ChangeSignal>): ChangeSignal {
  events += 1;
  return change({ source: "api", address: null, atMs: NOON + 5 * SECOND, ...changes }, String(events));
}

const token = (what: string, afterMs = 5 * SECOND, changes: Partial<ChangeSignal> = {}) =>
  event({ type: `account-auth-token.${what}`, resourceSid: ACCOUNT, atMs: NOON + afterMs, ...changes });

function unexplained(changes: readonly ChangeSignal[], ours: readonly OurChange[]): readonly ChangeSignal[] {
  const explained = oursAmong(changes, ours);
  return changes.filter((one) => !explained.has(one));
}

describe("a rotation of ours explains", () => {
  test("one token made and one promoted, and whatever it deleted", () => {
    const left = [
      token("secondary-deleted"),
      token("secondary-created"),
      token("promoted"),
      token("secondary-deleted"),
    ];
    expect(unexplained(left, [rotation])).toEqual([]);
  });

  test.each([
    ["after ours", 4 * MINUTE],
    ["before ours", -50 * SECOND],
  ])("no second promotion, %s: the one that is farther from our work is told", (_name, afterMs) => {
    const [own, theirs] = [token("promoted"), token("promoted", afterMs)];
    expect(unexplained([theirs, own], [rotation])).toEqual([theirs]);
    expect(unexplained([own, theirs], [rotation])).toEqual([theirs]);
    const made = [token("secondary-created", 6 * SECOND), token("secondary-created", afterMs)];
    expect(unexplained(made, [rotation])).toEqual([made[1]]);
  });

  test("nothing that a person did in the Console", () => {
    const byHand = token("promoted", 5 * SECOND, { source: "web" });
    expect(unexplained([byHand], [rotation])).toEqual([byHand]);
  });

  test("nothing that it never came to, or that happened at another time", () => {
    const promoted = token("promoted");
    expect(unexplained([promoted], [{ ...rotation, atMost: { "account-auth-token.promoted": 0 } }])).toEqual([
      promoted,
    ]);
    const later = token("promoted", 16 * MINUTE);
    expect(unexplained([later], [rotation])).toEqual([later]);
  });

  test("as many as were made: two rotations explain two promotions and no third", () => {
    const second = {
      ...rotation,
      fromMs: NOON + 2 * MINUTE,
      worked: { fromMs: NOON + 3 * MINUTE, toMs: NOON + 4 * MINUTE },
    };
    const three = [token("promoted"), token("promoted", 3.5 * MINUTE), token("promoted", 9 * MINUTE)];
    expect(unexplained(three, [rotation, second])).toEqual([three[2]]);
  });
});

test("somebody who promotes a token of their own minutes after our rotation is an account takeover", () => {
  const said = (changes: readonly ChangeSignal[]) =>
    accountTakeover.evaluate(scene(changes, { ours: [rotation], nowMs: NOON + 10 * MINUTE }));
  const ours = [token("secondary-created"), token("promoted")];
  expect(said(ours)).toEqual([]);
  expect(said([...ours, token("promoted", 4 * MINUTE)])).toMatchObject([
    {
      threat: "account-takeover",
      severity: "critical",
      summary: expect.stringMatching(/^The auth token was replaced/),
    },
  ]);
});

describe("a token that is found changed", () => {
  const found = (copy: TokenChangedSignal["copy"], afterMs = 5 * MINUTE): TokenChangedSignal => {
    const signal = { kind: "token-changed", accountSid: ACCOUNT, atMs: NOON + afterMs } as const;
    return copy === undefined ? signal : { ...signal, copy };
  };
  test.each([
    [
      "the copy that an idle replica had from before our rotation",
      { knownAtMs: NOON - 60 * MINUTE, madeAtMs: null },
      true,
    ],
    ["one that was confirmed while it was at work", { knownAtMs: NOON + 4 * SECOND, madeAtMs: null }, true],
    ["the very token that our rotation made", { knownAtMs: NOON + 6 * SECOND, madeAtMs: NOON + 6 * SECOND }, false],
    ["a token of ours from before", { knownAtMs: NOON + 2 * SECOND, madeAtMs: NOON - 60 * MINUTE }, true],
    ["one that was confirmed after our rotation", { knownAtMs: NOON + 60 * SECOND, madeAtMs: null }, false],
    ["nobody knows which, of an older version", undefined, true],
  ] as const)("%s: explained %#", (_name, copy, isExplained) => {
    expect(isOurRotation(found(copy), [rotation])).toBe(isExplained);
  });

  test("a refused rotation explains no lost copy: it promoted nothing", () => {
    const old = { knownAtMs: NOON - 60 * MINUTE, madeAtMs: null };
    expect(isOurRotation(found(old), [{ ...rotation, endsCredentials: false }])).toBe(false);
    expect(isOurRotation(found(undefined), [{ ...rotation, endsCredentials: false }])).toBe(false);
  });

  test("is not ours before it, nor more than an hour after it", () => {
    const old = { knownAtMs: NOON - 60 * MINUTE, madeAtMs: null };
    expect(isOurRotation(found(old, -2 * MINUTE), [rotation])).toBe(false);
    expect(isOurRotation(found(old, 76 * MINUTE), [rotation])).toBe(false);
    expect(isOurRotation(found(old), [{ ...rotation, eventTypes: ["usage-trigger."] }])).toBe(false);
  });
});

describe("countries", () => {
  const opening = (countries: readonly string[], changes: Partial<ChangeSignal> = {}) =>
    event({ type: "voice-geographic-permissions.updated", countries, isOpening: true, ...changes });
  const geo = { ...span, what: "geo", eventTypes: ["voice-geographic-permissions.", "sms-geographic-permissions."] };
  const restore: OurChange = { ...geo, opens: { calls: { only: ["LV", "LT"] }, messages: { only: ["LV"] } } };
  const close: OurChange = { ...geo, opens: { calls: { only: [] }, messages: { only: [] } } };

  test("a restore explains those that it opens, in one event or in several, and no other", () => {
    expect(unexplained([opening(["LT", "LV"]), opening(["LV"])], [restore])).toEqual([]);
    const more = [opening(["SO"]), opening(["LV", "SO"])];
    expect(unexplained(more, [restore])).toEqual(more);
  });

  test("calls and messages are apart", () => {
    const type = "sms-geographic-permissions.updated";
    expect(unexplained([opening(["LV"], { type })], [restore])).toEqual([]);
    const other = opening(["LT"], { type });
    expect(unexplained([other], [restore])).toEqual([other]);
  });

  test("where Twilio names no country, as many openings as were restored are ours", () => {
    const three = [opening([]), opening([], { atMs: NOON }), opening([], { atMs: NOON + 5 * MINUTE })];
    expect(unexplained(three, [restore])).toEqual([three[2]]);
  });

  test("closing countries explains no opening, named or not", () => {
    const opened = [opening(["LV"]), opening([])];
    expect(unexplained(opened, [close])).toEqual(opened);
    expect(unexplained([opening(["LV"], { isOpening: false }), opening([], { isOpening: null })], [close])).toEqual([]);
  });

  test("a subaccount that gets a table of its own: the others are written then, and the closed ones are not opened", () => {
    const table: OurChange = { ...geo, opens: { calls: { allBut: ["LV"] }, messages: { only: [] } } };
    expect(unexplained([opening(["GB", "LV", "US"]), opening(["US"])], [table])).toEqual([]);
    const opened = [opening(["LV"]), opening(["US"], { atMs: NOON + 3 * MINUTE })];
    expect(unexplained(opened, [table])).toEqual(opened);
  });
});

test("keys are explained by their names, whoever deleted them", () => {
  const deletion: OurChange = {
    ...span,
    what: "Delete 1 API key",
    eventTypes: ["account-api-keys.deleted"],
    resourceSids: ["SK1"],
  };
  const gone = (resourceSid: string) => event({ type: "account-api-keys.deleted", resourceSid, source: "web" });
  const other = gone("SK2");
  expect(unexplained([gone("SK1"), other], [deletion])).toEqual([other]);
});
