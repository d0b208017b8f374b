import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AccountSid } from "../../src/lib/id.ts";
import { createLog } from "../../src/lib/log.ts";
import type { TwilioStandIn } from "../../src/sandbox/twilio/start.ts";
import { createWebhookVerifier } from "../../src/twilio/verifier.ts";
import type { WebhookVerifier } from "../../src/workflow/ports.ts";
import { type IntakeServer, startIntake } from "../support/intake-server.ts";
import { twilioClient } from "../support/twilio-client.ts";
import { startWorld, type TwilioWorld } from "../twilio/world.ts";

/*
 * Twilio's stand-in calls the real intake over HTTP: real payloads, real signatures, the real verifier, which fetches the tokens that it
 * needs from the stand-in. Only the store is in memory.
 */

const LATVIA = "+37120000000";
const CREATED = "com.twilio.voice.api-request.call.created";
const LOGGED = "com.twilio.error-logs.error.logged";

let world: TwilioWorld;
let intake: IntakeServer;
let standIn: TwilioStandIn;
let sid: AccountSid;

beforeAll(async () => {
  world = await startWorld({ sharesClock: true });
  standIn = world.standIn;
  sid = world.voiceEu;
  let verifier: WebhookVerifier | undefined;
  intake = await startIntake({
    nowMs: world.clock.now(),
    verifier: () => {
      const { credentials, parentSid } = world;
      verifier ??= createWebhookVerifier({
        publicUrl: intake.address,
        credentials,
        parentSid,
        log: createLog("silent"),
      });
      return verifier;
    },
  });
});
afterAll(async () => {
  await intake.close(0);
  await world.close();
});
beforeEach(() => {
  intake.signals.forget();
  standIn.clearFaults();
});

function kept(kind: string): readonly unknown[] {
  return intake.signals.kept().flatMap(({ signal }) => (signal.kind === kind ? [signal] : []));
}

function own(accountSid: string) {
  return twilioClient(standIn.url, accountSid, standIn.state.account(accountSid).authToken);
}

async function subscribe(types: readonly string[], batch: boolean): Promise<void> {
  const { sinks, subscriptions } = own(sid).events.v1;
  const sinkConfiguration = {
    destination: `${intake.address}/twilio/events/${sid}`,
    method: "POST",
    batch_events: batch,
  };
  const sink = await sinks.create({ description: "Tollgate", sinkType: "webhook", sinkConfiguration });
  await subscriptions.create({ description: "Tollgate", sinkSid: sink.sid, types: types.map((type) => ({ type })) });
}

/** Duplicates, disorder and delay, in the way that the stand-in has them. */
function disturb(path: RegExp): void {
  standIn.inject({ on: "webhook", path, fault: { kind: "duplicate", copies: 3 } });
  standIn.inject({ on: "webhook", path, fault: { kind: "reorder" } });
  standIn.inject({ on: "webhook", path, fault: { kind: "delay", ms: 30 } });
}

test("usage triggers: each measure, each period, by POST and by GET, once however often they come", async () => {
  const { triggers } = own(sid).api.v2010.accounts(sid).usage;
  const cases = (["count", "usage", "price"] as const).flatMap((triggerBy) =>
    (["daily", "monthly", "yearly", undefined] as const).flatMap((recurring) =>
      (["POST", "GET"] as const).map((callbackMethod) => ({ triggerBy, recurring, callbackMethod })),
    ),
  );
  disturb(/usage-trigger/);
  await Promise.all(
    cases.map(({ recurring, ...one }) =>
      triggers.create({
        ...one,
        ...(recurring === undefined ? {} : { recurring }),
        callbackUrl: `${intake.address}/twilio/usage-trigger/${sid}`,
        triggerValue: "0.05",
        usageCategory: "phonenumbers",
      }),
    ),
  );
  await standIn.evaluate();
  const fired = intake.signals
    .kept()
    .flatMap(({ signal }) => (signal.kind === "usage-threshold" ? [`${signal.measure} ${signal.recurring}`] : []));
  const expected = cases.map(({ triggerBy, recurring }) => `${triggerBy} ${recurring ?? "once"}`);
  expect(fired.sort()).toEqual(expected.sort());
  expect(new Set(standIn.deliveries.map(({ status }) => status))).toEqual(new Set([204]));
});

