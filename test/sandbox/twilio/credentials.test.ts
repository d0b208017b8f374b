import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { seedAcme } from "../../../src/sandbox/twilio/seed.ts";
import { twilioClient } from "../../support/twilio-client.ts";
import { type AcmeWorld, NOON, outcome, startAcme } from "./world.ts";

const REFUSED = "401/20003";
const HIDDEN = "404/20404";

describe("who may do what", () => {
  test("the parent's token reaches its own and its subaccounts' 2010 resources", async () => {
    await using world = await startAcme();
    const { acme, parent } = world;
    for (const sid of [acme.parent.sid, acme.voiceEuSid]) {
      const account = parent.api.v2010.accounts(sid);
      expect(await outcome(account.fetch())).toBe("ok");
      expect(await outcome(account.calls.list({ limit: 5, pageSize: 5 }))).toBe("ok");
      expect(await outcome(account.keys.list())).toBe("ok");
    }
  });

  test("a subaccount's token is read through the parent and works on the other hosts", async () => {
    await using world = await startAcme();
    const { acme, parent, standIn } = world;
    const account = await parent.api.v2010.accounts(acme.voiceEuSid).fetch();
    const own = twilioClient(standIn.url, account.sid, account.authToken);
    expect((await own.voice.v1.dialingPermissions.countries("LV").fetch()).lowRiskNumbersEnabled).toBe(true);
    expect(await outcome(own.monitor.v1.events.list())).toBe("ok");
    expect(await outcome(own.iam.v1.getApiKeys.list({ accountSid: account.sid }))).toBe("ok");
    expect(standIn.requests.at(-1)?.accountSid).toBe(acme.voiceEuSid);
  });

  test("on the other hosts the parent's token is about the parent alone", async () => {
    await using world = await startAcme();
    const { acme, parent, standIn } = world;
    await parent.accounts.v1.secondaryAuthToken().create({ suppressEmailNotification: true });
    expect(standIn.state.account(acme.parent.sid).secondaryToken).not.toBeNull();
    expect(standIn.state.account(acme.voiceEuSid).secondaryToken).toBeNull();
    expect(await outcome(parent.iam.v1.getApiKeys.list({ accountSid: acme.voiceEuSid }))).toBe("401/70051");
  });

  test("a subaccount sees neither its parent nor its siblings", async () => {
    await using world = await startAcme();
    const own = world.as(world.acme.voiceEuSid);
    for (const sid of [world.acme.parent.sid, world.acme.supportSid]) {
      expect(await outcome(own.api.v2010.accounts(sid).fetch())).toBe(HIDDEN);
      expect(await outcome(own.api.v2010.accounts(sid).calls.list())).toBe(HIDDEN);
    }
    expect((await own.api.v2010.accounts.list()).map((account) => account.sid)).toEqual([world.acme.voiceEuSid]);
  });

  test("a standard key works on its own account, but not on accounts, keys or tokens", async () => {
    await using world = await startAcme();
    const sid = world.acme.voiceEuSid;
    const client = world.withKey(sid, "dialer-production");
    const account = client.api.v2010.accounts(sid);
    expect(await outcome(account.calls.list())).toBe("ok");
    expect(await outcome(client.voice.v1.dialingPermissions.settings().fetch())).toBe("ok");
    expect(await outcome(account.fetch())).toBe(REFUSED);
    expect(await outcome(account.keys.list())).toBe(REFUSED);
    expect(await outcome(client.iam.v1.getApiKeys.list({ accountSid: sid }))).toBe(REFUSED);
    expect(await outcome(client.accounts.v1.secondaryAuthToken().create({}))).toBe(REFUSED);
  });

  test("a Main key of the parent has all of the parent and nothing of a subaccount", async () => {
    await using world = await startAcme();
    const { acme } = world;
    const client = world.withKey(acme.parent.sid, "console-admin");
    expect(await outcome(client.api.v2010.accounts(acme.parent.sid).keys.list())).toBe("ok");
    const sub = client.api.v2010.accounts(acme.voiceEuSid);
    expect((await sub.fetch()).authToken).toBe("");
    expect(await outcome(sub.calls.list())).toBe(REFUSED);
    expect(await outcome(sub.update({ status: "suspended" }))).toBe(REFUSED);
  });

  test("a wrong token, a deleted key and an unknown account are refused alike", async () => {
    await using world = await startAcme();
    const { acme, standIn } = world;
    const fetchAs = (username: string, password: string): Promise<string> =>
      outcome(twilioClient(standIn.url, username, password).api.v2010.accounts(acme.voiceEuSid).fetch());
    expect(await fetchAs(acme.voiceEuSid, "0".repeat(32))).toBe(REFUSED);
    expect(await fetchAs(`AC${"9".repeat(32)}`, acme.parent.authToken)).toBe(REFUSED);
    const client = world.withKey(acme.voiceEuSid, "reporting");
    const key = standIn.state.keysOf(acme.voiceEuSid).find((candidate) => candidate.friendlyName === "reporting");
    await world.parent.api.v2010
      .accounts(acme.voiceEuSid)
      .keys(key?.sid ?? "")
      .remove();
    expect(await outcome(client.api.v2010.accounts(acme.voiceEuSid).calls.list())).toBe(REFUSED);
  });

  test("what does not exist is 20404", async () => {
    await using world = await startAcme();
    const missing = world.parent.api.v2010.accounts(`AC${"9".repeat(32)}`);
    expect(await outcome(missing.fetch())).toBe(HIDDEN);
    const account = world.parent.api.v2010.accounts(world.acme.voiceEuSid);
    expect(await outcome(account.keys(`SK${"9".repeat(32)}`).remove())).toBe(HIDDEN);
  });
});

