import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type IntakeServer, PARENT, STRANGER, SUBACCOUNT, sign, startIntake } from "../support/intake-server.ts";
import { debuggerForm, usageTriggerForm, without } from "../support/webhook-forms.ts";

const TRIGGER_PATH = `/twilio/usage-trigger/${PARENT}`;
const DEBUGGER_PATH = `/twilio/debugger/${PARENT}`;

let intake: IntakeServer;
beforeEach(async () => {
  intake = await startIntake();
});
afterEach(() => intake.close(0));

async function raw(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const contentType = "application/x-www-form-urlencoded";
  return fetch(intake.address + path, {
    method: "POST",
    headers: { "content-type": contentType, ...headers },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
}

describe("what Twilio signs is stored", () => {
  test("the design's vector: 204, one signal, detection is told", async () => {
    const answer = await raw(TRIGGER_PATH, new URLSearchParams(usageTriggerForm(PARENT)).toString(), {
      "x-twilio-signature": "xWxpnBeBssa9Nj2rZhhi+fOUrO0=",
    });
    expect(answer.status).toBe(204);
    expect(intake.signals.kept().map(({ signal }) => signal)).toEqual([
      expect.objectContaining({ kind: "usage-threshold", accountSid: PARENT, threshold: 30, value: 31.2 }),
    ]);
    expect(intake.fresh).toEqual([PARENT]);
    expect(await intake.counted("usage-trigger", "accepted")).toBe(1);
  });

  test("the vector is refused when one character of it changes", async () => {
    const body = new URLSearchParams(usageTriggerForm(PARENT)).toString();
    const changed = [
      raw(TRIGGER_PATH, body.replace("31.2", "31.3"), { "x-twilio-signature": "xWxpnBeBssa9Nj2rZhhi+fOUrO0=" }),
      raw(TRIGGER_PATH, body, { "x-twilio-signature": "yWxpnBeBssa9Nj2rZhhi+fOUrO0=" }),
      raw(`${TRIGGER_PATH}?x`, body, { "x-twilio-signature": "xWxpnBeBssa9Nj2rZhhi+fOUrO0=" }),
    ];
    for (const answer of await Promise.all(changed)) expect(answer.status).toBe(403);
    expect(intake.signals.kept()).toEqual([]);
  });

  test("a GET is signed through its address", async () => {
    const path = `${TRIGGER_PATH}?${new URLSearchParams(usageTriggerForm(PARENT))}`;
    const answer = await fetch(intake.address + path, { headers: { "x-twilio-signature": sign(path, {}) } });
    expect(answer.status).toBe(204);
    expect(intake.signals.kept()).toHaveLength(1);
  });

  test("a debugger webhook with an empty ParentAccountSid", async () => {
    expect((await intake.post(DEBUGGER_PATH, debuggerForm(PARENT))).status).toBe(204);
    expect(intake.signals.kept()[0]?.signal).toMatchObject({ kind: "error", code: "11200" });
  });

  test("a field of tomorrow, an odd name, a value with spaces and a plus", async () => {
    const form = { ...debuggerForm(PARENT), NewField: " a+b & c=d ", __proto__x: "1", ÿ: "ü€" };
    Object.defineProperty(form, "__proto__", { value: "odd", enumerable: true });
    expect((await intake.post(DEBUGGER_PATH, form)).status).toBe(204);
  });

  test("a repeated field, of which the signature covers every value", async () => {
    const form = debuggerForm(PARENT);
    const signature = sign(DEBUGGER_PATH, { ...form, Tag: ["b", "a", "b"] });
    const body = `Tag=b&Tag=a&${new URLSearchParams(form)}&Tag=b`;
    expect((await raw(DEBUGGER_PATH, body, { "x-twilio-signature": signature })).status).toBe(204);
  });

  test("a subaccount's event at the parent's webhook, signed by either", async () => {
    const form = debuggerForm(SUBACCOUNT, { ParentAccountSid: PARENT });
    const body = new URLSearchParams(form).toString();
    for (const signer of [PARENT, SUBACCOUNT]) {
      const answer = await raw(DEBUGGER_PATH, body, { "x-twilio-signature": sign(DEBUGGER_PATH, form, signer) });
      expect(answer.status).toBe(204);
    }
    expect(intake.signals.kept().map(({ signal }) => signal.accountSid)).toEqual([SUBACCOUNT]);
    expect(intake.fresh).toEqual([SUBACCOUNT]);
  });

  test("the same delivery 46 times is one signal, and each time 204", async () => {
    const answers = await Promise.all(
      Array.from({ length: 46 }, () => intake.post(DEBUGGER_PATH, debuggerForm(PARENT))),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([204]));
    expect(intake.signals.kept()).toHaveLength(1);
    expect(intake.fresh).toEqual([PARENT]);
    expect(await intake.counted("debugger", "repeated")).toBe(45);
  });
});

describe("what is not Twilio's is refused with an empty body", () => {
  const form = usageTriggerForm(PARENT);
  const body = new URLSearchParams(form).toString();

  test.each([
    ["unsigned", TRIGGER_PATH, {}, "bad-signature"],
    ["wrong signature", TRIGGER_PATH, { "x-twilio-signature": "kfTlMxJwUoP2YChxZmygzXUE/qA=" }, "bad-signature"],
    ["no signature at all", TRIGGER_PATH, { "x-twilio-signature": "hello" }, "bad-signature"],
    ["unknown account", `/twilio/usage-trigger/${STRANGER}`, {}, "unknown-account"],
    ["no account", "/twilio/usage-trigger/AC12", {}, "unknown-account"],
    ["an account in capitals", `/twilio/usage-trigger/${PARENT.toUpperCase()}F`, {}, "unknown-account"],
  ])("%s", async (_name, path, headers, outcome) => {
    const answer = await raw(path, body, headers);
    expect([answer.status, await answer.text()]).toEqual([403, ""]);
    expect(await intake.counted("usage-trigger", outcome)).toBe(1);
    expect(intake.signals.kept()).toEqual([]);
    expect(intake.fresh).toEqual([]);
  });
});

describe("what cannot be read is refused with a reason", () => {
  test.each([
    ["a broken number", { CurrentValue: "lots-of-money" }, "CurrentValue: must be a decimal number"],
    ["an empty number", { TriggerValue: "" }, "TriggerValue: must be a decimal number"],
    ["a broken trigger", { UsageTriggerSid: "UT1" }, "UsageTriggerSid: must be UT and 32 hex digits"],
    ["another account", { AccountSid: STRANGER }, "AccountSid: must be the account in the path or its subaccount"],
  ])("%s names the field and not its value", async (_name, changes, reason) => {
    const answer = await intake.post(TRIGGER_PATH, usageTriggerForm(PARENT, changes));
    expect([answer.status, await answer.json()]).toEqual([400, { error: reason }]);
    expect(await intake.counted("usage-trigger", "malformed")).toBe(1);
    expect(intake.signals.kept()).toEqual([]);
  });

  test("a missing field", async () => {
    const answer = await intake.post(DEBUGGER_PATH, without(debuggerForm(PARENT), "Payload"));
    expect([answer.status, await answer.json()]).toEqual([400, { error: "Payload: is missing" }]);
  });

  test.each([
    ["half a percent sign", "AccountSid=%A"],
    ["percent-encoded bytes that are no UTF-8", "AccountSid=%ff%fe"],
    ["bytes that are no UTF-8", Buffer.from([0x41, 0x3d, 0xff])],
  ])("%s", async (_name, body) => {
    const answer = await raw(TRIGGER_PATH, body);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: "body: must be application/x-www-form-urlencoded in UTF-8" },
    ]);
  });

  test("another content type", async () => {
    const answer = await raw(TRIGGER_PATH, "{}", { "content-type": "application/json" });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: "content-type: must be application/x-www-form-urlencoded" },
    ]);
  });

  test("an address that is badly percent-encoded", async () => {
    const answer = await fetch(`${intake.address}/twilio/usage-trigger/%E0%A4%A`);
    expect([answer.status, await answer.json()]).toEqual([400, { error: "Bad Request" }]);
  });

  test("nothing signed but an empty body", async () => {
    const answer = await intake.post(TRIGGER_PATH, {});
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toContain("AccountSid: is missing");
  });
});

