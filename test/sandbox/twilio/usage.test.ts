import twilio from "twilio";
import { describe, expect, test } from "vitest";
import { listenForWebhooks, type ReceivedWebhook } from "../../support/webhook-listener.ts";
import { type AcmeWorld, NOON, outcome, startAcme } from "./world.ts";

const DAY_MS = 86_400_000;

function records(world: AcmeWorld, sid: string) {
  return world.parent.api.v2010.accounts(sid).usage.records;
}

/** The wire's price is a string, whatever the SDK's types say. */
function usd(record: { price: unknown } | undefined): number {
  expect(record?.price).toBeTypeOf("string");
  return Number(record?.price);
}

describe("usage records", () => {
  test("the total is the sum of its parts, and the months are the sum of their days", async () => {
    await using world = await startAcme();
    const usage = records(world, world.acme.voiceEuSid);
    const all = await usage.yesterday.list({ pageSize: 1000 });
    const leaves = all.filter((row) =>
      ["calls-outbound", "calls-inbound", "recordings", "phonenumbers"].includes(row.category),
    );
    const total = all.find((row) => row.category === "totalprice");
    expect(leaves.reduce((sum, row) => sum + usd(row), 0)).toBeCloseTo(usd(total), 3);
    const [month] = await usage.lastMonth.list({ category: "totalprice" });
    const days = await usage.daily.list({
      category: "totalprice",
      startDate: new Date("2026-09-01"),
      endDate: new Date("2026-09-30"),
    });
    expect(days).toHaveLength(30);
    expect(days.reduce((sum, row) => sum + usd(row), 0)).toBeCloseTo(usd(month), 2);
  });

  test("thirteen months are there, in a weekly rhythm, and the same when asked again", async () => {
    await using world = await startAcme();
    const usage = records(world, world.acme.voiceEuSid);
    expect((await usage.monthly.list({ category: "calls" })).length).toBeGreaterThanOrEqual(13);
    const days = await usage.daily.list({
      category: "calls-outbound",
      startDate: new Date("2026-09-07"),
      endDate: new Date("2026-09-13"),
    });
    const [sunday, saturday, friday] = days.map((row) => usd(row));
    expect(Math.max(sunday ?? 0, saturday ?? 0)).toBeLessThan((friday ?? 0) * 0.6);
    const again = await usage.daily.list({
      category: "calls-outbound",
      startDate: new Date("2026-09-07"),
      endDate: new Date("2026-09-13"),
    });
    expect(again.map((row) => row.price)).toEqual(days.map((row) => row.price));
  });

  test("the parent's records hold its subaccounts unless asked not to", async () => {
    await using world = await startAcme();
    const usage = records(world, world.acme.parent.sid);
    const [withSubaccounts] = await usage.yesterday.list({ category: "totalprice" });
    const [alone] = await usage.yesterday.list({ category: "totalprice", includeSubaccounts: false });
    const subaccounts = world.standIn.state.subaccountsOf(world.standIn.state.account(world.acme.parent.sid));
    let sum = usd(alone);
    for (const { sid } of subaccounts)
      sum += usd((await records(world, sid).yesterday.list({ category: "totalprice" }))[0]);
    expect(usd(withSubaccounts)).toBeCloseTo(sum, 3);
  });

  test("pages lead on to every row, filters included", async () => {
    await using world = await startAcme();
    const rows = await records(world, world.acme.voiceEuSid).daily.list({
      category: "calls",
      startDate: new Date("2026-08-01"),
      pageSize: 20,
    });
    expect(rows).toHaveLength(75);
    expect(new Set(rows.map((row) => row.startDate.toISOString())).size).toBe(75);
    expect(rows.every((row) => row.category === "calls")).toBe(true);
  });

  test("an unknown category is refused, and only the parent has a balance", async () => {
    await using world = await startAcme();
    const list = records(world, world.acme.voiceEuSid).today.list({ category: "carrier-pigeons" });
    expect(await outcome(list)).toBe("400/20001");
    expect((await world.parent.api.v2010.accounts(world.acme.parent.sid).balance.fetch()).currency).toBe("USD");
    expect(await outcome(world.parent.api.v2010.accounts(world.acme.voiceEuSid).balance.fetch())).toBe("404/20404");
  });

  test("a call is in today's usage while it is still up", async () => {
    await using world = await startAcme();
    const sid = world.acme.voiceEuSid;
    world.standIn.state.usdPerMinute.set("LV", 3);
    const before = world.standIn.state.usageToday(sid, "calls-outbound").usd;
    const form = { to: "+37120000000", from: "+442079460101", twiml: "<Response/>" };
    await world.as(sid).api.v2010.accounts(sid).calls.create(form);
    world.advance(65_000);
    const [today] = await records(world, sid).today.list({ category: "calls-outbound" });
    expect(usd(today) - before).toBeGreaterThanOrEqual(6);
  });
});

