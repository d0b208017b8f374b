import { afterAll, beforeAll, expect, test } from "vitest";
import { newSid } from "../../src/sandbox/twilio/sids.ts";
import { heldNumber, isReleaseOf, RELEASED } from "../../src/signal/phone-numbers.ts";
import { startWorld, type TwilioWorld } from "./world.ts";

let world: TwilioWorld;

beforeAll(async () => {
  world = await startWorld({ sharesClock: true });
});
afterAll(() => world.close());

const MINUTE = 60_000;
const everything = () => ({ fromMs: world.clock.now() - 60 * MINUTE, toMs: world.clock.now() });

/** So many messages, one a second, the newest one now. */
function send(count: number): void {
  const { state } = world.standIn;
  for (let second = count - 1; second >= 0; second -= 1) {
    const createdAtMs = world.clock.now() - second * 1_000;
    state.addMessage({
      sid: newSid("SM"),
      accountSid: world.notifications,
      to: "+37125550123",
      from: "+14155550100",
      body: "Your code is 4711",
      status: "sent",
      errorCode: null,
      createdAtMs,
      sentAtMs: createdAtMs,
    });
  }
}

test("an account's changes are seen by the account alone, and by nobody else", async () => {
  const { records } = world.twilio;
  const client = await world.credentials.clientOf(world.voiceEu);
  await client.api.v2010.accounts(world.voiceEu).newKeys.create({ friendlyName: "theirs" });
  const created = { eventType: "account-api-keys.created", accountSid: world.voiceEu };
  expect(await records.events(world.voiceEu, everything(), 100)).toContainEqual(expect.objectContaining(created));
  expect(await records.events(world.parentSid, everything(), 100)).not.toContainEqual(expect.objectContaining(created));
});

test("an account in a state that we do not know is left out, and hides no other", async () => {
  const { records, clock, standIn, notifications, voiceEu } = { ...world, records: world.replica().twilio.records };
  const account = standIn.state.account(notifications);
  const { status } = account;
  Object.assign(account, { status: "under-review" });
  const sids = (await records.accounts()).map(({ sid }) => sid);
  expect(sids).toContain(voiceEu);
  expect(sids).not.toContain(notifications);
  Object.assign(account, { status });
  clock.pass(MINUTE);
  expect((await records.accounts()).map(({ sid }) => sid)).toContain(notifications);
});

test("numbers are listed, or only those that are like one; changes can be read by their type alone", async () => {
  const { records } = world.twilio;
  const parent = await world.credentials.parentClient();
  const [one, other, last] = await records.numbers(world.voiceEu, 10);
  expect(last).toEqual(expect.objectContaining({ sid: expect.stringMatching(/^PN/), phoneNumber: "+493023125103" }));
  expect(await records.numbers(world.voiceEu, 2)).toEqual([one, other]);
  expect(await records.numbers(world.voiceEu, 50, "+493023125103")).toEqual([last]);
  await parent.api.v2010.accounts(world.voiceEu).newKeys.create({ friendlyName: "theirs" });
  await parent.api.v2010
    .accounts(world.voiceEu)
    .incomingPhoneNumbers(heldNumber(last)?.sid ?? "")
    .remove();
  const released = await records.events(world.voiceEu, everything(), 100, RELEASED);
  expect(released.map((event) => isReleaseOf(heldNumber(last) ?? { sid: "", number: "" }, event))).toEqual([true]);
});

test("errors are read within a time, and no more of them than was said", async () => {
  const { records } = world.twilio;
  for (let error = 0; error < 12; error += 1) world.standIn.state.raiseError(world.voiceEu, "11200");
  expect(await records.alerts(world.voiceEu, everything(), 10)).toHaveLength(10);
  expect(await records.alerts(world.voiceEu, everything(), 100)).toHaveLength(12);
  const before = { fromMs: 0, toMs: world.clock.now() - MINUTE };
  expect(await records.alerts(world.voiceEu, before, 100)).toEqual([]);
});

test("a log is read as far back as was asked for: one small page when that is enough, large ones when it is not", async () => {
  const { records } = world.twilio;
  world.clock.pass(60 * MINUTE);
  send(2_500);
  world.newRequests();
  const few = await records.messages(world.notifications, world.clock.now() - 10_000, 5_000);
  expect(few.length).toBeGreaterThanOrEqual(10);
  expect(few.length).toBeLessThanOrEqual(50);
  expect(world.newRequests()).toHaveLength(1);
  const all = await records.messages(world.notifications, world.clock.now() - 2_500_000, 5_000);
  expect(all.length).toBeGreaterThanOrEqual(2_500);
  expect(await records.messages(world.notifications, 0, 1_200)).toHaveLength(1_200);
});

test("what was written stays at Twilio", async () => {
  send(1);
  const rows = await world.twilio.records.messages(world.notifications, world.clock.now() - MINUTE, 100);
  expect(JSON.stringify(rows)).not.toContain("Your code");
});

test("attempts of Verify within a time are summed up, and read one by one", async () => {
  const { state } = world.standIn;
  const { records } = world.twilio;
  const attempt = (country: string, hasConverted: boolean) =>
    state.addAttempt({
      sid: newSid("VL"),
      accountSid: world.notifications,
      serviceSid: newSid("VA"),
      to: "+37125550123",
      country,
      channel: "sms",
      hasConverted,
      createdAtMs: world.clock.now(),
    });
  attempt("US", true);
  world.clock.pass(2 * MINUTE);
  attempt("LV", false);
  const nowMs = world.clock.now();
  const { summary, attempts } = await records.attempts(world.notifications, everything());
  expect(summary).toMatchObject({ totalAttempts: 1, totalConverted: 1 });
  expect(attempts).toMatchObject([{ conversionStatus: "converted", channelData: { country: "US" } }]);
  const later = await records.attempts(world.notifications, { fromMs: nowMs - MINUTE, toMs: nowMs + MINUTE });
  expect(later).toMatchObject({
    summary: { totalAttempts: 1, totalConverted: 0 },
    attempts: [{ conversionStatus: "unconverted", channelData: { country: "LV" } }],
  });
  const none = await records.attempts(world.voiceEu, everything());
  expect(none).toMatchObject({ summary: { totalAttempts: 0 }, attempts: [] });
});

test("of a suspended account only what the parent reaches can be read", async () => {
  const { records } = world.twilio;
  world.standIn.state.setStatus(world.notifications, "suspended");
  await expect(records.events(world.notifications, everything(), 10)).rejects.toMatchObject({ kind: "unauthorised" });
  expect(await records.triggers(world.notifications)).toEqual(expect.any(Array));
  expect((await records.calls(world.notifications, world.clock.now(), 10)).length).toBeGreaterThanOrEqual(0);
  world.standIn.state.setStatus(world.notifications, "active");
});
