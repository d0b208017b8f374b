import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { debuggerWebhook } from "../../src/signal/debugger.ts";
import { eventStreams } from "../../src/signal/event-streams.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { debuggerForm } from "../support/webhook-forms.ts";
import {
  CALL,
  callRequestData,
  cloudEvent,
  ERROR,
  errorData,
  MESSAGE,
  TEST_ID,
  testEvent,
} from "../support/webhook-json.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const AT = Date.parse("2026-11-21T11:59:30.500Z");
const OTHER = `AC${"7".repeat(32)}`;
const LATVIA = "+37120000000";

const CREATED = "com.twilio.voice.api-request.call.created";
const COMPLETED = "com.twilio.voice.status-callback.call.completed";
const LOGGED = "com.twilio.error-logs.error.logged";
const VERIFICATION = "com.twilio.accountsecurity.verify.verification";

function parse(json: unknown) {
  return eventStreams.parse({ fields: {}, json, accountSid: ACCOUNT, headers: {}, receivedAtMs: NOW });
}

function received(json: unknown) {
  const parsed = parse(json);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.received;
}

function signalOf(type: string, data: unknown, changes: Readonly<Record<string, unknown>> = {}) {
  return received(cloudEvent(type, data, changes))[0]?.signal;
}

describe("the envelope", () => {
  const event = cloudEvent(CREATED, callRequestData({ To: LATVIA }));

  test("an array, one event alone, and data as the text of JSON mean the same", () => {
    const expected = received([event]);
    expect(expected).toHaveLength(1);
    expect(received(event)).toEqual(expected);
    expect(received({ ...event, data: JSON.stringify(event.data) })).toEqual(expected);
  });

  test("the event's id is its key, under the account", () => {
    expect(received(event)[0]?.sourceKey).toBe(`events:${ACCOUNT}:${event.id}`);
    const other = cloudEvent(LOGGED, { ...errorData(ACCOUNT), sid: null, account_sid: OTHER });
    expect(received(other)[0]?.sourceKey).toBe(`events:${OTHER}:${event.id}`);
  });

  test.each([
    ["account_sid", { data: { account_sid: OTHER } }],
    ["accountSid", { data: { accountSid: OTHER } }],
    ["a parameter of the callback", { data: { request: { parameters: { AccountSid: OTHER } } } }],
    ["its source", { source: `/2010-04-01/Accounts/${OTHER}/Calls/CA1.json` }],
  ])("whose it is says %s, else it is the sink's", (_name, changes) => {
    const [one] = received(cloudEvent(`${VERIFICATION}.pending`, {}, changes));
    expect(one?.signal.accountSid).toBe(OTHER);
    expect(signalOf(`${VERIFICATION}.pending`, {})?.accountSid).toBe(ACCOUNT);
  });

  test("a type that is newer than we are is accepted and ignored, beside others and alone", () => {
    const unknown = cloudEvent("com.twilio.tomorrow.thing.happened", { any: ["thing"] });
    expect(parse(unknown)).toEqual({ ok: true, received: [] });
    expect(received([unknown, event])).toHaveLength(1);
  });

  test("so is what names no type", () => {
    for (const type of [undefined, 7, "", "with space"])
      expect(parse({ ...event, type })).toEqual({ ok: true, received: [] });
  });

  test("one that cannot be read does not cost the others; alone it is refused", () => {
    const broken = cloudEvent(CREATED, { request: "none" });
    expect(received([broken, event, null, 7, { type: 1 }])).toHaveLength(1);
    expect(parse([broken, broken])).toEqual({ ok: false, reason: "data: lacks what its type promises" });
  });

  test("a post tells what its events tell one by one, whatever stands beside them and in whatever order", () => {
    const some = fc.constantFrom<unknown>(
      event,
      { ...event, id: "EZ2" },
      { ...event, data: "{no JSON" },
      cloudEvent(LOGGED, errorData(ACCOUNT)),
      cloudEvent(LOGGED, errorData(ACCOUNT, { level: "INFO" })),
      cloudEvent("com.twilio.tomorrow.thing.happened", {}),
      testEvent(ACCOUNT),
      null,
      7,
    );
    fc.assert(
      fc.property(fc.array(some, { maxLength: 12 }), (events) => {
        const single = events.map((one) => parse(one));
        const batch = parse(events);
        expect(batch.ok).toBe(events.length === 0 || single.some(({ ok }) => ok));
        if (!batch.ok) return;
        expect(batch.received).toEqual(single.flatMap((one) => (one.ok ? one.received : [])));
        expect(batch.sinkTests ?? []).toEqual(single.flatMap((one) => (one.ok ? (one.sinkTests ?? []) : [])));
      }),
    );
  });

  test.each([
    [null, "event: must be a CloudEvent with an id"],
    [{}, "event: must be a CloudEvent with an id"],
    [{ ...event, id: "with\u0000nul" }, "event: must be a CloudEvent with an id"],
    [{ ...event, id: "x".repeat(201) }, "event: must be a CloudEvent with an id"],
    [{ ...event, data: { account_sid: "ACsecret" } }, "data: names no account"],
    [{ ...event, data: "{no JSON" }, "data: names no account"],
  ])("%j is refused", (json, reason) => {
    expect(parse(json)).toEqual({ ok: false, reason });
  });

  test("an empty array is nothing", () => {
    expect(parse([])).toEqual({ ok: true, received: [] });
  });

  test("late, early and undated ones count from their arrival", () => {
    for (const time of ["2026-11-21T08:00:00Z", "2026-11-21T12:00:01Z", "soon", undefined, 7]) {
      expect(signalOf(CREATED, callRequestData({ To: LATVIA }), { time })?.atMs).toBe(NOW);
    }
  });

  test("of what came late it is kept when it happened, and of nothing else", () => {
    const happened = (time: unknown) => signalOf(CREATED, callRequestData({ To: LATVIA }), { time });
    expect(happened("2026-11-21T08:00:00Z")).toMatchObject({ happenedAtMs: Date.parse("2026-11-21T08:00:00Z") });
    for (const time of ["2026-11-21T12:00:01Z", "soon", undefined, "2026-11-19T08:00:00Z"])
      expect(happened(time)).not.toHaveProperty("happenedAtMs");
  });

  test("a test event asks for its validation, though every one of the account has the same id", () => {
    expect(parse([testEvent(ACCOUNT)])).toEqual({ ok: true, received: [], sinkTests: [TEST_ID] });
    expect(parse({ ...testEvent(ACCOUNT), data: {} })).toEqual({ ok: false, reason: "data: has no test_id" });
  });
});

