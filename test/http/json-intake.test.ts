import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type IntakeServer,
  PARENT,
  STRANGER,
  SUBACCOUNT,
  sign,
  signedJson,
  startIntake,
} from "../support/intake-server.ts";
import { alarmForm, debuggerForm } from "../support/webhook-forms.ts";
import { callRequestData, cloudEvent, errorData, portOut, TEST_ID, testEvent } from "../support/webhook-json.ts";
import { JSON_BODY, JSON_PATH, JSON_SIGNATURE } from "../twilio/vectors.ts";

const EVENTS = `/twilio/events/${PARENT}`;
const CREATED = "com.twilio.voice.api-request.call.created";
const LOGGED = "com.twilio.error-logs.error.logged";
const CALL_EVENT = cloudEvent(CREATED, callRequestData({ To: "+37120000000" }));

let intake: IntakeServer;
beforeEach(async () => {
  intake = await startIntake();
});
afterEach(() => intake.close(0));

async function raw(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const all = { "content-type": "application/json", ...headers };
  const bytes = typeof body === "string" ? body : new Uint8Array(body);
  return fetch(intake.address + path, { method: "POST", headers: all, body: bytes });
}

async function told(answer: Promise<Response>): Promise<readonly [number, unknown]> {
  const response = await answer;
  const text = await response.text();
  return [response.status, text === "" ? "" : JSON.parse(text)];
}

