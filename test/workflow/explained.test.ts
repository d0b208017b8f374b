import { expect, test } from "vitest";
import type { AccountSid } from "../../src/lib/id.ts";
import type { Signal } from "../../src/signal/contract.ts";
import { ON_SLACK } from "../support/roster.ts";
import { change, crossing, errors } from "../support/signals.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let deliveries = 0;

async function hears(h: House, signals: readonly Signal[], accountSid: AccountSid = h.account): Promise<void> {
  const received = signals.map((signal) => {
    deliveries += 1;
    return { sourceKey: `explained-${deliveries}`, signal: { ...signal, accountSid } };
  });
  const nowMs = h.world.clock.now();
  await h.store.signals.keep(received, nowMs);
  await h.store.outbox.add({ job: "detect", key: accountSid, dueAtMs: null }, nowMs);
  await h.settle();
}

async function open(h: House, accountSid: AccountSid = h.account): Promise<readonly string[]> {
  const ids = await h.store.incidents.unresolvedOf(accountSid);
  const incidents = await Promise.all(ids.map((id) => h.incident(id)));
  return incidents.flatMap((incident) => (incident.status === "none" ? [] : [incident.alert.threat]));
}

const total = (atMs: number) =>
  crossing({ atMs, triggerSid: `UT${"3".repeat(32)}`, category: "totalprice", value: 500 });

test("the whole account's spend is heard in the incident of the fraud that it is spent on, never the other way round", async () => {
  const h = await house();
  const other = h.world.notifications;
  await hears(h, [crossing({ atMs: h.world.clock.now() })]);
  await hears(h, [total(h.world.clock.now())], other);
  expect(await open(h)).toEqual(["toll-fraud"]);
  expect(await open(h, other)).toEqual(["spend-spike"]);

  // Hours later detection does not see any more what the incident began with.
  h.world.clock.pass(3 * HOUR);
  const nowMs = h.world.clock.now();
  await hears(h, [total(nowMs)]);
  expect(await open(h)).toEqual(["toll-fraud"]);
  await hears(h, errors("30450", 6, nowMs - MINUTE));
  expect(await open(h)).toEqual(["toll-fraud", "messaging-pumping"]);
  await hears(h, [crossing({ atMs: nowMs })], other);
  expect(await open(h, other)).toEqual(["spend-spike", "toll-fraud"]);
});

test("a country is opened, then calls go there: one incident that took the other in, unless somebody works on it", async () => {
  const h = await house();
  const opened = (accountSid: AccountSid) => {
    const atMs = h.world.clock.now();
    const type = "voice-geographic-permissions.updated";
    return hears(h, [change({ type, atMs, countries: ["LV"], isOpening: true })], accountSid);
  };
  const other = h.world.notifications;
  for (const accountSid of [h.account, other]) await opened(accountSid);
  expect(await open(h)).toEqual(["permission-opened"]);
  const [worked] = await h.store.incidents.unresolvedOf(other);
  if (worked === undefined) throw new Error("no incident");
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: worked });
  for (const accountSid of [h.account, other]) await hears(h, [crossing({ atMs: h.world.clock.now() })], accountSid);
  expect(await open(h)).toEqual(["toll-fraud"]);
  expect(await open(h, other)).toEqual(["permission-opened", "toll-fraud"]);
  const [id] = await h.store.incidents.unresolvedOf(h.account);
  expect(await h.incident(id ?? "")).toMatchObject({
    merged: [expect.any(String)],
    countries: expect.arrayContaining(["LV"]),
  });
});

test("what Tollgate does against a takeover opens nothing, and a key that somebody makes meanwhile is heard", async () => {
  const h = await house();
  await h.grant(await h.raise(), "rotate-auth-token");
  await h.settle();
  const atMs = h.world.clock.now();
  const promoted = change({
    type: "account-auth-token.promoted",
    resourceSid: h.account,
    atMs,
    source: "api",
    address: null,
  });
  await hears(h, [promoted, { kind: "token-changed", accountSid: h.account, atMs }, ...errors("20003", 40, atMs, 1)]);
  expect(await open(h)).toHaveLength(1);
  await hears(h, [change({ atMs }, "7")]);
  expect(await open(h)).toContain("account-takeover");
});
