import { describe, expect, test } from "vitest";
import { accountTakeover } from "../../src/detection/account-takeover.ts";
import type { OurChange, Scene } from "../../src/detection/contract.ts";
import type { Signal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { baselineOf, change, errors, NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;
const AWAY = "198.51.100.99";

function alertOf(signals: readonly Signal[], about: Partial<Scene> = {}) {
  return accountTakeover.evaluate(scene(signals, { baseline: baselineOf(), ...about }))[0];
}

function judged(signals: readonly Signal[], about: Partial<Scene> = {}) {
  const alert = alertOf(signals, about);
  return alert === undefined ? null : `${alert.severity}, ${alert.confidence}`;
}

const promoted = (address: string | null) =>
  change({ type: "account-auth-token.promoted", resourceSid: ACCOUNT, source: "api", address }, "2");
const tokenChanged: Signal = { kind: "token-changed", accountSid: ACCOUNT, atMs: NOON };
const blocked = (address: string): Signal => ({
  kind: "blocked-address",
  accountSid: ACCOUNT,
  atMs: NOON,
  address,
  keySid: null,
});
const of = (type: string, address: string | null) => change({ type, address }, type.length.toString());

describe("how bad and how sure it is", () => {
  test.each<[string, readonly Signal[], string | null]>([
    ["one key from a known address", [change()], null],
    ["one key, and nobody says from where", [change({ address: null })], "warning, low"],
    ["one key from a foreign address", [change({ address: AWAY })], "warning, medium"],
    ["a token that was replaced from a known address", [promoted("203.0.113.7")], "warning, medium"],
    ["a token that was replaced from a foreign address", [promoted(AWAY)], "critical, high"],
    ["a token and a key from a foreign address", [promoted(AWAY), change({ address: AWAY })], "critical, high"],
    ["our copy of the token is refused, and nobody says why", [tokenChanged], "critical, medium"],
    [
      "the same, and the event says it was done from a known address",
      [tokenChanged, promoted("203.0.113.7")],
      "warning, medium",
    ],
    ["valid credentials from an address that is not allowed", [blocked(AWAY)], "warning, medium"],
    ["the same from a usual address: the allow-list forgot it", [blocked("203.0.113.7")], null],
    ["a tripwire that somebody else deleted", [of("usage-trigger.deleted", "203.0.113.7")], "warning, low"],
    ["a tripwire and a key", [of("usage-trigger.deleted", "203.0.113.7"), change()], "critical, medium"],
    ["a sign-in from a foreign address changes nothing", [of("user-session.created", AWAY)], null],
    ["a user who was added from there", [of("user.created", AWAY)], "warning, low"],
    [
      "a sign-in and a key from there",
      [of("user-session.created", AWAY), change({ address: AWAY })],
      "critical, medium",
    ],
    ["a sign-in from a known address", [of("user-session.created", "203.0.113.7")], null],
    ["a payment method changed from a known address", [of("payment-method.updated", "203.0.113.7")], null],
    ["SIP access changed from a foreign address", [of("sip-credential-list.updated", AWAY)], "warning, low"],
    ["a number bought from a foreign address", [of("phone-number.created", AWAY)], null],
    ["refused requests alone", errors("20003", 100, NOON - 2 * MINUTE, 10), null],
    [
      "refused requests and a foreign key",
      [...errors("20003", 9, NOON - MINUTE), change({ address: AWAY })],
      "critical, medium",
    ],
  ])("%s: %s", (_, signals, expected) => {
    expect(judged(signals)).toBe(expected);
  });

  test("while the usual addresses are not known, none is foreign", () => {
    expect(judged([of("user.created", AWAY)], { baseline: null })).toBeNull();
    expect(judged([change({ address: AWAY })], { baseline: baselineOf({ days: 3 }) })).toBe("warning, low");
  });

  test("what Twilio's own people do is no takeover", () => {
    expect(judged([change({ source: "twilio", address: null })])).toBeNull();
    expect(judged([change({ actorType: "twilio-admin", address: null })])).toBeNull();
  });
});

test("says what was changed and from where, a line for each change", () => {
  const key = change({ address: AWAY, atMs: NOON - MINUTE });
  expect(alertOf([promoted(AWAY), key, change({ address: AWAY }, "3")])).toMatchObject({
    summary:
      "The auth token was replaced and an API key was created from an address that never changed anything here, and Tollgate did not do it.",
    evidence: [
      {
        label: "Auth token replaced",
        value: expect.stringMatching(/^AC.*, 198\.51\.100\.99 \(never seen here\), by US8+, 2026-11-21 12:00 GMT$/),
      },
      { label: "API key created", value: expect.stringContaining("2026-11-21 11:59 GMT") },
      { label: "API key created (2)", value: expect.stringContaining(`SK${"3".padStart(32, "0")}`) },
    ],
    firstSignalAtMs: NOON - MINUTE,
    lastSignalAtMs: NOON,
  });
});

test("a tripwire that upkeep misses and Twilio's event names is one change, told by the one who knows more", () => {
  const event = change({ type: "usage-trigger.deleted", address: AWAY }, "5");
  const missed = change({
    ...event,
    actorSid: null,
    actorType: null,
    source: "upkeep",
    address: null,
    eventSid: "upkeep-5",
  });
  expect(alertOf([missed])?.evidence).toHaveLength(1);
  const both = alertOf([missed, event]);
  expect(both?.evidence).toEqual([{ label: "Usage trigger deleted", value: expect.stringContaining(AWAY) }]);
});

test("an opened country is not a takeover, but a takeover names it", () => {
  const opened = change(
    { type: "voice-geographic-permissions.updated", address: AWAY, countries: ["LV"], isOpening: true },
    "4",
  );
  expect(alertOf([opened])).toBeUndefined();
  expect(alertOf([opened, change({ address: AWAY })])?.countries).toEqual(["LV"]);
});

describe("what Tollgate did itself", () => {
  const rotation: OurChange = {
    what: "Rotate the auth token",
    fromMs: NOON - MINUTE,
    toMs: NOON + 15 * MINUTE,
    eventTypes: ["account-auth-token."],
    resourceSids: null,
    endsCredentials: true,
  };

  test("is explained", () => {
    expect(alertOf([promoted(null), tokenChanged], { ours: [rotation] })).toBeUndefined();
  });

  test("explains neither a key that somebody makes meanwhile, nor another token an hour before", () => {
    expect(judged([promoted(null), change({ address: AWAY })], { ours: [rotation] })).toBe("warning, medium");
    expect(judged([{ ...promoted(AWAY), atMs: NOON - 60 * MINUTE }], { ours: [rotation] })).toBe("critical, high");
  });

  test("explains the keys that it deleted, and no others", () => {
    const deletion: OurChange = {
      ...rotation,
      eventTypes: ["account-api-keys.deleted"],
      resourceSids: [`SK${"1".padStart(32, "0")}`],
    };
    const gone = (id: string) => change({ address: AWAY, type: "account-api-keys.deleted" }, id);
    expect(alertOf([gone("1")], { ours: [deletion] })).toBeUndefined();
    expect(alertOf([gone("1"), gone("2")], { ours: [deletion] })?.evidence).toHaveLength(1);
  });

  test("makes the refusals that follow no evidence against anybody", () => {
    const signals = [...errors("20003", 20, NOON - 30_000, 100), change({ address: AWAY })];
    expect(judged(signals)).toBe("critical, medium");
    expect(judged(signals, { ours: [rotation] })).toBe("warning, medium");
  });
});
