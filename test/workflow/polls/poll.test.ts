import { expect, test } from "vitest";
import { Secret } from "../../../src/lib/secret.ts";
import { newSid } from "../../../src/sandbox/twilio/sids.ts";
import { debuggerWebhook } from "../../../src/signal/debugger.ts";
import { POLL_IDS } from "../../../src/workflow/polls/contract.ts";
import { HOUR_MS, MINUTE_MS, type PollStage, pollStage } from "./stage.ts";

/** Errors in the account's Debugger, one every so often from now on, as the clock goes. */
function errorsOver({ world, account, pass }: PollStage, count: number, everyMs: number): void {
  for (let error = 0; error < count; error += 1) {
    world.standIn.state.raiseError(account, "32202");
    pass(everyMs);
  }
}

test("accounts: each gets its polls, its learning and its upkeep, spread, and only what it lacks", async () => {
  const { poll, store, world, account, pass } = await pollStage();
  await store.outbox.add({ job: "poll", key: `usage.${account}`, dueAtMs: world.clock.now() + HOUR_MS }, 0);
  expect(await poll("accounts")).toBe(MINUTE_MS);
  const nowMs = world.clock.now();
  const accounts = await world.twilio.records.accounts();
  const rows = await store.outbox.takeDue(nowMs + 2 * HOUR_MS, 0, 1_000);
  expect(rows).toHaveLength(accounts.length * (POLL_IDS.length + 2));
  expect(rows.find(({ key }) => key === `usage.${account}`)?.dueAtMs).toBe(nowMs + HOUR_MS);
  expect(new Set(rows.map(({ dueAtMs }) => dueAtMs)).size).toBeGreaterThan(accounts.length * 5);
  pass(MINUTE_MS);
  await poll("accounts");
  const again = await store.outbox.takeDue(nowMs + 2 * HOUR_MS, 0, 1_000);
  expect(again.map(({ wanted }) => wanted)).toEqual(rows.map(({ wanted }) => wanted));
});

test("a closed account is forgotten, and its polls do not come back", async () => {
  const { poll, store, world, account, pass } = await pollStage();
  await poll("usage");
  expect(await poll("calls")).toBeGreaterThan(0);
  world.standIn.state.setStatus(account, "closed");
  pass(2 * MINUTE_MS);
  expect(await poll("usage")).toBeNull();
  await poll("accounts");
  expect((await store.polls.progress()).filter(({ accountSid }) => accountSid === account)).toEqual([]);
});

test("each account keeps its own place within the period, also when it was read late", async () => {
  const { poll, world, pass } = await pollStage();
  const first = world.clock.now() + ((await poll("events")) ?? 0);
  pass(first - world.clock.now() + 25_000);
  expect(world.clock.now() + ((await poll("events")) ?? 0)).toBe(first + MINUTE_MS);
});

test("a change is read as the account itself, told once though it is read again and again, and wishes for detection", async () => {
  const { poll, store, world, account, pass, signals, wishes } = await pollStage();
  const client = await world.credentials.clientOf(account);
  await client.api.v2010.accounts(account).newKeys.create({ friendlyName: "theirs" });
  await poll("events");
  expect(wishes()).toEqual([`detect.${account}`]);
  const wished = await store.outbox.load("detect", account);
  expect(wished?.dueAtMs).toBeNull();
  pass(MINUTE_MS);
  await poll("events");
  expect(wishes()).toEqual([]);
  expect((await store.outbox.load("detect", account))?.wanted).toBe(wished?.wanted);
  const changes = Object.entries(await signals()).filter(([series]) => series.startsWith("change:"));
  expect(changes).toEqual([[expect.stringMatching(/^change:AE/), 1]]);
});

