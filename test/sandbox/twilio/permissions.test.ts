import { describe, expect, test } from "vitest";
import { type AcmeWorld, outcome, startAcme } from "./world.ts";

const LATVIA = "+37120000000";
const LATVIA_SPECIAL = "+37181000000";

function call(world: AcmeWorld, to: string): Promise<string> {
  const own = world.as(world.acme.voiceEuSid);
  const from = "+442079460101";
  return outcome(own.api.v2010.accounts(world.acme.voiceEuSid).calls.create({ to, from, twiml: "<Response/>" }));
}

/** The JSON that the API takes: flags are strings. */
function flags(isoCode: string, value: "true" | "false"): string {
  return JSON.stringify([
    {
      iso_code: isoCode,
      low_risk_numbers_enabled: value,
      high_risk_special_numbers_enabled: value,
      high_risk_tollfraud_numbers_enabled: value,
    },
  ]);
}

describe("voice", () => {
  test("a country that is closed takes no new calls: 21215", async () => {
    await using world = await startAcme();
    const own = world.as(world.acme.voiceEuSid).voice.v1.dialingPermissions;
    expect(await call(world, LATVIA)).toBe("ok");
    await own.settings().update({ dialingPermissionsInheritance: false });
    const update = await own.bulkCountryUpdates.create({ updateRequest: flags("LV", "false") });
    expect(update.updateCount).toBe(1);
    expect(await call(world, LATVIA)).toBe("400/21215");
    expect((await own.countries("LV").fetch()).lowRiskNumbersEnabled).toBe(false);
    expect(world.standIn.state.callsTo("LV")).toHaveLength(1);
  });

  test("special ranges have a switch of their own", async () => {
    await using world = await startAcme();
    const own = world.as(world.acme.voiceEuSid).voice.v1.dialingPermissions;
    const prefixes = await own.countries("LV").highriskSpecialPrefixes.list();
    expect(prefixes.map(({ prefix }) => prefix)).toEqual(["+37181", "+3719000"]);
    expect(await call(world, LATVIA_SPECIAL)).toBe("400/21215");
  });

  test("while a subaccount inherits, only the parent's table counts", async () => {
    await using world = await startAcme();
    const own = world.as(world.acme.voiceEuSid).voice.v1.dialingPermissions;
    expect((await own.settings().fetch()).dialingPermissionsInheritance).toBe(true);
    await own.bulkCountryUpdates.create({ updateRequest: flags("LV", "false") });
    expect((await own.countries("LV").fetch()).lowRiskNumbersEnabled).toBe(true);
    expect(await call(world, LATVIA)).toBe("ok");
    await world.parent.voice.v1.dialingPermissions.bulkCountryUpdates.create({ updateRequest: flags("LV", "false") });
    expect(await call(world, LATVIA)).toBe("400/21215");
  });

  test("flags that are no strings are refused, unknown countries are not counted", async () => {
    await using world = await startAcme();
    const { bulkCountryUpdates } = world.parent.voice.v1.dialingPermissions;
    const wrong = JSON.stringify([{ iso_code: "LV", low_risk_numbers_enabled: false }]);
    expect(await outcome(bulkCountryUpdates.create({ updateRequest: wrong }))).toBe("400/20001");
    expect((await bulkCountryUpdates.create({ updateRequest: flags("ZZ", "false") })).updateCount).toBe(0);
  });

  test("the list pages through some two hundred countries, and Canada is in the United States' row", async () => {
    await using world = await startAcme();
    const { countries } = world.parent.voice.v1.dialingPermissions;
    const all = await countries.list({ pageSize: 40 });
    expect(all.length).toBeGreaterThan(200);
    expect(new Set(all.map((country) => country.isoCode)).size).toBe(all.length);
    expect(all.find((country) => country.isoCode === "US")).toMatchObject({
      name: "United States/Canada",
      countryCodes: ["+1"],
    });
    expect(all.some((country) => country.isoCode === "CA")).toBe(false);
    expect((await countries.list({ isoCode: "LV" })).map((country) => country.name)).toEqual(["Latvia"]);
  });
});

