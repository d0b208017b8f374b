import { expect, test } from "vitest";
import type { CallSignal } from "../../../src/signal/contract.ts";
import { MINUTE_MS, type PollStage, pollStage } from "./stage.ts";

const IDS = ["usage", "events", "alerts", "calls", "sources"] as const;

/** Polls every ten minutes, as many times. */
async function rounds({ poll, pass }: PollStage, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    for (const id of IDS) await poll(id);
    pass(10 * MINUTE_MS);
  }
}

async function quiet(stage: PollStage): Promise<readonly string[]> {
  return Object.keys(await stage.signals()).filter((series) => series.startsWith("quiet:"));
}

/** At noon, when its accounts have traffic. */
async function atNoon(): Promise<PollStage> {
  const stage = await pollStage();
  const dayMs = 24 * 60 * MINUTE_MS;
  const nowMs = stage.world.clock.now();
  stage.pass(Math.ceil(nowMs / dayMs) * dayMs + dayMs / 2 - nowMs);
  return stage;
}

test("the debugger webhook was heard before; errors go on and it is silent: that is told, and told once while it lasts", async () => {
  const stage = await atNoon();
  const { store, world, account } = stage;
  await store.polls.heard("debugger", account, world.clock.now());
  for (let warning = 0; warning < 3; warning += 1) {
    world.standIn.state.raiseError(account, "11200", { level: "warning" });
    stage.pass(1_000);
  }
  await rounds(stage, 3);
  expect(await quiet(stage)).toEqual([]);
  for (let error = 0; error < 3; error += 1) {
    world.standIn.state.raiseError(account, "11200");
    stage.pass(1_000);
  }
  await rounds(stage, 3);
  expect(await quiet(stage)).toEqual(["quiet:debugger"]);
});

test("errors while we were away are held against nobody", async () => {
  const stage = await atNoon();
  const { store, world, account } = stage;
  await store.polls.heard("debugger", account, world.clock.now());
  await rounds(stage, 2);
  for (let error = 0; error < 3; error += 1) {
    world.standIn.state.raiseError(account, "11200");
    stage.pass(20 * MINUTE_MS);
  }
  await rounds(stage, 3);
  expect(await quiet(stage)).toEqual([]);
});

test("a trigger of ours that fired, and no callback came", async () => {
  const stage = await atNoon();
  const { world, account } = stage;
  await rounds(stage, 2);
  const client = await world.credentials.parentClient();
  await client.api.v2010.accounts(account).usage.triggers.create({
    callbackUrl: `http://127.0.0.1:9/twilio/usage-trigger/${account}`,
    triggerValue: "0.01",
    usageCategory: "totalprice",
    triggerBy: "price",
    recurring: "daily",
  });
  await world.standIn.evaluate();
  await rounds(stage, 3);
  expect(await quiet(stage)).toEqual(["quiet:usage-trigger"]);
});

test("changes of an account cannot be read any more although it has traffic", async () => {
  const stage = await atNoon();
  const { world } = stage;
  await rounds(stage, 2);
  world.standIn.inject({ on: "request", path: /\/v1\/Events/, times: 1_000, fault: { kind: "status", status: 500 } });
  await rounds(stage, 4);
  expect(await quiet(stage)).toEqual(["quiet:poll-events"]);
});

test("Event Streams is missed only where it told of calls before", async () => {
  const stage = await atNoon();
  const { store, world, account } = stage;
  await rounds(stage, 1);
  const nowMs = world.clock.now();
  await store.polls.heard("events", account, nowMs);
  const client = await world.credentials.clientOf(account);
  const [number] = world.standIn.state.numbersOf(account);
  for (let call = 0; call < 5; call += 1) {
    stage.pass(3 * MINUTE_MS);
    await client.api.v2010.accounts(account).calls.create({
      to: "+33123456789",
      from: number?.phoneNumber ?? "",
      url: "https://example.com/twiml",
    });
  }
  await rounds(stage, 2);
  expect(await quiet(stage)).toEqual([]);
  const signal: CallSignal = {
    kind: "call",
    accountSid: account,
    atMs: nowMs,
    happened: "created",
    callSid: null,
    direction: "outbound",
    country: "FR",
    number: null,
    seconds: null,
  };
  await store.signals.keep([{ sourceKey: "call", signal }], nowMs);
  await store.signals.fold(account, nowMs);
  await rounds(stage, 1);
  expect(await quiet(stage)).toEqual(["quiet:events"]);
});