describe("calls", () => {
  test("one that was asked for, with To in any case", () => {
    const signal = { kind: "call", accountSid: ACCOUNT, atMs: AT, happened: "created", callSid: CALL };
    const to = { direction: "outbound", country: "LV", number: LATVIA, seconds: null };
    for (const name of ["To", "to", "TO"]) {
      expect(signalOf(CREATED, callRequestData({ [name]: LATVIA }))).toEqual({ ...signal, ...to });
    }
  });

  test("To from Twilio's answer when the request wrote it otherwise", () => {
    const data = callRequestData({ To: "2071234567" });
    const responseBody = Buffer.from(JSON.stringify({ sid: CALL, to: "+442071234567" })).toString("base64");
    const answered = { ...data, sid: undefined, response: { ...data.response, responseBody } };
    expect(signalOf(CREATED, answered)).toMatchObject({ number: "+442071234567", country: "GB", callSid: CALL });
  });

  test.each([
    [201, "created"],
    [400, "refused"],
    ["400", "refused"],
    [429, "refused"],
    [503, "refused"],
    [undefined, "created"],
  ])("answered with %j: %s", (responseCode, happened) => {
    const data = { ...callRequestData({ To: LATVIA }), response: { responseCode } };
    expect(signalOf(CREATED, data)).toMatchObject({ happened });
  });

  test.each(["sip:alice@example.com", "client:alice", "12345", "+1", `+${"1".repeat(60)}`, "\u0000"])(
    "to %j: no number, no country",
    (To) => {
      expect(signalOf(CREATED, callRequestData({ To }))).toMatchObject({ number: null, country: null });
    },
  );

  test("a change that was refused changes nothing", () => {
    const type = "com.twilio.voice.api-request.call.modified";
    expect(signalOf(type, callRequestData({ Status: "completed" }, 200))).toMatchObject({ happened: "modified" });
    expect(received(cloudEvent(type, callRequestData({ Status: "completed" }, 404)))).toEqual([]);
  });

  test("what went on with it; the other end of one that came in is who called", () => {
    const parameters = { CallSid: CALL, To: LATVIA, From: "+442071234567", CallDuration: "61" };
    const outbound = { request: { parameters: { ...parameters, Direction: "outbound-api" } } };
    const inbound = { request: { parameters: { ...parameters, Direction: "inbound" } } };
    expect(signalOf(COMPLETED, outbound)).toMatchObject({ happened: "completed", number: LATVIA, seconds: 61 });
    expect(signalOf(COMPLETED, inbound)).toMatchObject({ direction: "inbound", country: "GB", seconds: 61 });
    const answered = "com.twilio.voice.webhook.status-callback.call.answered";
    expect(signalOf(answered, outbound)).toMatchObject({ happened: "answered", seconds: null });
  });

  test("one of the API was told when it was asked for, one of <Dial> or a trunk is told when it begins", () => {
    const initiated = "com.twilio.voice.status-callback.call.initiated";
    const begun = (Direction: string) => ({ request: { parameters: { CallSid: CALL, To: LATVIA, Direction } } });
    expect(received(cloudEvent(initiated, begun("outbound-api")))).toEqual([]);
    expect(signalOf(initiated, begun("outbound-dial"))).toMatchObject({ happened: "created", direction: "outbound" });
    expect(signalOf(initiated, begun("trunking-terminating"))).toMatchObject({ direction: "outbound" });
  });
});

