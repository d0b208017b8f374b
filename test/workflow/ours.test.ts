import { expect, test } from "vitest";
import { isOurs } from "../../src/detection/ours.ts";
import { createOursOf } from "../../src/workflow/ours.ts";
import { change } from "../support/signals.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function oursOf({ executor, machines, store }: House) {
  return createOursOf({ executor, machines, incidents: store.incidents, setup: store.setup });
}

test("what a run did is explained from a minute before it until a quarter of an hour after, and what others did is not", async () => {
  const h = await house();
  const incident = await h.raise();
  const about = (type: string, resourceSid: string | null = null, atMs = h.world.clock.now()) =>
    change({ accountSid: h.account, type, resourceSid, atMs });
  const nobodys = await oursOf(h)(h.account, h.world.clock.now() - 24 * HOUR);
  expect(nobodys).toEqual([]);

  await h.grant(incident, "rotate-auth-token");
  const deletion = await h.grant(incident, "delete-api-keys");
  const startedAtMs = h.world.clock.now();
  await h.settle();
  const ran = await h.run(deletion);
  expect(ran.status).toBe("done");
  const params = ran.status === "none" ? null : ran.grant.params;
  const keys = (params as { readonly keys: readonly string[] }).keys;

  const ours = await oursOf(h)(h.account, startedAtMs - 24 * HOUR);
  expect(ours.map(({ what }) => what)).toEqual([
    "Rotate the auth token",
    expect.stringMatching(/^Delete \d+ API keys?$/),
  ]);
  expect(isOurs(about("account-auth-token.promoted"), ours)).toBe(true);
  expect(isOurs(about("account-auth-token.promoted", null, startedAtMs - 5 * MINUTE), ours)).toBe(false);
  expect(isOurs(about("account-auth-token.promoted", null, startedAtMs + HOUR), ours)).toBe(false);
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) expect(isOurs(about("account-api-keys.deleted", key), ours)).toBe(true);
  expect(isOurs(about("account-keys.deleted", `SK${"9".repeat(32)}`), ours)).toBe(false);
  expect(isOurs(about("account-api-keys.created", `SK${"9".repeat(32)}`), ours)).toBe(false);

  expect(await oursOf(h)(h.world.notifications, startedAtMs - 24 * HOUR)).toEqual([]);
  expect(await oursOf(h)(h.account, startedAtMs + HOUR)).toEqual([]);
});

test("a run that is not over yet is explained too, and so is the upkeep of tripwires", async () => {
  const h = await house();
  const id = await h.grant(await h.raise(), "disable-geo-regions");
  const approval = await h.approval(id);
  if (approval.status !== "granted") throw new Error(`not granted: ${approval.status}`);
  const nowMs = h.world.clock.now();
  const because = { actor: { kind: "tollgate", part: "run" }, cause: "job" } as const;
  await h.executor.execute(h.machines.run, id, { type: "start", grant: approval.grant }, because);
  const upkeep = {
    what: "Renew usage triggers",
    fromMs: nowMs,
    toMs: nowMs + MINUTE,
    eventTypes: ["usage-trigger."],
    resourceSids: null,
  };
  await h.store.setup.noteChange(h.account, upkeep);

  const ours = await oursOf(h)(h.account, nowMs);
  expect(ours).toHaveLength(2);
  expect(ours).toContainEqual(upkeep);
  const geo = (isOpening: boolean) =>
    change({ type: "voice-geographic-permissions.updated", countries: ["LV"], isOpening, atMs: nowMs + 30 * MINUTE });
  expect(isOurs(geo(false), ours)).toBe(true);
  expect(isOurs(geo(true), ours)).toBe(false);
});