describe("suspension", () => {
  async function suspend(world: AcmeWorld): Promise<void> {
    await world.parent.api.v2010.accounts(world.acme.voiceEuSid).update({ status: "suspended" });
  }

  test("kills the subaccount's own credentials, keeps the parent's view, and ends with reactivation", async () => {
    await using world = await startAcme();
    const sid = world.acme.voiceEuSid;
    const [own, withKey] = [world.as(sid), world.withKey(sid, "dialer-production")];
    await suspend(world);
    expect(await outcome(own.api.v2010.accounts(sid).fetch())).toBe(REFUSED);
    expect(await outcome(own.voice.v1.dialingPermissions.settings().fetch())).toBe(REFUSED);
    expect(await outcome(withKey.api.v2010.accounts(sid).calls.list())).toBe(REFUSED);
    const seen = world.parent.api.v2010.accounts(sid);
    expect((await seen.fetch()).status).toBe("suspended");
    expect(await outcome(seen.calls.create({ to: "+37120000000", from: "+442079460101", twiml: "<Response/>" }))).toBe(
      REFUSED,
    );
    await seen.update({ status: "active" });
    expect(await outcome(own.api.v2010.accounts(sid).fetch())).toBe("ok");
  });

  test("is not for the parent, and not for a subaccount to do to itself", async () => {
    await using world = await startAcme();
    const { acme, parent } = world;
    expect(await outcome(parent.api.v2010.accounts(acme.parent.sid).update({ status: "suspended" }))).toBe("400/20001");
    const own = world.as(acme.voiceEuSid).api.v2010.accounts(acme.voiceEuSid);
    expect(await outcome(own.update({ status: "suspended" }))).toBe(REFUSED);
    expect((await parent.api.v2010.accounts(acme.voiceEuSid).fetch()).status).toBe("active");
  });

  test("of the parent by Twilio stops every subaccount", async () => {
    await using world = await startAcme();
    const own = world.as(world.acme.supportSid);
    world.standIn.state.setStatus(world.acme.parent.sid, "suspended");
    expect(await outcome(own.api.v2010.accounts(world.acme.supportSid).fetch())).toBe(REFUSED);
  });

  test("is remembered after a restart with the same state file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "twilio-stand-in-"));
    try {
      const acme = seedAcme({ nowMs: NOON });
      const stateFile = join(folder, "twilio.json");
      {
        await using first = await startAcme({ stateFile, acme });
        await suspend(first);
      }
      await using second = await startAcme({ stateFile, acme });
      expect((await second.parent.api.v2010.accounts(acme.voiceEuSid).fetch()).status).toBe("suspended");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("rotation", () => {
  test("both tokens work beside each other until Promote, which kills the old one at once", async () => {
    await using world = await startAcme();
    const { acme, standIn } = world;
    const sid = acme.voiceEuSid;
    const old = world.as(sid);
    const { secondaryAuthToken } = await old.accounts.v1
      .secondaryAuthToken()
      .create({ suppressEmailNotification: true });
    const fresh = twilioClient(standIn.url, sid, secondaryAuthToken);
    expect(await outcome(fresh.api.v2010.accounts(sid).fetch())).toBe("ok");
    expect(await outcome(old.api.v2010.accounts(sid).fetch())).toBe("ok");
    const promoted = await old.accounts.v1.authTokenPromotion().update({});
    expect(promoted.authToken).toBe(secondaryAuthToken);
    expect(await outcome(old.api.v2010.accounts(sid).fetch())).toBe(REFUSED);
    expect(await outcome(fresh.api.v2010.accounts(sid).fetch())).toBe("ok");
    expect(await outcome(world.withKey(sid, "dialer-production").api.v2010.accounts(sid).calls.list())).toBe("ok");
  });

  test("without a secondary there is nothing to promote or delete", async () => {
    await using world = await startAcme();
    const own = world.as(world.acme.voiceEuSid);
    expect(await outcome(own.accounts.v1.authTokenPromotion().update({}))).toBe(HIDDEN);
    expect(await outcome(own.accounts.v1.secondaryAuthToken().remove({}))).toBe(HIDDEN);
    await own.accounts.v1.secondaryAuthToken().create({});
    expect(await outcome(own.accounts.v1.secondaryAuthToken().remove({ suppressEmailNotification: true }))).toBe("ok");
  });

  test("every step is in the account's own Monitor Events", async () => {
    await using world = await startAcme();
    const own = world.as(world.acme.voiceEuSid);
    await own.accounts.v1.secondaryAuthToken().create({});
    await own.accounts.v1.secondaryAuthToken().remove({});
    const types = (await own.monitor.v1.events.list({ limit: 10, pageSize: 10 })).map((event) => event.eventType);
    expect(types).toEqual(["account-auth-token.secondary-deleted", "account-auth-token.secondary-created"]);
  });
});
