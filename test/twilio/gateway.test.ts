import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import { Secret } from "../../src/lib/secret.ts";
import { placeCall } from "../../src/sandbox/twilio/calls.ts";
import { newSid, newToken } from "../../src/sandbox/twilio/sids.ts";
import { createTwilioSdk } from "../../src/twilio/sdk.ts";
import { accountOf, startWorld, type TwilioWorld } from "./world.ts";

let world: TwilioWorld;

beforeEach(async () => {
  world = await startWorld({ timeoutMs: 1_500 });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Fault)) throw new Error(`a fault was expected, got ${inspect(error)}`);
  return error;
}

describe("accounts", () => {
  test("are the parent and its subaccounts, not the closed ones", async () => {
    world.standIn.state.account(world.notifications).status = "closed";
    const accounts = await world.twilio.accounts();
    expect(accounts.map(({ friendlyName }) => friendlyName).sort()).toEqual([
      "Acme Communications",
      "Acme Support Desk",
      "Acme Verify",
      "Acme Voice EU",
    ]);
    expect(accounts.filter(({ isParent }) => isParent).map(({ sid }) => sid)).toEqual([world.parentSid]);
  });

  test("of strangers are undefined", async () => {
    expect(await world.twilio.account(newSid("AC") as AccountSid)).toBeUndefined();
  });

  test("keep their name for a heading while Twilio is down", async () => {
    await world.twilio.facts(world.voiceEu);
    world.clock.pass(60_000);
    world.standIn.inject({ on: "request", path: /./, times: 9, fault: { kind: "status", status: 500 } });
    expect((await world.twilio.facts(world.voiceEu)).friendlyName).toBe("Acme Voice EU");
  });

  test("show a suspension at once where it was made", async () => {
    expect((await world.twilio.facts(world.voiceEu)).status).toBe("active");
    await (await accountOf(world.twilio, world.voiceEu)).setStatus("suspended");
    expect((await world.twilio.facts(world.voiceEu)).status).toBe("suspended");
  });
});

describe("credentials", () => {
  test("are the parent's on api.twilio.com and the subaccount's own elsewhere", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    await Promise.all([account.fetch(), account.listKeys(), account.countPhoneNumbers(), account.countLiveCalls()]);
    await account.readVoicePermissions(["LV"]);
    await account.readMessagingPermissions(["LV", "US"]);
    for (const { host, accountSid } of world.standIn.requests) {
      expect([host, accountSid]).toEqual([host, host === "api.twilio.com" ? world.parentSid : world.voiceEu]);
    }
    expect(new Set(world.standIn.requests.map(({ host }) => host)).size).toBe(3);
  });

  test("reach what stays reachable of a suspended subaccount", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    await account.setStatus("suspended");
    expect(await account.listKeys()).toHaveLength(2);
    expect((await faultOf(account.readVoicePermissions(["LV"]))).kind).toBe("unauthorised");
  });

  test("that another replica rotated are read again when our own call is refused", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    await account.readVoiceInheritance();
    world.standIn.state.account(world.voiceEu).authToken = newToken();
    expect(await account.readVoiceInheritance()).toBe(true);
  });

  test("never promote a second time with credentials that were read again", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    await account.createSecondaryToken();
    const state = world.standIn.state.account(world.voiceEu);
    state.authToken = newToken();
    expect((await faultOf(account.promoteSecondaryToken())).kind).toBe("unauthorised");
    expect(state.secondaryToken).not.toBeNull();
  });
});