describe("usage triggers", () => {
  const calls = { usageCategory: "calls-outbound", triggerBy: "price", recurring: "daily" } as const;

  async function spend(world: AcmeWorld, dollars: number): Promise<void> {
    const sid = world.acme.voiceEuSid;
    world.standIn.state.usdPerMinute.set("LV", dollars);
    const form = { to: "+37120000000", from: "+442079460101", twiml: "<Response/>", timeLimit: 30 };
    await world.as(sid).api.v2010.accounts(sid).calls.create(form);
    world.advance(31_000);
    await world.standIn.evaluate();
  }

  function isSigned(world: AcmeWorld, url: string, webhook: ReceivedWebhook | undefined): boolean {
    const token = world.standIn.state.account(world.acme.voiceEuSid).authToken;
    return twilio.validateRequest(token, String(webhook?.headers["x-twilio-signature"]), url, webhook?.form ?? {});
  }

  test("one fires once a day, signed with the owner's primary token over the exact address", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme({ publicUrl: listener.url, triggerUsd: 40 });
    const sid = world.acme.voiceEuSid;
    await world.standIn.evaluate();
    expect(listener.received).toHaveLength(0);
    await spend(world, 60);
    await spend(world, 60);
    expect(listener.received).toHaveLength(1);
    const [webhook] = listener.received;
    expect(webhook?.path).toBe(`/twilio/usage-trigger/${sid}`);
    expect(webhook?.form).toMatchObject({
      AccountSid: sid,
      UsageTriggerSid: world.acme.triggerSid,
      DateFired: "Wed, 14 Oct 2026 12:00:31 +0000",
      Recurring: "daily",
      UsageCategory: "calls-outbound",
      TriggerBy: "price",
      TriggerValue: "40.000000",
      IdempotencyToken: `${sid}-FIRES-${world.acme.triggerSid}-2026-10-14`,
    });
    expect(Number(webhook?.form["CurrentValue"])).toBeGreaterThan(60);
    expect(isSigned(world, listener.url + webhook?.path, webhook)).toBe(true);
    expect(isSigned(world, `${listener.url}/elsewhere`, webhook)).toBe(false);
    const fetched = await world.parent.api.v2010.accounts(sid).usage.triggers(world.acme.triggerSid).fetch();
    expect(fetched.dateFired?.getTime()).toBe(NOON + 31_000);
    world.advance(DAY_MS);
    await spend(world, 60);
    expect(listener.received).toHaveLength(2);
  });

  test("after a promotion the new token signs", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme({ publicUrl: listener.url });
    const own = world.as(world.acme.voiceEuSid).accounts.v1;
    await own.secondaryAuthToken().create({});
    await own.authTokenPromotion().update({});
    await spend(world, 60);
    const [webhook] = listener.received;
    expect(isSigned(world, listener.url + webhook?.path, webhook)).toBe(true);
  });

  test("a 5xx is repeated three times with the same token, a 4xx never", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme({ publicUrl: listener.url });
    listener.answerNext(503, 500, 502, 503);
    await spend(world, 60);
    expect(listener.received).toHaveLength(4);
    expect(new Set(listener.received.map((webhook) => webhook.form["IdempotencyToken"])).size).toBe(1);
    listener.answerNext(403);
    world.advance(DAY_MS);
    await spend(world, 60);
    expect(listener.received).toHaveLength(5);
  });

  test("can be made, listed, changed and deleted; +30 means thirty more than now", async () => {
    await using world = await startAcme();
    const { triggers } = world.parent.api.v2010.accounts(world.acme.voiceEuSid).usage;
    const made = await triggers.create({ ...calls, callbackUrl: "https://bot.example/a", triggerValue: "+30" });
    expect(Number(made.triggerValue)).toBeCloseTo(Number(made.currentValue) + 30, 3);
    await triggers(made.sid).update({ callbackUrl: "https://bot.example/b", friendlyName: "tripwire" });
    expect(await triggers.list({ recurring: "daily" })).toMatchObject([{ callbackUrl: "https://bot.example/b" }]);
    expect(await triggers(made.sid).remove()).toBe(true);
    expect(await outcome(triggers(made.sid).fetch())).toBe("404/20404");
  });

  test("with GET the parameters are in the address and the signature covers them there", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme();
    const { triggers } = world.parent.api.v2010.accounts(world.acme.voiceEuSid).usage;
    const callbackUrl = `${listener.url}/hook?site=eu`;
    await triggers.create({ ...calls, callbackUrl, callbackMethod: "GET", triggerValue: "1" });
    await world.standIn.evaluate();
    const [webhook] = listener.received;
    expect(webhook?.path).toMatch(/^\/hook\?site=eu&AccountSid=AC/);
    expect(isSigned(world, listener.url + webhook?.path, webhook)).toBe(true);
  });
});
