import twilio from "twilio";
import { describe, expect, test } from "vitest";
import { listenForWebhooks, type ReceivedWebhook, type WebhookListener } from "../../support/webhook-listener.ts";
import { type AcmeWorld, outcome, startAcme } from "./world.ts";

const CREATED = "com.twilio.voice.api-request.call.created";
const COMPLETED = "com.twilio.voice.status-callback.call.completed";
const LOGGED = "com.twilio.error-logs.error.logged";
const LATVIA = "+37120000000";

interface Event {
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

async function makeSink(world: AcmeWorld, url: string, configuration: Record<string, unknown> = {}): Promise<string> {
  const { sinks } = world.as(world.acme.voiceEuSid).events.v1;
  const sinkConfiguration = { destination: `${url}/events`, method: "POST", ...configuration };
  return (await sinks.create({ description: "Tollgate", sinkType: "webhook", sinkConfiguration })).sid;
}

async function subscribe(world: AcmeWorld, sinkSid: string, types: readonly string[]): Promise<string> {
  const { subscriptions } = world.as(world.acme.voiceEuSid).events.v1;
  const rows = types.map((type) => ({ type, schema_version: 2 }));
  return (await subscriptions.create({ description: "Tollgate", sinkSid, types: rows })).sid;
}

async function call(world: AcmeWorld, to: string): Promise<string> {
  const sid = world.acme.voiceEuSid;
  const from = "+442079460101";
  return outcome(world.as(sid).api.v2010.accounts(sid).calls.create({ to, from, twiml: "<Response/>", timeLimit: 30 }));
}

function events(listener: WebhookListener): Event[] {
  return listener.received.flatMap(({ body }) => JSON.parse(body));
}

function isSigned(world: AcmeWorld, listener: WebhookListener, webhook: ReceivedWebhook | undefined): boolean {
  const { authToken } = world.standIn.state.account(world.acme.voiceEuSid);
  const signature = String(webhook?.headers["x-twilio-signature"]);
  return twilio.validateRequestWithBody(authToken, signature, listener.url + webhook?.path, webhook?.body ?? "");
}

describe("sinks", () => {
  test("are made, listed, described anew, tested, validated and removed", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme();
    const { v1 } = world.as(world.acme.voiceEuSid).events;
    const sid = await makeSink(world, listener.url);
    expect((await v1.sinks.list({ inUse: false })).map((sink) => [sink.sid, sink.status])).toEqual([[sid, "active"]]);
    expect((await v1.sinks(sid).update({ description: "Other words" })).description).toBe("Other words");

    expect((await v1.sinks(sid).sinkTest.create()).result).toBe("submitted");
    await world.standIn.evaluate();
    const [test] = events(listener);
    expect(test).toMatchObject({ type: "com.twilio.eventstreams.test-event", id: world.acme.voiceEuSid });
    expect(isSigned(world, listener, listener.received[0])).toBe(true);
    const testId = String(test?.data["test_id"]);
    expect((await v1.sinks(sid).sinkValidate.create({ testId: "something else" })).result).toBe("invalid");
    expect((await v1.sinks(sid).sinkValidate.create({ testId })).result).toBe("valid");

    await v1.sinks(sid).remove();
    expect(await v1.sinks.list()).toEqual([]);
  });

  test.each([
    ["kinesis", { destination: "https://example.com" }],
    ["webhook", { destination: "no address" }],
    ["webhook", { destination: "https://example.com", method: "BREW" }],
    ["segment", {}],
  ] as const)("of type %s are refused with the configuration %j", async (sinkType, sinkConfiguration) => {
    await using world = await startAcme();
    const { sinks } = world.as(world.acme.voiceEuSid).events.v1;
    expect(await outcome(sinks.create({ description: "x", sinkType, sinkConfiguration }))).toBe("400/20001");
  });

  test("of a subaccount are not the parent's, and at most 100", async () => {
    await using world = await startAcme();
    const sid = await makeSink(world, "https://bot.example.com");
    const seen = world.parent.events.v1.sinks(sid).fetch();
    expect(await outcome(seen)).toBe("404/20404");
    const { state } = world.standIn;
    const sink = state.sinks.get(sid);
    if (sink === undefined) throw new Error("no sink");
    for (let index = 1; index < 100; index += 1) state.sinks.set(`DG${index}`, { ...sink, sid: `DG${index}` });
    expect(await outcome(makeSink(world, "https://bot.example.com"))).toBe("400/20001");
  });
});

