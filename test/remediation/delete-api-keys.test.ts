import { afterEach, beforeEach, expect, test } from "vitest";
import type { Json } from "../../src/audit/envelope.ts";
import type { Field } from "../../src/remediation/contract.ts";
import { newSid, newToken } from "../../src/sandbox/twilio/sids.ts";
import { expectDone, remediation, type Stage, startStage } from "./stage.ts";

const action = remediation("delete-api-keys");
let stage: Stage;

beforeEach(async () => {
  stage = await startStage({ timeoutMs: 800 });
});
afterEach(() => stage.close());

function addKey(friendlyName: string, createdAtMs: number): string {
  const sid = newSid("SK");
  const key = {
    sid,
    accountSid: stage.voiceEu,
    friendlyName,
    secret: newToken(),
    kind: "standard",
    createdAtMs,
    updatedAtMs: createdAtMs,
  } as const;
  stage.standIn.state.keys.set(sid, key);
  return sid;
}

async function previewOf(account = stage.account) {
  const situation = stage.situation();
  const snapshot: Json = await action.read(account, situation);
  const preview = action.preview(snapshot, situation);
  return { snapshot, preview, keys: preview.fields.find((field) => field.id === "keys") };
}

function chooser(field: Field | undefined) {
  if (field?.kind !== "choose-many") throw new Error("a choice was expected");
  return field;
}

const confirmation = () => [stage.voiceEu.slice(-4)];

test("all keys are chosen at first, newest first, and those of the attack are marked", async () => {
  const planted = addKey("svc", stage.clock.now() - 5_000);
  const { preview, keys } = await previewOf();
  const field = chooser(keys);
  expect(field.initial).toHaveLength(3);
  expect(field.options[0]).toMatchObject({ value: planted, label: "svc (created after the first signal)" });
  expect(field.options[1]?.label).toBe("reporting");
  expect(preview.facts).toContainEqual({ label: "API keys", value: "3, of which 1 created after the first signal" });
});

test("a key made in the day before the first signal is marked too: a thief makes one before the money goes up", async () => {
  const { firstSignalAtMs } = stage.situation();
  const early = addKey("backup-service", firstSignalAtMs - 60_000);
  const { keys } = await previewOf();
  expect(chooser(keys).options.find(({ value }) => value === early)?.label).toBe(
    "backup-service (new: made in the 24 hours before)",
  );
});

test("the key that Tollgate runs on is not chosen by itself, and said", async () => {
  const own = addKey("tollgate", stage.clock.now() - 86_400_000);
  const { preview, keys } = await previewOf({ ...stage.account, ownKeySid: own });
  expect(chooser(keys).initial).not.toContain(own);
  expect(chooser(keys).options.find(({ value }) => value === own)?.label).toBe("tollgate (Tollgate's own key)");
  expect(preview.warnings.join()).toContain("Tollgate itself runs on one of these keys");
});

test("an approval is bound to whether our own key is among them", async () => {
  const own = addKey("tollgate", 0);
  const read = (ownKeySid: string | null) => action.read({ ...stage.account, ownKeySid }, stage.situation());
  const params = { keys: [own] };
  expect(action.bind(params, await read(own))).not.toEqual(action.bind(params, await read(null)));
});

test("only keys that were shown can be chosen, at least one, and with the confirmation", async () => {
  const { snapshot, keys } = await previewOf();
  const [first = ""] = chooser(keys).initial;
  expect(action.choose(snapshot, { keys: [first, newSid("SK")], confirmation: confirmation() })).toEqual({
    ok: true,
    params: { keys: [first] },
  });
  expect(action.choose(snapshot, { keys: [newSid("SK")], confirmation: confirmation() })).toMatchObject({
    ok: false,
    problems: { keys: expect.any(String) },
  });
  expect(action.choose(snapshot, { keys: [first] })).toMatchObject({
    ok: false,
    problems: { confirmation: expect.any(String) },
  });
});

test("without keys there is nothing to request", async () => {
  stage.standIn.state.keys.clear();
  const { preview } = await previewOf();
  expect(preview).toMatchObject({ blocked: expect.stringContaining("no API keys"), fields: [] });
});

test("above a hundred keys the newest are shown, and that it is not all", async () => {
  for (let count = 0; count < 120; count += 1) addKey(`key ${count}`, stage.clock.now() - count * 60_000);
  const { preview, keys } = await previewOf();
  expect(chooser(keys).options).toHaveLength(100);
  expect(preview.warnings.join()).toContain("Only the newest 100 of 122 keys");
});

test("a key that is gone already is a success, and the others are untouched", async () => {
  const [gone = "", kept = ""] = stage.standIn.state.keysOf(stage.voiceEu).map(({ sid }) => sid);
  stage.standIn.state.keys.delete(gone);
  expectDone(await action.run(stage.context(action, { keys: [gone] })));
  expect(stage.standIn.state.keysOf(stage.voiceEu).map(({ sid }) => sid)).toEqual([kept]);
});

test("keys that Twilio does not delete are named for a person", async () => {
  const [first, second] = stage.standIn.state.keysOf(stage.voiceEu);
  if (first === undefined || second === undefined) throw new Error("two keys were expected");
  stage.standIn.inject({
    on: "request",
    method: "DELETE",
    path: new RegExp(second.sid),
    times: 9,
    fault: { kind: "status", status: 403 },
  });
  const outcome = await action.run(stage.context(action, { keys: [first.sid, second.sid] }));
  expect(outcome).toMatchObject({
    status: "partly-done",
    evidence: [expect.stringMatching(/^1 key of 2 gone from Twilio's list \(read back .+ UTC\)$/)],
    remaining: [expect.stringContaining(`(${second.sid}) in the Console`)],
  });
  expect(stage.standIn.state.keys.has(first.sid)).toBe(false);
});

test("says how many in its sentence", () => {
  expect(action.describe({ keys: [newSid("SK")] })).toBe("Delete 1 API key");
  expect(action.describe({ keys: [newSid("SK"), newSid("SK")] })).toBe("Delete 2 API keys");
});
