import twilio from "twilio";
import { describe, expect, test } from "vitest";
import { burstOfErrors } from "../../../src/sandbox/twilio/attack.ts";
import { twilioClient } from "../../support/twilio-client.ts";
import { listenForWebhooks } from "../../support/webhook-listener.ts";
import { outcome, startAcme } from "./world.ts";

describe("faults of the API", () => {
  test("answer a status as often as asked, 429 with Retry-After, and leave the rest alone", async () => {
    await using world = await startAcme();
    const { acme, standIn, parent } = world;
    const fault = { kind: "status", status: 429, retryAfterSeconds: 7 } as const;
    standIn.inject({ on: "request", method: "GET", path: /\/Calls\.json$/, times: 2, fault });
    const { calls } = parent.api.v2010.accounts(acme.voiceEuSid);
    expect(await outcome(calls.list())).toBe("429/20429");
    expect(await outcome(parent.api.v2010.accounts(acme.voiceEuSid).fetch())).toBe("ok");
    const answer = await fetch(`${standIn.url}/api.twilio.com/2010-04-01/Accounts/${acme.voiceEuSid}/Calls.json`);
    expect(answer.headers.get("retry-after")).toBe("7");
    expect(await outcome(calls.list())).toBe("ok");
  });

  test("a time-out before the effect leaves nothing behind, one after it leaves everything", async () => {
    await using world = await startAcme();
    const { acme, standIn } = world;
    const { sid, authToken } = acme.parent;
    const impatient = twilioClient(standIn.url, sid, authToken, { timeoutMs: 150 }).api.v2010.accounts(acme.voiceEuSid);
    const path = /\/Accounts\/AC[0-9a-f]+\.json$/;
    for (const cut of [true, false]) {
      standIn.inject({ on: "request", method: "POST", path, fault: { kind: "no-answer-before", cut } });
      await expect(impatient.update({ status: "suspended" })).rejects.toThrow(/timeout|socket hang up|aborted/);
      expect(standIn.state.account(acme.voiceEuSid).status).toBe("active");
      standIn.inject({ on: "request", method: "POST", path, fault: { kind: "no-answer-after", cut } });
      await expect(impatient.update({ status: "suspended" })).rejects.toThrow(/timeout|socket hang up|aborted/);
      expect(standIn.state.account(acme.voiceEuSid).status).toBe("suspended");
      standIn.state.setStatus(acme.voiceEuSid, "active");
    }
    expect(
      standIn.requests.filter((request) => request.method === "POST").every(({ status }) => status === undefined),
    ).toBe(true);
  });

  test("a listener hears of a request after its effect and before its answer", async () => {
    await using world = await startAcme();
    const { acme, standIn, parent } = world;
    const seen: string[] = [];
    const forget = standIn.onRequest((request) => {
      seen.push(`${request.method} ${request.status} ${standIn.state.account(acme.voiceEuSid).status}`);
    });
    await parent.api.v2010.accounts(acme.voiceEuSid).update({ status: "suspended" });
    forget();
    await parent.api.v2010.accounts(acme.voiceEuSid).fetch();
    expect(seen).toEqual(["POST 200 suspended"]);
    expect(JSON.stringify(standIn.requests)).not.toContain(acme.parent.authToken);
  });

  test("every answer has Twilio's headers and every error its four fields", async () => {
    await using world = await startAcme();
    const answer = await fetch(`${world.standIn.url}/api.twilio.com/2010-04-01/Accounts.json`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("twilio-request-id")).toMatch(/^RQ[0-9a-f]{32}$/);
    expect(Number(answer.headers.get("twilio-concurrent-requests"))).toBeGreaterThanOrEqual(1);
    expect(await answer.json()).toEqual({
      code: 20003,
      message: "Authenticate",
      more_info: "https://www.twilio.com/docs/errors/20003",
      status: 401,
    });
  });
});

describe("the Debugger", () => {
  test("posts every error, signed, with its payload as JSON text", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme({ publicUrl: listener.url });
    const { acme, standIn } = world;
    const alert = standIn.state.raiseError(acme.voiceEuSid, "11200", { message: "HTTP retrieval failure" });
    await standIn.evaluate();
    const [webhook] = listener.received;
    expect(webhook?.form).toMatchObject({
      Sid: alert.sid,
      AccountSid: acme.voiceEuSid,
      ParentAccountSid: acme.parent.sid,
      Level: "ERROR",
      PayloadType: "application/json",
    });
    expect(JSON.parse(webhook?.form["Payload"] ?? "")).toMatchObject({ error_code: "11200" });
    expect(webhook?.headers["i-twilio-idempotency-token"]).toBeTypeOf("string");
    const token = standIn.state.account(acme.voiceEuSid).authToken;
    const signature = String(webhook?.headers["x-twilio-signature"]);
    const url = `${listener.url}/twilio/debugger/${acme.voiceEuSid}`;
    expect(twilio.validateRequest(token, signature, url, webhook?.form ?? {})).toBe(true);
    const listed = await world.as(acme.voiceEuSid).monitor.v1.alerts.list({ logLevel: "error" });
    expect(listed.map(({ sid, errorCode }) => [sid, errorCode])).toEqual([[alert.sid, "11200"]]);
  });

  test("without a webhook of its own a subaccount's errors go to the parent's", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme();
    const { acme, standIn } = world;
    standIn.state.setDebuggerWebhook(acme.parent.sid, `${listener.url}/parent`);
    burstOfErrors(standIn, acme.supportSid, "32202", 3);
    await standIn.evaluate();
    expect(listener.received.map(({ path, form }) => [path, form["AccountSid"]])).toEqual(
      [1, 2, 3].map(() => ["/parent", acme.supportSid]),
    );
  });

  test("a refused log-in is error 20003 of the account that was named, at most once a second", async () => {
    await using world = await startAcme();
    const { acme, standIn } = world;
    const stranger = twilioClient(standIn.url, acme.voiceEuSid, "0".repeat(32)).api.v2010.accounts(acme.voiceEuSid);
    for (let attempt = 0; attempt < 5; attempt += 1) await outcome(stranger.fetch());
    world.advance(1_000);
    await outcome(stranger.fetch());
    expect([...standIn.state.alerts.values()].map(({ accountSid, code }) => [accountSid, code])).toEqual([
      [acme.voiceEuSid, "20003"],
      [acme.voiceEuSid, "20003"],
    ]);
  });

  test("deliveries can be doubled and overtaken", async () => {
    await using listener = await listenForWebhooks();
    await using world = await startAcme();
    const { acme, standIn } = world;
    standIn.state.setDebuggerWebhook(acme.voiceEuSid, `${listener.url}/debugger`);
    standIn.inject({ on: "webhook", path: /debugger/, fault: { kind: "duplicate", copies: 3 } });
    const doubled = standIn.state.raiseError(acme.voiceEuSid, "11200");
    await standIn.evaluate();
    standIn.inject({ on: "webhook", path: /debugger/, fault: { kind: "reorder" } });
    const late = standIn.state.raiseError(acme.voiceEuSid, "11200");
    const early = standIn.state.raiseError(acme.voiceEuSid, "11200");
    await standIn.evaluate();
    expect(listener.received.map(({ form }) => form["Sid"])).toEqual([
      doubled.sid,
      doubled.sid,
      doubled.sid,
      early.sid,
      late.sid,
    ]);
  });
});