test("errors that the debugger webhook told already are not counted again by the poll, nor the other way round", async () => {
  const { poll, store, world, account, pass, signals } = await pollStage();
  const told = (sid: string, atMs: number) => {
    const delivery = debuggerWebhook.parse({
      fields: {
        Sid: sid,
        AccountSid: account,
        Level: "ERROR",
        Timestamp: new Date(atMs).toISOString(),
        Payload: JSON.stringify({ error_code: "32202" }),
      },
      headers: {},
      receivedAtMs: world.clock.now(),
    });
    if (!delivery.ok) throw new Error(delivery.reason);
    return store.signals.keep(delivery.received, world.clock.now());
  };
  const [first, second] = [1, 2].map(() => world.standIn.state.raiseError(account, "32202"));
  if (first === undefined || second === undefined) throw new Error("no errors");
  await told(first.sid, first.createdAtMs);
  pass(MINUTE_MS);
  await poll("alerts");
  expect(await told(second.sid, second.createdAtMs)).toEqual([]);
  expect(await signals()).toEqual({ "error:32202": 2 });
});

test("after an hour without us the next read finds what happened meanwhile, once", async () => {
  const stage = await pollStage();
  const { poll, world, account, pass, signals } = stage;
  for (const id of ["usage", "events", "alerts", "calls"]) await poll(id);
  const before = await signals();
  // Nobody listens for an hour: a burst of errors, a new key, and calls.
  pass(10 * MINUTE_MS);
  errorsOver(stage, 60, 1_000);
  const client = await world.credentials.clientOf(account);
  await client.api.v2010.accounts(account).newKeys.create({ friendlyName: "theirs" });
  const [number] = world.standIn.state.numbersOf(account);
  for (let call = 0; call < 5; call += 1) {
    await client.api.v2010.accounts(account).calls.create({
      to: `+331234567${10 + call}`,
      from: number?.phoneNumber ?? "",
      url: "https://example.com/twiml",
    });
  }
  pass(50 * MINUTE_MS);
  await world.standIn.evaluate();
  for (let round = 0; round < 2; round += 1) {
    for (const id of ["usage", "events", "alerts", "calls"]) await poll(id);
    pass(MINUTE_MS);
  }
  const after = await signals();
  const more = (series: string) => (after[series] ?? 0) - (before[series] ?? 0);
  expect(more("error:32202")).toBe(60);
  expect(Object.keys(after).filter((series) => series.startsWith("change:"))).toHaveLength(1);
  expect(more("reading:calls-outbound")).toBeGreaterThan(0);
  const readings = (await stage.store.signals.bucketsSince(account, 0)).flatMap(({ last }) =>
    last.kind === "traffic-reading" ? [...last.destinations] : [],
  );
  expect(readings.find(({ country }) => country === "FR")?.count).toBe(5);
});

test("429: the account's polls wait as long as Twilio asks, other accounts' go on", async () => {
  const { poll, store, world, account, pass } = await pollStage();
  await poll("events");
  world.newRequests();
  world.standIn.inject({
    on: "request",
    path: /\/v1\/Events/,
    times: 3,
    fault: { kind: "status", status: 429, retryAfterSeconds: 90 },
  });
  pass(MINUTE_MS);
  expect(await poll("events")).toBe(90_000);
  expect((await store.polls.load(account)).get("events")).toMatchObject({ failures: 1, paused: null });
  world.newRequests();
  expect(await poll("alerts")).toBeGreaterThanOrEqual(90_000);
  expect(world.newRequests()).toEqual([]);
  world.standIn.clearFaults();
  expect(await poll("events", world.notifications)).toBeLessThanOrEqual(MINUTE_MS);
  expect(await poll("usage")).toBeLessThanOrEqual(2 * MINUTE_MS);
  pass(100_000);
  await poll("events");
  expect((await store.polls.load(account)).get("events")).toMatchObject({ failures: 0, okAtMs: world.clock.now() });
});