describe("what fails", () => {
  test.each([
    [401, "unauthorised"],
    [404, "not-found"],
    [400, "rejected"],
    [403, "rejected"],
    [429, "rate-limited"],
    [500, "unavailable"],
    [503, "unavailable"],
  ] as const)("with %i is a fault of kind %s", async (status, kind) => {
    world.standIn.inject({ on: "request", path: /Keys/, times: 9, fault: { kind: "status", status } });
    const account = await accountOf(world.twilio, world.voiceEu);
    const fault = await faultOf(account.listKeys());
    expect(fault.kind).toBe(kind);
    expect(fault.message).toContain(`/Accounts/${world.voiceEu}/Keys.json`);
  });

  test("without an answer is a time-out, in less time than one call may take", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    world.standIn.inject({ on: "request", path: /Keys/, times: 9, fault: { kind: "no-answer-before" } });
    const startedAtMs = performance.now();
    expect((await faultOf(account.listKeys())).kind).toBe("timeout");
    expect(performance.now() - startedAtMs).toBeLessThan(4_000);
  });

  test("with a cut connection is unavailable", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    world.standIn.inject({ on: "request", path: /Keys/, times: 9, fault: { kind: "no-answer-before", cut: true } });
    expect((await faultOf(account.listKeys())).kind).toBe("unavailable");
  });

  test("tells Twilio's words and code", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    const fault = await faultOf(account.promoteSecondaryToken());
    expect(fault).toMatchObject({ kind: "not-found", code: "20404" });
  });

  test("holds no credential, however it is printed", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    await account.readVoiceInheritance();
    const faults: Fault[] = [];
    for (const kind of ["no-answer-before", "no-answer-after"] as const) {
      world.standIn.inject({ on: "request", path: /Secondary/, fault: { kind, cut: true } });
      faults.push(await faultOf(account.createSecondaryToken()));
    }
    world.standIn.inject({ on: "request", path: /Secondary/, fault: { kind: "status", status: 401 } });
    world.standIn.inject({ on: "request", path: /Accounts/, fault: { kind: "status", status: 401 } });
    faults.push(await faultOf(account.createSecondaryToken()));
    const printed = faults
      .map((fault) => inspect(fault, { depth: 9 }) + JSON.stringify(fault) + fault.stack)
      .join("\n");
    for (const secret of world.secrets()) {
      expect(printed).not.toContain(secret);
      expect(printed).not.toContain(Buffer.from(`${world.voiceEu}:${secret}`).toString("base64"));
    }
    expect(printed).not.toContain("Basic ");
  });
});

describe("repeating", () => {
  test("a read that met 5xx, a cut or 429 is invisible", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    for (const status of [500, 429]) {
      world.standIn.inject({ on: "request", path: /Keys/, times: 2, fault: { kind: "status", status } });
      expect(await account.listKeys()).toHaveLength(2);
    }
    world.standIn.inject({ on: "request", path: /Keys/, fault: { kind: "no-answer-before", cut: true } });
    expect(await account.listKeys()).toHaveLength(2);
  });

  test("a write is repeated after 429 alone, since that was never processed", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    world.standIn.inject({ on: "request", path: /Secondary/, method: "POST", fault: { kind: "status", status: 429 } });
    await account.createSecondaryToken();
    world.newRequests();
    world.standIn.inject({
      on: "request",
      path: /Secondary/,
      method: "POST",
      fault: { kind: "status", status: 503, after: true },
    });
    expect((await faultOf(account.createSecondaryToken())).kind).toBe("unavailable");
    expect(world.newRequests()).toHaveLength(1);
  });

  test("waits as long as Twilio asks, and gives up at once when that is too long", async () => {
    const account = await accountOf(world.twilio, world.voiceEu);
    const limited = { kind: "status", status: 429, retryAfterSeconds: 1 } as const;
    world.standIn.inject({ on: "request", path: /Keys/, fault: limited });
    const startedAtMs = performance.now();
    await account.listKeys();
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(1_000);
    world.standIn.inject({ on: "request", path: /Keys/, fault: { ...limited, retryAfterSeconds: 60 } });
    expect(await faultOf(account.listKeys())).toMatchObject({ kind: "rate-limited", retryAfterMs: 60_000 });
  });
});

test("the environment moves no request elsewhere", async () => {
  vi.stubEnv("TWILIO_REGION", "au1");
  vi.stubEnv("TWILIO_EDGE", "sydney");
  vi.stubEnv("TWILIO_ACCOUNT_SID", newSid("AC"));
  vi.stubEnv("TWILIO_CA_BUNDLE", "no-such-file");
  vi.stubEnv("TWILIO_LOG_LEVEL", "debug");
  vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:9");
  const printed = vi.spyOn(console, "log");
  const sdk = createTwilioSdk({ apiBaseUrl: world.standIn.url });
  const client = await sdk.client(world.parentSid, new Secret(world.acme.parent.authToken));
  expect((await client.api.v2010.accounts(world.parentSid).fetch()).sid).toBe(world.parentSid);
  expect(world.standIn.requests.at(-1)?.host).toBe("api.twilio.com");
  expect(printed).not.toHaveBeenCalled();
  expect(client.httpClient.axios.defaults.httpsAgent.constructor.name).toBe("Agent");
  printed.mockRestore();
});

test("the SDK keeps no request with its credentials", async () => {
  const client = await world.credentials.clientOf(world.voiceEu);
  await client.api.v2010.accounts(world.voiceEu).fetch();
  expect(client.httpClient.lastRequest).toBeUndefined();
  expect(client.httpClient.lastResponse).toBeUndefined();
});

