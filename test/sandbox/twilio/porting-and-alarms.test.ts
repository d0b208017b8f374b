import twilio from "twilio";
import { expect, test } from "vitest";
import { listenForWebhooks } from "../../support/webhook-listener.ts";
import { type AcmeWorld, startAcme } from "./world.ts";

/** The SDK cannot read it. */
async function configured(world: AcmeWorld): Promise<{ readonly statusCode: number; readonly body: unknown }> {
  const { statusCode, body } = await world.parent.request({
    method: "get",
    uri: "https://numbers.twilio.com/v1/Porting/Configuration/Webhook",
  });
  return { statusCode, body };
}

test("the porting webhook is made, read, and removed; without one it is 404", async () => {
  await using world = await startAcme();
  const { v1 } = world.parent.numbers;
  expect((await configured(world)).statusCode).toBe(404);
  const configuration = {
    port_out_target_url: "https://bot.example.com/twilio/porting/AC1",
    notifications_of: ["PortOutPhoneNumberCompleted"],
  };
  const made = await v1.portingWebhookConfigurations.create(configuration);
  expect(made.portOutTargetUrl).toBe(configuration.port_out_target_url);
  expect(await configured(world)).toMatchObject({ statusCode: 200, body: configuration });
  await v1.portingWebhookConfigurationsDelete("PORT_OUT").remove();
  expect((await configured(world)).statusCode).toBe(404);
});

test("a subaccount's number that leaves is told to the parent's webhook, signed by the parent", async () => {
  await using listener = await listenForWebhooks();
  await using world = await startAcme();
  const { standIn, acme } = world;
  standIn.portOut("+442079460102");
  const { portingWebhookConfigurations } = world.parent.numbers.v1;
  await portingWebhookConfigurations.create({ port_out_target_url: `${listener.url}/porting` });
  standIn.portOut("+442079460101");
  await standIn.evaluate();
  const [webhook] = listener.received;
  expect(listener.received).toHaveLength(1);
  expect(JSON.parse(webhook?.body ?? "")).toMatchObject({
    account_sid: acme.voiceEuSid,
    phone_number: "+442079460101",
  });
  const signature = String(webhook?.headers["x-twilio-signature"]);
  const url = listener.url + webhook?.path;
  expect(twilio.validateRequestWithBody(acme.parent.authToken, signature, url, webhook?.body ?? "")).toBe(true);
  expect(standIn.state.numbersOf(acme.voiceEuSid).map(({ phoneNumber }) => phoneNumber)).toEqual(["+493023125103"]);
});

test("an alarm comes as a form or as JSON, and its token is the same at every firing", async () => {
  await using listener = await listenForWebhooks();
  await using world = await startAcme();
  const { standIn, acme } = world;
  const firing = { code: "11200", errors: 55, threshold: 50 } as const;
  standIn.fireAlarm(acme.supportSid, firing);
  standIn.state.setAlarmWebhook(acme.supportSid, `${listener.url}/alarm`);
  standIn.fireAlarm(acme.supportSid, firing);
  await standIn.evaluate();
  world.advance(60_000);
  standIn.fireAlarm(acme.supportSid, { ...firing, as: "json" });
  await standIn.evaluate();
  const [form, json] = [listener.received[0]?.form, JSON.parse(listener.received[1]?.body ?? "")];
  expect(form).toMatchObject({ AccountSid: acme.supportSid, CurrentValue: "55", TriggerValue: "50.000000" });
  expect(json).toEqual({ ...form, DateFired: json.DateFired });
  expect(json.DateFired).not.toBe(form?.["DateFired"]);
});
