import { expect, test } from "vitest";
import { changedCountries } from "../../src/signal/geo-change.ts";
import { changeOf } from "../../src/signal/monitor-events.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON } from "../support/signals.ts";

const SID = `AE${"a".repeat(32)}`;

/** As the SDK hands it over. */
function event(changes: Record<string, unknown> = {}) {
  return {
    sid: SID,
    accountSid: ACCOUNT,
    actorSid: `US${"1".repeat(32)}`,
    actorType: "user",
    description: null,
    eventData: {},
    eventDate: new Date(NOON - 60_000),
    eventType: "account-api-keys.created",
    resourceSid: `SK${"2".repeat(32)}`,
    resourceType: "account-api-keys",
    source: "web",
    sourceIpAddress: "203.0.113.7",
    url: "https://monitor.twilio.com/v1/Events/AE",
    links: {},
    ...changes,
  };
}

const read = (record: unknown) => changeOf(record, ACCOUNT, NOON);

test("a change says who did what to which thing, from where and when", () => {
  expect(read(event())).toEqual({
    sourceKey: `monitor-event:${SID}`,
    signal: {
      kind: "change",
      accountSid: ACCOUNT,
      atMs: NOON - 60_000,
      eventSid: SID,
      type: "account-api-keys.created",
      actorSid: `US${"1".repeat(32)}`,
      actorType: "user",
      resourceSid: `SK${"2".repeat(32)}`,
      source: "web",
      address: "203.0.113.7",
      countries: [],
      isOpening: null,
    },
  });
});

test("the same event read twice has the same key, whatever else is read of it", () => {
  expect(read(event())?.sourceKey).toBe(read(event({ description: "later", eventData: { x: 1 } }))?.sourceKey);
});

test.each([
  "account-auth-token.promoted",
  "account-keys.deleted",
  "voice-geographic-permissions.updated",
  "verify-fraud-guard-mode.updated",
  "user-session.created",
  "usage-trigger.deleted",
  "payment-method.created",
  "phone-number.deleted",
  "sip-domain.updated",
  "bulkexports.downloaded",
  "account.updated",
])("%s is watched", (eventType) => {
  expect(read(event({ eventType }))?.signal).toMatchObject({ type: eventType });
});

test.each([
  "message.deleted",
  "recording.accessed",
  "call.status.updated",
  "task-router.updated",
  "accounting.created",
])("%s is not: programs do it all day", (eventType) => {
  expect(read(event({ eventType }))).toBeNull();
});

test.each([
  ["no sid", { sid: undefined }],
  ["another sid", { sid: `NO${"a".repeat(32)}` }],
  ["a type that is no text", { eventType: 7 }],
  ["a type with a line break", { eventType: "account.updated\n" }],
])("a record with %s is left out", (_what, changes) => {
  expect(read(event(changes))).toBeNull();
});

test.each([null, undefined, 7, "event", []])("what is no record at all is left out: %j", (record) => {
  expect(read(record)).toBeNull();
});

test("what is missing or hostile in the rest leaves the change readable", () => {
  const signal = read(
    event({
      eventDate: "yesterday",
      actorSid: null,
      actorType: "x".repeat(5_000),
      resourceSid: undefined,
      source: null,
      sourceIpAddress: "1.2.3.4\u0000",
    }),
  )?.signal;
  expect(signal).toMatchObject({
    atMs: NOON,
    actorSid: null,
    actorType: null,
    resourceSid: null,
    source: "unknown",
    address: null,
  });
});

test("an event of the future counts from when it was read, and a date with milliseconds is read", () => {
  expect(read(event({ eventDate: new Date(NOON + 60_000) }))?.signal.atMs).toBe(NOON);
  expect(read(event({ eventDate: "2026-11-21T11:59:00.250Z" }))?.signal.atMs).toBe(NOON - 59_750);
});

test("countries are read of changes of geo permissions only", () => {
  const eventData = { country_code: "LV", enabled: { previous: false, updated: true } };
  const geo = read(event({ eventType: "sms-geographic-permissions.updated", eventData }));
  expect(geo?.signal).toMatchObject({ countries: ["LV"], isOpening: true });
  expect(read(event({ eventData }))?.signal).toMatchObject({ countries: [], isOpening: null });
});

test.each<[string, unknown, readonly string[], boolean | null]>([
  ["a list of countries", { countries: ["LV", "LT"] }, ["LT", "LV"], null],
  ["rows", { rows: [{ iso_code: "lv", low_risk_numbers_enabled: { previous: false, updated: true } }] }, ["LV"], true],
  ["rows by country", { LV: { high_risk_special_numbers_enabled: { previous: true, updated: false } } }, ["LV"], false],
  [
    "the wrapper",
    { resource_properties: { country_code: "SO", enabled: { previous: "false", updated: "true" } } },
    ["SO"],
    true,
  ],
  ["plain values", { country: "RS", enabled: true }, ["RS"], true],
  ["lists before and after", { countries: { previous: ["US", "CA"], updated: ["US", "CA", "LV"] } }, ["LV"], true],
  ["a country that was taken away", { countries: { previous: ["US", "LV"], updated: ["US"] } }, ["LV"], false],
  ["a flag that stays", { iso_code: "US", enabled: { previous: true, updated: true } }, ["US"], null],
  ["inheritance", { dialing_permissions_inheritance: { previous: false, updated: true } }, [], null],
  ["nothing", null, [], null],
  ["nonsense", { countries: [7, null, "Latvia", { x: ["LV"] }], friendly_name: "US" }, [], null],
])("of geo permissions, %s", (_what, eventData, countries, isOpening) => {
  expect(changedCountries(eventData)).toEqual({ countries, isOpening });
});

test("event data without end is read for a while, and no further", () => {
  const deep: Record<string, unknown> = {};
  let inner = deep;
  for (let depth = 0; depth < 5_000; depth += 1) {
    const next: Record<string, unknown> = { country: "LV" };
    inner["more"] = next;
    inner = next;
  }
  expect(changedCountries(deep)).toEqual({ countries: ["LV"], isOpening: null });
  const wide = Object.fromEntries(Array.from({ length: 676 }, (_, index) => [code(index), { enabled: true }]));
  expect(changedCountries(wide).countries.length).toBeLessThanOrEqual(250);
});

function code(index: number): string {
  return String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26));
}