describe("subscriptions", () => {
  test("one for each sink, which cannot go before it", async () => {
    await using world = await startAcme();
    const { v1 } = world.as(world.acme.voiceEuSid).events;
    const sinkSid = await makeSink(world, "https://bot.example.com");
    const sid = await subscribe(world, sinkSid, [CREATED]);
    expect(await outcome(subscribe(world, sinkSid, [LOGGED]))).toBe("409/20409");
    expect(await outcome(v1.sinks(sinkSid).remove())).toBe("409/20409");
    await v1.subscriptions(sid).remove();
    await v1.sinks(sinkSid).remove();
  });

  test("their types can be listed, added, moved to another schema and taken away", async () => {
    await using world = await startAcme();
    const { v1 } = world.as(world.acme.voiceEuSid).events;
    const sid = await subscribe(world, await makeSink(world, "https://bot.example.com"), [CREATED]);
    const { subscribedEvents } = v1.subscriptions(sid);
    await subscribedEvents.create({ type: LOGGED });
    await v1.subscriptions(sid).subscribedEvents(LOGGED).update({ schemaVersion: 1 });
    const listed = await subscribedEvents.list();
    expect(listed.map(({ type, schemaVersion }) => [type, schemaVersion])).toEqual([
      [CREATED, 2],
      [LOGGED, 1],
    ]);
    await v1.subscriptions(sid).subscribedEvents(LOGGED).remove();
    expect((await v1.subscriptions(sid).subscribedEvents.list()).map(({ type }) => type)).toEqual([CREATED]);
  });

  test.each([
    ["an unknown type", ["com.twilio.audit.everything"], "400/20001"],
    ["a discontinued one", ["com.twilio.conversations.delivery.updated"], "400/20001"],
    ["a restricted one", ["com.twilio.engagement-intelligence.transcript.finished"], "409/20409"],
  ])("%s is refused", async (_name, types, expected) => {
    await using world = await startAcme();
    const sinkSid = await makeSink(world, "https://bot.example.com");
    expect(await outcome(subscribe(world, sinkSid, types))).toBe(expected);
  });

  test("the catalogue says which types there are and in which version", async () => {
    await using world = await startAcme();
    const { v1 } = world.as(world.acme.voiceEuSid).events;
    const type = await v1.eventTypes(CREATED).fetch();
    expect([type.schemaId, (await v1.schemas(type.schemaId).fetch()).latestVersion]).toEqual(["Voice.WebhookEvent", 2]);
    expect((await v1.eventTypes.list()).length).toBeGreaterThan(20);
  });
});