describe("what Twilio signs", () => {
  test("the design's vector is accepted; an event without a type tells nothing", async () => {
    expect(await told(raw(JSON_PATH, JSON_BODY, { "x-twilio-signature": JSON_SIGNATURE }))).toEqual([204, ""]);
    expect(await intake.counted("events", "ignored")).toBe(1);
  });

  test.each([
    ["one character of the body", JSON_PATH, JSON_BODY.toString().replace("EZ1", "EZ2"), JSON_SIGNATURE],
    ["one character of the hash", JSON_PATH.replace("e1580", "e1581"), JSON_BODY, JSON_SIGNATURE],
    [
      "the hash in capitals",
      JSON_PATH.replace(/[0-9a-f]{64}$/, (hash) => hash.toUpperCase()),
      JSON_BODY,
      JSON_SIGNATURE,
    ],
    ["one character of the signature", JSON_PATH, JSON_BODY, JSON_SIGNATURE.replace("c8", "c9")],
    ["no signature", JSON_PATH, JSON_BODY, ""],
  ])("%s changed: 403 with an empty body", async (_name, path, body, signature) => {
    expect(await told(raw(path, body, { "x-twilio-signature": signature }))).toEqual([403, ""]);
    expect(await intake.counted("events", "bad-signature")).toBe(1);
  });

  test("without bodySHA256 the body is unsigned, however well the address is signed", async () => {
    const body = JSON.stringify(CALL_EVENT);
    expect(await told(raw(EVENTS, body, { "x-twilio-signature": sign(EVENTS, {}) }))).toEqual([403, ""]);
    expect(intake.signals.kept()).toEqual([]);
  });

  test("a second, own hash in front of Twilio's does not help", async () => {
    const forged = JSON.stringify(cloudEvent(CREATED, callRequestData({ To: "+12025550100" })));
    const { path, signature } = signedJson(EVENTS, JSON.stringify(CALL_EVENT));
    const { path: own } = signedJson(EVENTS, forged);
    const both = `${own}&${path.split("?")[1]}`;
    expect(await told(raw(both, forged, { "x-twilio-signature": signature }))).toEqual([403, ""]);
  });

  test("one event, an array of them, and what the CloudEvents standard calls JSON", async () => {
    expect((await intake.postJson(EVENTS, CALL_EVENT)).status).toBe(204);
    expect((await intake.postJson(EVENTS, [CALL_EVENT, { ...CALL_EVENT, id: "EZ2" }])).status).toBe(204);
    const batch = { "content-type": "application/cloudevents-batch+json; charset=UTF-8" };
    expect((await intake.postJson(EVENTS, [{ ...CALL_EVENT, id: "EZ3" }], batch)).status).toBe(204);
    expect(intake.signals.kept().map(({ sourceKey }) => sourceKey)).toEqual([
      `events:${PARENT}:${CALL_EVENT.id}`,
      `events:${PARENT}:EZ2`,
      `events:${PARENT}:EZ3`,
    ]);
    expect(intake.fresh).toEqual([PARENT, PARENT, PARENT]);
  });

  test("the same post 46 times is one signal, and each time 204", async () => {
    const answers = await Promise.all(Array.from({ length: 46 }, () => intake.postJson(EVENTS, CALL_EVENT)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([204]));
    expect(intake.signals.kept()).toHaveLength(1);
    expect(await intake.counted("events", "repeated")).toBe(45);
  });

  test("an error that the debugger told already", async () => {
    await intake.post(`/twilio/debugger/${PARENT}`, debuggerForm(PARENT));
    expect((await intake.postJson(EVENTS, cloudEvent(LOGGED, errorData(PARENT)))).status).toBe(204);
    expect(intake.signals.kept()).toHaveLength(1);
    expect(await intake.counted("events", "repeated")).toBe(1);
  });

  test("types that are new to us: 204, counted as ignored", async () => {
    expect((await intake.postJson(EVENTS, cloudEvent("com.twilio.tomorrow.happened", {}))).status).toBe(204);
    expect(await intake.counted("events", "ignored")).toBe(1);
    expect(intake.fresh).toEqual([]);
  });

  test("an alarm as JSON and as a form is one; a port-out is told to the parent for its subaccount", async () => {
    const path = `/twilio/alarm/${SUBACCOUNT}`;
    expect((await intake.postJson(path, alarmForm(SUBACCOUNT))).status).toBe(204);
    expect((await intake.post(path, alarmForm(SUBACCOUNT))).status).toBe(204);
    expect((await intake.postJson(`/twilio/porting/${PARENT}`, portOut(SUBACCOUNT))).status).toBe(204);
    const kept = intake.signals.kept().map(({ signal }) => [signal.kind, signal.accountSid]);
    expect(kept).toEqual([
      ["alarm", SUBACCOUNT],
      ["ported-out", SUBACCOUNT],
    ]);
  });
});

describe("whom it is about", () => {
  const about = (accountSid: typeof PARENT, id: string) => ({
    ...cloudEvent(LOGGED, { ...errorData(accountSid), sid: null }),
    id,
  });

  test("each event of a post: the account in the path or its subaccount, else nothing of it is kept", async () => {
    expect((await intake.postJson(EVENTS, [about(PARENT, "EZ1"), about(SUBACCOUNT, "EZ2")])).status).toBe(204);
    const answer = await told(intake.postJson(EVENTS, [about(PARENT, "EZ3"), about(STRANGER, "EZ4")]));
    expect(answer).toEqual([400, { error: "AccountSid: must be the account in the path or its subaccount" }]);
    expect(intake.signals.kept().map(({ signal }) => signal.accountSid)).toEqual([PARENT, SUBACCOUNT]);
  });

  test("a subaccount speaks neither for its parent nor through its address with its own token", async () => {
    expect((await intake.postJson(`/twilio/events/${SUBACCOUNT}`, about(PARENT, "EZ1"))).status).toBe(400);
    const { path, signature } = signedJson(EVENTS, JSON.stringify(about(SUBACCOUNT, "EZ1")), SUBACCOUNT);
    const answer = raw(path, JSON.stringify(about(SUBACCOUNT, "EZ1")), { "x-twilio-signature": signature });
    expect(await told(answer)).toEqual([403, ""]);
  });

  test("also in forms that name the account in their own way", async () => {
    const path = `/twilio/porting/${SUBACCOUNT}`;
    const form = { event_type: "PortOutPhoneNumberCompleted", account_sid: STRANGER, phone_number: "+81312345678" };
    expect((await intake.post(path, form)).status).toBe(400);
    expect((await intake.post(path, { ...form, account_sid: SUBACCOUNT })).status).toBe(204);
  });
});

describe("what cannot be read is refused with a reason", () => {
  test.each([
    ["no JSON", "{", "body: must be JSON"],
    ["nothing", "", "body: must be JSON"],
    ["a number", "7", "event: must be a CloudEvent with an id"],
    ["a hundred thousand brackets", "[".repeat(100_000), "body: must be JSON"],
  ])("%s", async (_name, body, error) => {
    expect(await told(intake.postJson(EVENTS, body))).toEqual([400, { error }]);
    expect(await intake.counted("events", "malformed")).toBe(1);
  });

  test.each([
    [`/twilio/events/${PARENT}`, "text/plain", "application/json"],
    [`/twilio/events/${PARENT}`, "application/x-www-form-urlencoded", "application/json"],
    [`/twilio/alarm/${PARENT}`, "text/xml", "application/x-www-form-urlencoded or application/json"],
    [`/twilio/debugger/${PARENT}`, "application/json", "application/x-www-form-urlencoded"],
  ])("%s as %s", async (path, type, expected) => {
    const answer = told(raw(path, "{}", { "content-type": type }));
    expect(await answer).toEqual([400, { error: `content-type: must be ${expected}` }]);
  });

  test("who does not say what it is", async () => {
    const answer = told(fetch(intake.address + EVENTS, { method: "POST", body: new Uint8Array([123, 125]) }));
    expect(await answer).toEqual([400, { error: "content-type: must be application/json" }]);
  });

  test("more than 1 MB of JSON, more than 64 kB of a form; what is less is read", async () => {
    const padded = { ...CALL_EVENT, padding: "x".repeat(1_000_000) };
    expect((await intake.postJson(EVENTS, padded)).status).toBe(204);
    expect((await intake.postJson(EVENTS, { ...padded, more: "x".repeat(100_000) })).status).toBe(413);
    const form = { ...alarmForm(PARENT), Padding: "x".repeat(70_000) };
    expect((await intake.post(`/twilio/alarm/${PARENT}`, form)).status).toBe(413);
  });
});

describe("what else the intake learns", () => {
  test("sink tests are kept for the sink's account before 2xx is said", async () => {
    expect((await intake.postJson(EVENTS, [testEvent(PARENT)])).status).toBe(204);
    expect(intake.sinkTests).toEqual([[PARENT, TEST_ID]]);
    await intake.close(0);
    intake = await startIntake({ losesSinkTests: true });
    expect((await intake.postJson(EVENTS, testEvent(PARENT))).status).toBe(503);
  });

  test("which source was heard of which account, once a minute; what was refused was not heard", async () => {
    const event = (id: string) => ({ ...cloudEvent(LOGGED, { ...errorData(SUBACCOUNT), sid: null }), id });
    await raw(EVENTS, "{}", { "x-twilio-signature": "kfTlMxJwUoP2YChxZmygzXUE/qA=" });
    await intake.postJson(EVENTS, "{}");
    expect(intake.heard).toEqual([]);
    await intake.postJson(EVENTS, event("EZ1"));
    await intake.postJson(EVENTS, event("EZ2"));
    expect(intake.heard).toEqual([`events ${SUBACCOUNT}`, `events ${PARENT}`]);
    intake.passMs(60_000);
    await intake.postJson(EVENTS, cloudEvent("com.twilio.tomorrow.happened", {}));
    expect(intake.heard.slice(2)).toEqual([`events ${PARENT}`]);
  });

  test("that an account sent more than its share, with the first of a minute and each time that they double", async () => {
    await intake.close(0);
    intake = await startIntake({ perAccountPerMinute: 1 });
    for (let count = 0; count < 4; count += 1) await intake.postJson(EVENTS, { ...CALL_EVENT, id: `EZ${count}` });
    // Of three: the first, and the second.
    expect(intake.refused).toEqual([PARENT, PARENT]);
    expect(await intake.counted("events", "rate-limited")).toBe(3);
    expect(intake.signals.kept()).toHaveLength(1);
    intake.passMs(60_000);
    for (let count = 0; count < 4; count += 1) await intake.postJson(EVENTS, { ...CALL_EVENT, id: `EZ${count}` });
    expect(intake.refused).toEqual([PARENT, PARENT, PARENT, PARENT]);
  });
});