describe("usage", () => {
  const query = {
    period: "today",
    category: null,
    startDate: null,
    endDate: null,
    includeSubaccounts: false,
  } as const;

  test("is numbers, one row for each category", async () => {
    const rows = await world.twilio.usage({ ...query, accountSid: world.voiceEu, period: "yesterday" });
    const total = rows.find(({ category }) => category === "totalprice");
    expect(total?.spendUsd).toBeGreaterThan(1);
    for (const row of rows) expect([row.spendUsd, row.usage, row.count].every(Number.isFinite)).toBe(true);
    expect(total?.startDate).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  test("is read page by page, and as one row for each category over a range", async () => {
    const dates = { startDate: "2026-01-01", endDate: "2026-02-28" } as const;
    const asked = { ...query, ...dates, accountSid: world.voiceEu };
    const whole = await world.twilio.usage({ ...asked, period: "range" });
    const before = world.standIn.requests.length;
    const daily = await world.twilio.usage({ ...asked, period: "daily" });
    expect(daily).toHaveLength(whole.length * 59);
    expect(world.standIn.requests.length - before).toBe(Math.ceil(daily.length / 1_000));
    expect(new Set(daily.map(({ category, startDate }) => `${category} ${startDate}`)).size).toBe(daily.length);
    const countOf = (rows: typeof daily) =>
      rows.reduce((sum, row) => sum + (row.category === "calls-outbound" ? row.count : 0), 0);
    expect(countOf(daily)).toBe(countOf(whole));
  });

  test("of the parent includes its subaccounts when asked", async () => {
    const only = { ...query, accountSid: world.parentSid, category: "totalprice", period: "last-month" } as const;
    const [own] = await world.twilio.usage(only);
    const [all] = await world.twilio.usage({ ...only, includeSubaccounts: true });
    expect(all?.spendUsd).toBeGreaterThan((own?.spendUsd ?? 0) * 2);
  });

  test.each([
    ["daily", "2026-01-05", "2026-01-11", 7],
    ["monthly", "2026-01-01", "2026-03-31", 3],
    ["yearly", "2026-01-01", "2026-12-31", 1],
    ["this-month", null, null, 1],
    ["all-time", null, null, 1],
  ] as const)("%s answers one row for each period", async (period, startDate, endDate, count) => {
    const accountSid = world.voiceEu;
    const rows = await world.twilio.usage({
      ...query,
      accountSid,
      period,
      category: "calls-outbound",
      startDate,
      endDate,
    });
    expect(rows).toHaveLength(count);
    if (startDate !== null) expect(rows.map((row) => row.startDate).sort()[0]).toBe(startDate);
  });
});

test("destinations are countries of outbound calls, live ones counted apart, with each number once", async () => {
  const { state } = world.standIn;
  const account = state.account(world.voiceEu);
  state.calls.clear();
  const call = (to: string, ageMs: number) => {
    const placed = placeCall(state, account, { to, from: "+442079460101", timeLimitMs: 600_000 });
    placed.createdAtMs -= ageMs;
    return placed;
  };
  for (const to of ["+37120000001", "+37120000002", "+14165550101"]) call(to, 30_000);
  call("+37120000003", 0);
  // Of this morning: not asked for.
  state.endCall(call("+37120000004", 0), "completed", 0);
  for (const old of state.calls.values()) if (old.to.endsWith("4")) old.startedAtMs = world.clock.now() - 5 * 3_600_000;
  await world.standIn.evaluate();
  const seen = await world.twilio.recentDestinations(world.voiceEu, "calls", world.clock.now() - 3_600_000);
  expect([...seen.byCountry]).toEqual([
    ["LV", 3],
    ["CA", 1],
  ]);
  expect(seen.live).toBe(4);
  // The ones of this morning are not among them.
  expect(seen.numbers.map(({ number, country }) => `${country} ${number}`).sort()).toEqual([
    "CA +14165550101",
    "LV +37120000001",
    "LV +37120000002",
    "LV +37120000003",
  ]);
  const account2 = await accountOf(world.twilio, world.voiceEu);
  expect(await account2.countLiveCalls()).toBe(4);
  expect(seen.isCut).toBe(false);

  // More than one read holds.
  for (let more = 0; more < 1_000; more += 1) {
    const ended = call("+37120000005", 0);
    ended.startedAtMs = world.clock.now();
    state.endCall(ended, "completed", 0);
  }
  const flood = await world.twilio.recentDestinations(world.voiceEu, "calls", world.clock.now() - 3_600_000);
  expect(flood.isCut).toBe(true);
});