test("alarms, as a form and as JSON", async () => {
  standIn.state.setAlarmWebhook(sid, `${intake.address}/twilio/alarm/${sid}`);
  disturb(/alarm/);
  standIn.fireAlarm(sid, { code: "11200", errors: 55, threshold: 50 });
  standIn.fireAlarm(sid, { code: "11200", errors: 55, threshold: 50, as: "json" });
  standIn.fireAlarm(sid, { errors: 99, threshold: 50, period: "ONE_HOUR", as: "json" });
  await standIn.evaluate();
  const common = { kind: "alarm", accountSid: sid, threshold: 50, level: "error" };
  expect(kept("alarm")).toHaveLength(2);
  expect(kept("alarm")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...common, code: "11200", errors: 55, periodMinutes: 15 }),
      expect.objectContaining({ ...common, code: null, errors: 99, periodMinutes: 60 }),
    ]),
  );
});

test("a port-out of a subaccount's number, signed by the parent", async () => {
  const target = { port_out_target_url: `${intake.address}/twilio/porting/${world.parentSid}` };
  await own(world.parentSid).numbers.v1.portingWebhookConfigurations.create(target);
  disturb(/porting/);
  standIn.portOut("+442079460102");
  await standIn.evaluate();
  expect(kept("ported-out")).toEqual([expect.objectContaining({ accountSid: sid, number: "+442079460102" })]);
});

describe("Event Streams", () => {
  test.each([false, true])("calls, errors, codes and blocked addresses (in batches: %s), each once", async (batch) => {
    standIn.state.subscriptions.clear();
    await subscribe(
      [CREATED, LOGGED, "com.twilio.accountsecurity.verify.verification.pending", "com.twilio.iam.ip.blocked"],
      batch,
    );
    standIn.state.setDebuggerWebhook(sid, `${intake.address}/twilio/debugger/${sid}`);
    disturb(/events/);
    const from = "+442079460101";
    for (const to of [LATVIA, "+493023125999"]) {
      await own(sid).api.v2010.accounts(sid).calls.create({ to, from, twiml: "<Response/>" });
    }
    const alert = standIn.state.raiseError(sid, "13227");
    standIn.state.addAttempt({
      sid: `VL${batch}`,
      accountSid: sid,
      serviceSid: "VA1",
      to: LATVIA,
      country: "LV",
      channel: "sms",
      hasConverted: false,
      createdAtMs: standIn.state.nowMs,
    });
    standIn.blockAddress(sid, "203.0.113.66", null);
    await standIn.evaluate();

    const calls = kept("call");
    expect(calls).toHaveLength(2);
    expect(calls).toContainEqual(expect.objectContaining({ happened: "created", country: "LV", number: LATVIA }));
    const errors = intake.signals.kept().filter(({ signal }) => signal.kind === "error");
    expect(errors.map(({ sourceKey }) => sourceKey)).toEqual([`debugger:${sid}:${alert.sid}`]);
    expect(kept("verification")).toEqual([expect.objectContaining({ happened: "pending", country: "LV" })]);
    expect(kept("blocked-address")).toEqual([expect.objectContaining({ address: "203.0.113.66", keySid: null })]);
  });

  test("a sink's test can be answered with its validation", async () => {
    standIn.state.subscriptions.clear();
    const { sinks } = own(sid).events.v1;
    const sinkConfiguration = { destination: `${intake.address}/twilio/events/${sid}`, method: "POST" };
    const sink = await sinks.create({ description: "Tollgate", sinkType: "webhook", sinkConfiguration });
    await sinks(sink.sid).sinkTest.create();
    await standIn.evaluate();
    const [account, testId = ""] = intake.sinkTests.at(-1) ?? [];
    expect(account).toBe(sid);
    expect((await sinks(sink.sid).sinkValidate.create({ testId })).result).toBe("valid");
  });

  test("what the store could not take comes again, and counts once", async () => {
    standIn.state.subscriptions.clear();
    await subscribe([LOGGED], true);
    standIn.state.setDebuggerWebhook(sid, null);
    standIn.state.setDebuggerWebhook(world.parentSid, null);
    intake.signals.become("down");
    const alert = standIn.state.raiseError(sid, "13227");
    const evaluated = standIn.evaluate();
    await expect.poll(() => standIn.deliveries.at(-1)?.status).toBe(503);
    intake.signals.become("up");
    await evaluated;
    expect(intake.signals.kept().map(({ sourceKey }) => sourceKey)).toEqual([`debugger:${sid}:${alert.sid}`]);
  });
});