test("a reading that was told is the only one of its minute, and what came after it is in the next one", async () => {
  const { poll, store, world, account, pass } = await pollStage();
  const [number] = world.standIn.state.numbersOf(account);
  const client = await world.credentials.clientOf(account);
  const call = (to: string) =>
    client.api.v2010.accounts(account).calls.create({
      to,
      from: number?.phoneNumber ?? "",
      url: "https://example.com/twiml",
    });
  const callsToFrance = async () => {
    await store.signals.fold(account, world.clock.now());
    const all = (await store.signals.bucketsSince(account, 0)).flatMap(({ last }) =>
      last.kind === "traffic-reading" ? [...last.destinations] : [],
    );
    return all.filter(({ country }) => country === "FR").reduce((sum, { count }) => sum + count, 0);
  };
  pass(MINUTE_MS - (world.clock.now() % MINUTE_MS));
  await poll("calls");
  await call("+33123456710");
  pass(MINUTE_MS + 10_000);
  await poll("calls");
  expect(await callsToFrance()).toBe(1);
  await call("+33123456711");
  const before = (await store.polls.load(account)).get("calls");
  world.newRequests();
  pass(20_000);
  const wait = (await poll("calls")) ?? 0;
  expect(wait).toBeGreaterThanOrEqual(30_000);
  expect(wait).toBeLessThan(40_000);
  expect(world.newRequests()).toEqual([]);
  expect((await store.polls.load(account)).get("calls")).toEqual(before);
  pass(wait);
  await poll("calls");
  expect(await callsToFrance()).toBe(2);
});

test("without a word from Twilio the wait doubles from failure to failure, and is never shorter than that of a read that works", async () => {
  const { poll, world, pass } = await pollStage();
  await poll("usage");
  pass(MINUTE_MS);
  const waits: (number | null)[] = [];
  for (let failure = 0; failure < 6; failure += 1) {
    world.standIn.inject({
      on: "request",
      path: /Usage\/Records/,
      times: 10,
      fault: { kind: "status", status: 503 },
    });
    waits.push(await poll("usage"));
    pass(waits.at(-1) ?? 0);
  }
  expect(waits).toEqual([60_000, 60_000, 60_000, 60_000, 80_000, 160_000]);
});

test("a suspended account: what needs its own credentials waits, the rest goes on, and afterwards nothing is missing", async () => {
  const { poll, store, world, account, pass, signals } = await pollStage();
  await poll("events");
  const client = await world.credentials.clientOf(account);
  await client.api.v2010.accounts(account).newKeys.create({ friendlyName: "theirs" });
  world.standIn.state.setStatus(account, "suspended");
  pass(2 * MINUTE_MS);
  world.newRequests();
  await poll("events");
  await poll("alerts");
  expect(world.newRequests().filter((request) => request.includes("monitor."))).toEqual([]);
  expect((await store.polls.load(account)).get("events")).toMatchObject({ paused: "suspended", failures: 0 });
  await poll("usage");
  expect((await store.polls.load(account)).get("usage")).toMatchObject({ paused: null, okAtMs: world.clock.now() });
  pass(HOUR_MS);
  world.standIn.state.setStatus(account, "active");
  pass(2 * MINUTE_MS);
  await poll("events");
  expect((await store.polls.load(account)).get("events")).toMatchObject({ paused: null });
  expect(Object.keys(await signals()).filter((series) => series.startsWith("change:"))).toHaveLength(1);
});