describe("messaging", () => {
  test("a high-risk country is refused in its row while the answer is 200", async () => {
    await using world = await startAcme();
    const geo = world.as(world.acme.voiceEuSid).accounts.v1.messagingGeopermissions;
    const rows = ["LV", "PK", "IR"].map((country_code) => ({ country_code, type: "country", enabled: false }));
    const { permissions } = await geo.update({ permissions: rows });
    expect(permissions).toEqual([
      { country_code: "LV", type: "country", enabled: false, error_code: 0, error_messages: [] },
      {
        country_code: "PK",
        type: "country",
        enabled: true,
        error_code: 30649,
        error_messages: ["High risk country permission cannot be updated"],
      },
    ]);
    expect(world.standIn.requests.at(-1)).toMatchObject({ method: "PATCH", status: 200 });
    expect((await geo.fetch({ countryCode: "LV,PK" })).permissions).toMatchObject([
      { country_code: "LV", enabled: false, prefix: "+371", message: "" },
      { country_code: "PK", enabled: true, message: "High Risk Country" },
    ]);
  });
});

describe("calls", () => {
  test("live calls outlast suspension until they are ended or their time is up", async () => {
    await using world = await startAcme();
    const sid = world.acme.voiceEuSid;
    const own = world.as(sid).api.v2010.accounts(sid);
    const from = "+442079460101";
    const first = await own.calls.create({ to: LATVIA, from, twiml: "<Response/>", timeLimit: 60 });
    const second = await own.calls.create({ to: LATVIA, from, twiml: "<Response/>", timeLimit: 600 });
    world.advance(5_000);
    const seen = world.parent.api.v2010.accounts(sid);
    await seen.update({ status: "suspended" });
    expect(await seen.calls.list({ status: "in-progress", to: LATVIA })).toHaveLength(2);
    world.advance(120_000);
    expect((await seen.calls.list({ status: "in-progress", to: LATVIA })).map((live) => live.sid)).toEqual([
      second.sid,
    ]);
    expect((await seen.calls(second.sid).update({ status: "completed" })).status).toBe("completed");
    expect(await outcome(seen.calls(second.sid).update({ status: "completed" }))).toBe("400/21220");
    const ended = await seen.calls(first.sid).fetch();
    expect(ended).toMatchObject({ status: "completed", duration: "60", price: "-0.09000" });
  });

  test("are found by the time they started", async () => {
    await using world = await startAcme();
    const start = world.standIn.state.nowMs;
    await call(world, LATVIA);
    world.advance(60_000);
    await call(world, LATVIA);
    world.advance(5_000);
    const seen = world.parent.api.v2010.accounts(world.acme.voiceEuSid).calls;
    expect(await seen.list({ startTimeAfter: new Date(start + 30_000), to: LATVIA })).toHaveLength(1);
    expect(await seen.list({ startTimeBefore: new Date(start + 30_000), to: LATVIA })).toHaveLength(1);
    expect(await seen.list({ startTimeAfter: new Date(start - 1_000), to: LATVIA })).toHaveLength(2);
  });

  test("need a number of the account and a number that exists", async () => {
    await using world = await startAcme();
    expect(await call(world, "+3712")).toBe("400/21211");
    const own = world.as(world.acme.voiceEuSid).api.v2010.accounts(world.acme.voiceEuSid);
    const stranger = { to: LATVIA, from: "+14155550100", twiml: "<Response/>" };
    expect(await outcome(own.calls.create(stranger))).toBe("400/21210");
  });

  test("a queued message can be cancelled once", async () => {
    await using world = await startAcme();
    const { messages } = world.parent.api.v2010.accounts(world.acme.notificationsSid);
    const [queued] = await messages.list();
    expect((await messages(queued?.sid ?? "").update({ status: "canceled" })).status).toBe("canceled");
    expect(await outcome(messages(queued?.sid ?? "").update({ status: "canceled" }))).toBe("400/30409");
  });
});