describe("what happens is told to those who subscribed", () => {
  test("calls made, refused and over, signed with the account's own token", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme();
    await subscribe(world, await makeSink(world, listener.url), [CREATED, COMPLETED]);
    expect(await call(world, LATVIA)).toBe("ok");
    world.standIn.state.account(world.acme.parent.sid).dialing["LV"] = {
      lowRisk: false,
      special: false,
      tollfraud: false,
    };
    expect(await call(world, LATVIA)).toBe("400/21215");
    await world.standIn.evaluate();
    world.advance(60_000);
    await world.standIn.evaluate();

    expect(listener.received.every((webhook) => isSigned(world, listener, webhook))).toBe(true);
    expect(events(listener).map(({ type, data }) => [type, data["response"], data["request"]])).toEqual([
      [CREATED, expect.objectContaining({ responseCode: 201 }), hasParameters({ To: LATVIA })],
      [CREATED, expect.objectContaining({ responseCode: 400 }), hasParameters({ To: LATVIA })],
      [COMPLETED, expect.anything(), hasParameters({ To: LATVIA, CallDuration: "30" })],
    ]);
  });

  test("errors, messages, one-time codes and blocked addresses; a sink that batches gets arrays", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme();
    const { state } = world.standIn;
    const accountSid = world.acme.voiceEuSid;
    const types = [
      LOGGED,
      "com.twilio.messaging.message.undelivered",
      "com.twilio.accountsecurity.verify.verification.approved",
      "com.twilio.iam.ip.blocked",
    ];
    await subscribe(world, await makeSink(world, listener.url, { batch_events: true }), types);
    const alert = state.raiseError(accountSid, "11200");
    const common = { accountSid, createdAtMs: state.nowMs };
    state.addMessage({
      ...common,
      sid: "SM1",
      to: LATVIA,
      from: "+1",
      body: "",
      status: "undelivered",
      errorCode: 30450,
      sentAtMs: state.nowMs,
    });
    state.addAttempt({
      ...common,
      sid: "VL1",
      serviceSid: "VA1",
      to: LATVIA,
      country: "LV",
      channel: "sms",
      hasConverted: true,
    });
    world.standIn.blockAddress(accountSid, "203.0.113.66", "SK1");
    await world.standIn.evaluate();

    expect(listener.received).toHaveLength(1);
    expect(events(listener).map(({ data }) => data)).toEqual([
      expect.objectContaining({ sid: alert.sid, account_sid: accountSid, level: "ERROR", error_code: "11200" }),
      expect.objectContaining({ accountSid, messageSid: "SM1", messageStatus: "UNDELIVERED", errorCode: 30450 }),
      expect.objectContaining({ account_sid: accountSid, country: "LV", verification_status: "APPROVED" }),
      expect.objectContaining({ address: "203.0.113.66", auth_sid: "SK1", authentication_method: "API Key" }),
    ]);
  });

  test("again after 503 and 429 under the same id, not after 400; what is lost is an error of the account", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme({ streamRetries: 2 });
    const sid = world.acme.voiceEuSid;
    await subscribe(world, await makeSink(world, listener.url), [CREATED]);
    listener.answerNext(503, 429, 204, 400, 500, 500, 500);
    await call(world, LATVIA);
    await world.standIn.evaluate();
    expect(new Set(events(listener).map(({ id }) => id)).size).toBe(1);
    expect(listener.received).toHaveLength(3);
    await call(world, LATVIA);
    await world.standIn.evaluate();
    expect(listener.received).toHaveLength(4);
    await call(world, LATVIA);
    await world.standIn.evaluate();
    expect(listener.received).toHaveLength(7);
    const alerts = [...world.standIn.state.alerts.values()];
    expect(alerts.map(({ accountSid, code }) => [accountSid, code])).toEqual([[sid, "91304"]]);
  });

  test("doubled and overtaken when a fault says so", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme();
    await subscribe(world, await makeSink(world, listener.url), [CREATED]);
    world.standIn.inject({ on: "webhook", path: /events/, fault: { kind: "duplicate", copies: 2 } });
    await call(world, LATVIA);
    await world.standIn.evaluate();
    world.standIn.inject({ on: "webhook", path: /events/, fault: { kind: "reorder" } });
    await call(world, "+442079460999");
    await call(world, "+493023125999");
    await world.standIn.evaluate();
    const numbers = events(listener).map(({ data }) => JSON.stringify(data).match(/"To":"(\+\d+)"/)?.[1]);
    expect(numbers).toEqual([LATVIA, LATVIA, "+493023125999", "+442079460999"]);
  });
});

function hasParameters(parameters: Record<string, string>): unknown {
  return expect.objectContaining({ parameters: expect.objectContaining(parameters) });
}
