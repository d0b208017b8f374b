import { expect, test } from "vitest";
import type { Json } from "../../src/audit/envelope.ts";
import type { OurChange } from "../../src/detection/contract.ts";
import { oursAmong } from "../../src/detection/ours.ts";
import { evolveRun, noRun, type Run, type RunEvent } from "../../src/remediation/run.ts";
import type { ChangeSignal } from "../../src/signal/contract.ts";
import { changesOfRun, createOursOf } from "../../src/workflow/ours.ts";
import { grantFixture } from "../support/grants.ts";
import { change } from "../support/signals.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const isOurs = (one: ChangeSignal, ours: readonly OurChange[]) => oursAmong([one], ours).has(one);

function oursOf({ executor, machines, store }: House) {
  return createOursOf({ executor, machines, incidents: store.incidents, setup: store.setup });
}

test("what a run did is explained from a minute before it until a quarter of an hour after, and what others did is not", async () => {
  const h = await house();
  const incident = await h.raise();
  const about = (type: string, resourceSid: string | null = null, atMs = h.world.clock.now()) =>
    change({ accountSid: h.account, type, resourceSid, atMs, source: "api" });
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
  const promotions = ["1", "2"].map((id) =>
    change({ accountSid: h.account, type: "account-auth-token.promoted", source: "api", atMs: startedAtMs }, id),
  );
  expect([...oursAmong(promotions, ours)]).toHaveLength(1);
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
  const geo = (isOpening: boolean) => {
    const type = "voice-geographic-permissions.updated";
    return change({ type, countries: ["LV"], isOpening, source: "api", atMs: nowMs + 30 * MINUTE });
  };
  expect(isOurs(geo(false), ours)).toBe(true);
  expect(isOurs(geo(true), ours)).toBe(false);
});

/** A run that did this, a second after the other. */
function runOf(changes: Parameters<typeof grantFixture>[0], ...events: readonly RunEvent[]): Run {
  const started: RunEvent = { type: "run-started", grant: grantFixture(changes), atMs: 1_000 };
  return [started, ...events].reduce(evolveRun, noRun);
}

const step = (name: string, data: Json = null): RunEvent => ({
  type: "run-step-recorded",
  step: name,
  data,
  atMs: 2_000,
});
const done: RunEvent = { type: "run-done", evidence: [], captured: null, atMs: 3_000 };

test("a rotation explains as many tokens as its steps say, and no promotion before it promotes", () => {
  const rotation = (...events: readonly RunEvent[]) =>
    runOf({ remediation: "rotate-auth-token", params: {} }, ...events);
  const atMost = (run: Run) => {
    const { atMost: most } = changesOfRun(run)[0] ?? {};
    return [most?.["account-auth-token.secondary-created"], most?.["account-auth-token.promoted"]];
  };
  const once = [step("secondary-deleted"), step("secondary-created"), step("secondary-stored")];
  expect(atMost(rotation(step("secondary-deleted")))).toEqual([1, 0]);
  expect(atMost(rotation(...once, step("promoting"), done))).toEqual([1, 1]);
  // The answer was lost, the secondary was deleted, and it began again.
  expect(atMost(rotation(...once, step("promoting"), ...once, step("promoting"), done))).toEqual([2, 1]);
  const refused: RunEvent = { ...done, type: "run-refused", grant: grantFixture(), reason: "no sink" };
  expect(atMost(rotation(...once, refused))).toEqual([1, 0]);
  expect(changesOfRun(rotation(refused))).toEqual([]);
  const ends = (run: Run) => changesOfRun(run)[0]?.endsCredentials;
  expect(ends(rotation(...once))).toBe(false);
  expect(ends(rotation(...once, step("promoting"), refused))).toBe(false);
  expect(ends(rotation(...once, step("promoting"), done))).toBe(true);
});

test("a restore explains the countries that stood open before, and closing them explains none", () => {
  const row = { lowRisk: true, highRiskSpecial: false, highRiskTollfraud: false };
  const shut = { lowRisk: false, highRiskSpecial: false, highRiskTollfraud: false };
  const params = {
    inherited: false,
    voice: [
      { country: "LV", ...row },
      { country: "US", ...row },
      { country: "SO", ...shut },
    ],
    messaging: [
      { country: "LV", enabled: true },
      { country: "EE", enabled: false },
    ],
  };
  const [restored] = changesOfRun(runOf({ remediation: "restore-geo-regions", params }, done));
  expect(restored?.opens).toEqual({ calls: { only: ["LV", "US", "CA"] }, messages: { only: ["LV"] } });

  // Each writes its step down before it tries.
  const refused: RunEvent = { ...done, type: "run-refused", grant: grantFixture(), reason: "no" };
  const restoring = runOf({ remediation: "restore-geo-regions", params }, step("restoring"), refused);
  expect(changesOfRun(restoring)[0]?.opens).toEqual({ calls: { only: [] }, messages: { only: [] } });

  const closing = (inherited: boolean, end: RunEvent = done) => {
    const closed = step("closing", { ...params, inherited });
    return changesOfRun(runOf({ remediation: "disable-geo-regions", params: { countries: ["LV"] } }, closed, end))[0];
  };
  expect(closing(true, refused)?.opens).toEqual({ calls: { only: [] }, messages: { only: [] } });
  expect(closing(false)?.opens).toEqual({ calls: { only: [] }, messages: { only: [] } });
  expect(closing(true)?.opens).toEqual({ calls: { allBut: ["LV"] }, messages: { only: [] } });
});
