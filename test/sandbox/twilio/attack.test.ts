import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { startTollFraud, type TollFraud } from "../../../src/sandbox/twilio/attack.ts";
import { listenForWebhooks } from "../../support/webhook-listener.ts";
import { type AcmeWorld, startAcme } from "./world.ts";

function attack(world: AcmeWorld): TollFraud {
  return startTollFraud(world.standIn, {
    accountSid: world.acme.voiceEuSid,
    countries: ["LV"],
    callsPerMinute: 1_200,
    pricePerMinuteUsd: 5,
  });
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await pause(5);
}

/** Waits until the attacker has tried several times more, and answers how many of those were calls. */
async function placedFromNow(fraud: TollFraud): Promise<number> {
  const attempts = (): number => fraud.stats.placed + Object.values(fraud.stats.refused).reduce((sum, n) => sum + n, 0);
  const before = { placed: fraud.stats.placed, attempts: attempts() };
  await until(() => attempts() >= before.attempts + 3);
  return fraud.stats.placed - before.placed;
}

test("the attack costs money, leaves its traces and fires the trigger", async () => {
  await using listener = await listenForWebhooks();
  await using world = await startAcme({ publicUrl: listener.url });
  const sid = world.acme.voiceEuSid;
  const before = world.standIn.state.usageToday(sid, "calls-outbound").usd;
  const fraud = attack(world);
  try {
    await until(() => fraud.stats.placed >= 10);
    world.advance(10_000);
    await world.standIn.evaluate();
    expect(world.standIn.state.usageToday(sid, "calls-outbound").usd - before).toBeGreaterThanOrEqual(50);
    expect(listener.received.map(({ form }) => form["UsageCategory"])).toEqual(["calls-outbound"]);
    expect(world.standIn.state.callsTo("LV").length).toBeGreaterThanOrEqual(10);
    const keys = await world.parent.api.v2010.accounts(sid).keys.list();
    expect(keys.map((key) => key.sid)).toContain(fraud.keySid);
    const [created] = await world.as(sid).monitor.v1.events.list({ eventType: "account-api-keys.created" });
    expect(created).toMatchObject({ resourceSid: fraud.keySid, sourceIpAddress: "203.0.113.66" });
    expect(world.standIn.requests.every((request) => !request.path.endsWith("/Calls.json"))).toBe(true);
  } finally {
    fraud.stop();
  }
});

test.each(["rotation first", "key first"] as const)(
  "only rotation and deletion of its key together stop it: %s",
  async (order) => {
    await using world = await startAcme();
    const sid = world.acme.voiceEuSid;
    const fraud = attack(world);
    const rotate = async (): Promise<void> => {
      const own = world.as(sid).accounts.v1;
      await own.secondaryAuthToken().create({});
      await own.authTokenPromotion().update({});
    };
    const deleteKey = async (): Promise<void> => {
      await world.parent.api.v2010.accounts(sid).keys(fraud.keySid).remove();
    };
    const [first, second] = order === "key first" ? [deleteKey, rotate] : [rotate, deleteKey];
    try {
      await first();
      expect(await placedFromNow(fraud)).toBeGreaterThan(0);
      await second();
      expect(await placedFromNow(fraud)).toBe(0);
      expect(Object.keys(fraud.stats.refused)).toEqual(["20003"]);
      expect([...world.standIn.state.alerts.values()].some((alert) => alert.code === "20003")).toBe(true);
    } finally {
      fraud.stop();
    }
  },
);

test("closing the country stops it with 21215, suspension with 20003", async () => {
  await using world = await startAcme();
  const sid = world.acme.voiceEuSid;
  const fraud = attack(world);
  try {
    const flags = { high_risk_special_numbers_enabled: "false", high_risk_tollfraud_numbers_enabled: "false" };
    const updateRequest = JSON.stringify([{ iso_code: "LV", low_risk_numbers_enabled: "false", ...flags }]);
    await world.parent.voice.v1.dialingPermissions.bulkCountryUpdates.create({ updateRequest });
    expect(await placedFromNow(fraud)).toBe(0);
    expect(Object.keys(fraud.stats.refused)).toEqual(["21215"]);
    expect([...world.standIn.state.alerts.values()].at(-1)).toMatchObject({ accountSid: sid, code: "21215" });
    await world.parent.api.v2010.accounts(sid).update({ status: "suspended" });
    expect(await placedFromNow(fraud)).toBe(0);
    expect(fraud.stats.refused["20003"]).toBeGreaterThan(0);
  } finally {
    fraud.stop();
  }
});