test("refused credentials: asked again seldom, since each refusal is an error in the customer's own Debugger", async () => {
  const { poll, store, world, account } = await pollStage();
  await poll("usage");
  world.standIn.inject({ on: "request", path: /\/v1\//, times: 10, fault: { kind: "status", status: 401 } });
  expect(await poll("events")).toBe(15 * MINUTE_MS);
  expect((await store.polls.load(account)).get("events")).toMatchObject({ paused: "refused", failures: 1 });
  world.newRequests();
  await poll("alerts");
  expect(world.newRequests()).toEqual([]);
});

test("a rotated token is read again and the poll goes on; that nobody here rotated it is told", async () => {
  const { poll, store, world, account, pass } = await pollStage();
  await poll("events");
  world.standIn.state.account(account).authToken = "f".repeat(32);
  pass(MINUTE_MS);
  await poll("events");
  expect((await store.polls.load(account)).get("events")).toMatchObject({ failures: 0, paused: null });
  expect(world.tokenChanges).toEqual([account]);
  world.credentials.adopt(account, new Secret("f".repeat(32)));
  expect(world.tokenChanges).toEqual([account]);
});

test("usage: over midnight the day begins anew, and each hour gets what came in it", async () => {
  const { poll, store, world, account, signals } = await pollStage();
  const midnight = Math.ceil(world.clock.now() / (24 * HOUR_MS)) * 24 * HOUR_MS;
  world.clock.pass(midnight - 30 * MINUTE_MS - world.clock.now());
  await poll("usage");
  world.clock.pass(29 * MINUTE_MS);
  await poll("usage");
  world.clock.pass(31 * MINUTE_MS);
  await poll("usage");
  const hours = await store.baselines.hoursSince(account, midnight / HOUR_MS - 1);
  expect([...new Set(hours.map(({ hour }) => hour - midnight / HOUR_MS))].sort()).toEqual([-1, 0]);
  expect(hours.every(({ spendUsd, count, units }) => spendUsd >= 0 && count >= 0 && units >= 0)).toBe(true);
  await signals();
  const folded = (await store.signals.bucketsSince(account, 0)).flatMap(({ last }) =>
    last.kind === "usage-reading" ? [last.day] : [],
  );
  expect(new Set(folded).size).toBe(2);
});

test("one-time codes are read where they are used, each in one reading, when people had time to type them", async () => {
  const { poll, store, world, account, pass } = await pollStage();
  const send = (count: number, hasConverted: boolean) => {
    for (let attempt = 0; attempt < count; attempt += 1) {
      world.standIn.state.addAttempt({
        sid: newSid("VL"),
        accountSid: account,
        serviceSid: newSid("VA"),
        to: "+37125550123",
        country: "LV",
        channel: "sms",
        hasConverted,
        createdAtMs: world.clock.now(),
      });
    }
  };
  const read = (day: string) => ({ day, readAtMs: world.clock.now(), amounts: {} });
  const verify = world.clock.now();
  const after = {
    upToMs: verify,
    okAtMs: verify,
    failures: 0,
    paused: null,
    memory: { read: read("2026-11-21"), grewAtMs: { calls: null, messages: null, verify } },
  };
  await store.polls.save("usage", account, {
    before: null,
    after,
    received: [],
    hours: [],
    followUps: [],
    atMs: verify,
  });
  send(20, false);
  await poll("conversions");
  pass(4 * MINUTE_MS);
  send(10, true);
  for (let round = 0; round < 4; round += 1) {
    pass(5 * MINUTE_MS);
    await poll("conversions");
  }
  await store.signals.fold(account, world.clock.now());
  const readings = (await store.signals.bucketsSince(account, 0)).flatMap(({ last }) =>
    last.kind === "conversion-reading" ? [last] : [],
  );
  for (const country of [null, "LV"]) {
    const own = readings.filter((reading) => reading.country === country);
    expect(own.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(30);
    expect(own.reduce((sum, { converted }) => sum + converted, 0)).toBe(10);
  }
});

test("messages are not read while usage says that none are sent", async () => {
  const { poll, world, account } = await pollStage();
  await poll("usage");
  world.newRequests();
  await poll("messages");
  await poll("conversions");
  expect(world.newRequests().filter((request) => request.includes(account))).toEqual([]);
});

test("while nobody can say which accounts there are, polls wait and none of them is in trouble of its own", async () => {
  const { poll, store, world, account, pass } = await pollStage();
  await poll("usage");
  world.standIn.inject({ on: "request", path: /Accounts\.json/, times: 100, fault: { kind: "status", status: 400 } });
  pass(2 * MINUTE_MS);
  await expect(poll("accounts")).rejects.toMatchObject({ kind: "rejected" });
  expect(await poll("usage")).toBeGreaterThanOrEqual(MINUTE_MS);
  expect((await store.polls.load(account)).get("usage")).toMatchObject({ failures: 0 });
});