describe("what is too much is refused before it costs anything", () => {
  test("a body of 1 MB, with and without a length", async () => {
    const body = `A=${"x".repeat(1024 * 1024)}`;
    const withoutLength: RequestInit & { readonly duplex: "half" } = {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new Blob([body]).stream(),
      duplex: "half",
    };
    const answers = await Promise.all([raw(TRIGGER_PATH, body), fetch(intake.address + TRIGGER_PATH, withoutLength)]);
    expect(answers.map((answer) => answer.status)).toEqual([413, 413]);
    expect(await intake.counted("usage-trigger", "oversized")).toBe(2);
  });

  test("a body for what cannot be an account is not read", async () => {
    const answer = await raw("/twilio/usage-trigger/AC12", `A=${"x".repeat(1024 * 1024)}`);
    expect([answer.status, await answer.text()]).toEqual([403, ""]);
  });

  test("201 fields; 200 are read", async () => {
    const fields = (count: number) => Array.from({ length: count }, (_, index) => `f${index}=1`).join("&");
    expect((await raw(TRIGGER_PATH, fields(201))).status).toBe(413);
    expect((await raw(TRIGGER_PATH, fields(1000))).status).toBe(413);
    expect((await raw(TRIGGER_PATH, fields(200))).status).toBe(403);
  });

  test("after 10,000 a minute (here 3) an account waits for the next minute, others do not", async () => {
    await intake.close(0);
    intake = await startIntake({ perAccountPerMinute: 3 });
    const send = (index: number, accountSid = PARENT) =>
      intake.post(
        `/twilio/debugger/${accountSid}`,
        debuggerForm(accountSid, { Sid: `NO${index.toString(16).padStart(32, "0")}` }),
      );
    for (const index of [1, 2, 3]) expect((await send(index)).status).toBe(204);
    const refused = await send(4);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect(await intake.counted("debugger", "rate-limited")).toBe(1);
    expect((await send(5, SUBACCOUNT)).status).toBe(204);
    intake.passMs(60_000);
    expect((await send(4)).status).toBe(204);
  });

  test("unsigned posts use up nobody's minute", async () => {
    await intake.close(0);
    intake = await startIntake({ perAccountPerMinute: 1 });
    for (let count = 0; count < 5; count += 1) expect((await raw(DEBUGGER_PATH, "AccountSid=x")).status).toBe(403);
    expect((await intake.post(DEBUGGER_PATH, debuggerForm(PARENT))).status).toBe(204);
  });
});