test.each([
  ["message.queued", "queued", LATVIA],
  ["message.sent", "sent", LATVIA],
  ["message.delivered", "delivered", LATVIA],
  ["message.undelivered", "undelivered", LATVIA],
  ["message.failed", "failed", LATVIA],
  ["message.read", "read", LATVIA],
  ["inbound-message.received", "received", "+442071234567"],
])("messages: %s, and nothing of what they say", (name, happened, number) => {
  const data = { accountSid: ACCOUNT, messageSid: MESSAGE, to: LATVIA, from: "+442071234567", body: "secret" };
  const signal = signalOf(`com.twilio.messaging.${name}`, { ...data, errorCode: 30450 });
  expect(signal).toMatchObject({ kind: "message", happened, messageSid: MESSAGE, number, code: "30450" });
  expect(JSON.stringify(signal)).not.toContain("secret");
  for (const errorCode of ["", 0, null, undefined]) {
    expect(signalOf(`com.twilio.messaging.${name}`, { ...data, errorCode })).toMatchObject({ code: null });
  }
});

test.each([
  ["pending", "pending"],
  ["approved", "approved"],
  ["expired", "expired"],
  ["canceled", "canceled"],
  ["max_attempts_reached", "max-attempts"],
  ["max-attempts-reached", "max-attempts"],
])("verifications: %s, of the country that they name or of their number", (name, happened) => {
  const type = `${VERIFICATION}.${name}`;
  expect(signalOf(type, { country: "GB", to: LATVIA })).toMatchObject({ happened, country: "GB" });
  expect(signalOf(type, { to: LATVIA })).toMatchObject({ country: "LV" });
  expect(signalOf(type, { to: "someone@example.com" })).toMatchObject({ country: null });
});

describe("errors", () => {
  test("have the key that the debugger gives them, so that one told by both counts once", () => {
    const [told] = received(cloudEvent(LOGGED, errorData(ACCOUNT)));
    const told2 = debuggerWebhook.parse({ fields: debuggerForm(ACCOUNT), headers: {}, receivedAtMs: NOW });
    expect(told?.sourceKey).toBe(`debugger:${ACCOUNT}:${ERROR}`);
    expect(told2.ok && told2.received[0]?.sourceKey).toBe(told?.sourceKey);
    expect(told?.signal).toEqual({
      kind: "error",
      accountSid: ACCOUNT,
      atMs: AT,
      code: "11200",
      level: "error",
      resourceSid: CALL,
    });
  });

  test.each(["INFO", "info", "DEBUG"])("%s is noise", (level) => {
    expect(parse(cloudEvent(LOGGED, errorData(ACCOUNT, { level })))).toEqual({ ok: true, received: [] });
  });

  test("a code may be a number, or only in the payload", () => {
    expect(signalOf(LOGGED, { sid: ERROR, level: "ERROR", error_code: "20003" })).toMatchObject({ code: "20003" });
    expect(signalOf(LOGGED, errorData(ACCOUNT, { error_code: 20003 }))).toMatchObject({ code: "20003" });
    const payload = { more_info: { ErrorCode: "13227" } };
    const bare = errorData(ACCOUNT, { error_code: undefined, payload, level: "WARNING" });
    expect(signalOf(LOGGED, bare)).toMatchObject({ code: "13227", level: "warning" });
    const none = cloudEvent(LOGGED, errorData(ACCOUNT, { error_code: "", payload: "{broken" }));
    expect(parse(none)).toEqual({ ok: false, reason: "data: lacks what its type promises" });
  });
});

test("an address that IP allow-listing refused; a dry run refuses nobody", () => {
  const data = { account_sid: ACCOUNT, address: "203.0.113.66", authentication_method: "Auth Token" };
  const blocked = { kind: "blocked-address", accountSid: ACCOUNT, atMs: AT, address: "203.0.113.66", keySid: null };
  expect(signalOf("com.twilio.iam.ip.blocked", data)).toEqual(blocked);
  const keySid = `SK${"d".repeat(32)}`;
  expect(signalOf("com.twilio.iam.ip.blocked", { ...data, auth_sid: keySid })).toEqual({ ...blocked, keySid });
  expect(parse(cloudEvent("com.twilio.iam.ip.blocked.dryrun", data))).toEqual({ ok: true, received: [] });
  expect(parse(cloudEvent("com.twilio.iam.ip.blocked", { ...data, address: "<!channel>" })).ok).toBe(false);
});