describe("what cannot be promised is not promised", () => {
  test("a store that is down: 503, and stored when it is sent again", async () => {
    intake.signals.become("down");
    expect((await intake.post(DEBUGGER_PATH, debuggerForm(PARENT))).status).toBe(503);
    expect(intake.fresh).toEqual([]);
    intake.signals.become("up");
    expect((await intake.post(DEBUGGER_PATH, debuggerForm(PARENT))).status).toBe(204);
    expect(intake.fresh).toEqual([PARENT]);
  });

  test("a store that hangs: 503 within a second or so", async () => {
    intake.signals.become("hung");
    const beganMs = performance.now();
    expect((await intake.post(DEBUGGER_PATH, debuggerForm(PARENT))).status).toBe(503);
    // Half a second for a busy machine.
    expect(performance.now() - beganMs).toBeLessThan(1_500);
    expect(await intake.counted("debugger", "unavailable")).toBe(1);
    intake.signals.become("up");
  });

  test("no token to check with: 503", async () => {
    intake.loseTokens();
    expect((await intake.post(DEBUGGER_PATH, debuggerForm(PARENT))).status).toBe(503);
    expect(intake.signals.kept()).toEqual([]);
  });
});

describe("what is not there", () => {
  test.each([
    ["an unknown source", "POST", `/twilio/weather/${PARENT}`],
    ["GET where Twilio only posts", "GET", DEBUGGER_PATH],
    ["HEAD, which must do nothing that GET does", "HEAD", TRIGGER_PATH],
    ["anything else", "GET", "/admin"],
  ])("%s: 404", async (_name, method, path) => {
    expect((await fetch(intake.address + path, { method })).status).toBe(404);
  });
});
