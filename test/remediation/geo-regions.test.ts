import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Json } from "../../src/audit/envelope.ts";
import type { RunId } from "../../src/lib/id.ts";
import type { Field, Situation } from "../../src/remediation/contract.ts";
import { countries } from "../../src/sandbox/twilio/countries.ts";
import { accountOf } from "../twilio/world.ts";
import { carryOut, expectDone, remediation, type Stage, startStage } from "./stage.ts";

const disable = remediation("disable-geo-regions");
const restore = remediation("restore-geo-regions");
let stage: Stage;

beforeEach(async () => {
  stage = await startStage({ timeoutMs: 800 });
});
afterEach(() => stage.close());

const sub = () => stage.standIn.state.account(stage.voiceEu);
const parent = () => stage.standIn.state.account(stage.parentSid);
/** What the account may dial, country by country. */
const dialing = () =>
  Object.fromEntries([...countries.keys()].map((iso) => [iso, stage.standIn.state.dialingPermission(sub(), iso)]));
const OPEN = { lowRisk: true, special: true, tollfraud: true };
const SHUT = { lowRisk: false, special: false, tollfraud: false };

async function previewOf(changes: Partial<Situation> = {}, account = stage.account) {
  const situation = stage.situation(changes);
  const snapshot: Json = await disable.read(account, situation);
  const preview = disable.preview(snapshot, situation);
  return { snapshot, preview, field: preview.fields[0] };
}

function chooser(field: Field | undefined) {
  if (field?.kind !== "choose-many") throw new Error("a choice was expected");
  return field;
}

describe("what is proposed", () => {
  test("the countries that the traffic goes to are chosen and come first, then those with open risky ranges", async () => {
    parent().dialing["FR"] = OPEN;
    const { field, preview } = await previewOf({ suspectCountries: ["LV", "TN"] });
    expect(chooser(field).initial).toEqual(["LV", "TN"]);
    expect(
      chooser(field)
        .options.slice(0, 3)
        .map(({ label }) => label),
    ).toEqual(["Latvia (LV)", "Tunisia (TN)", "France (FR)"]);
    expect(chooser(field).options[2]?.description).toBe("Open: calls, premium ranges too, messages");
    expect(preview.warnings.join("\n")).toContain("Messages to Tunisia can be closed in the Console only.");
    expect(preview.warnings.join("\n")).toMatch(/Only 100 of \d+ open countries are listed/);
    expect(chooser(field).options).toHaveLength(100);
  });

  test("Canada stands under the United States, as in Twilio's dialing permissions", async () => {
    const { field } = await previewOf({ suspectCountries: ["CA"] });
    expect(chooser(field).initial).toEqual(["US"]);
    expect(chooser(field).options[0]?.label).toBe("United States and Canada (US)");
  });

  test("a suspect that is closed already is said and not offered", async () => {
    parent().dialing["LV"] = SHUT;
    sub().messaging["LV"] = false;
    const { field, preview } = await previewOf();
    expect(chooser(field).initial).toEqual([]);
    expect(preview.warnings).toContain("Closed already: Latvia.");
  });

  test("with every country closed there is nothing to request", async () => {
    for (const iso of countries.keys()) {
      parent().dialing[iso] = SHUT;
      sub().messaging[iso] = false;
    }
    expect((await previewOf()).preview).toMatchObject({ blocked: "Every country is closed already.", fields: [] });
  });

  test("at the parent it says that subaccounts are changed with it", async () => {
    const { preview } = await previewOf({}, await accountOf(stage.twilio, stage.parentSid));
    expect(preview.warnings.join()).toContain("every subaccount that uses its permissions");
  });

  test("an approval is bound to the present rows of the chosen countries, and to no others", async () => {
    const params = { countries: ["LV"] };
    const bound = async (changes: Partial<Situation> = {}) =>
      disable.bind(params, await disable.read(stage.account, stage.situation(changes)));
    const before = await bound();
    parent().dialing["FR"] = OPEN;
    expect(await bound({ suspectCountries: [] })).toEqual(before);
    parent().dialing["LV"] = OPEN;
    expect(await bound()).not.toEqual(before);
  });

  test("only countries that were open can be chosen", async () => {
    const { snapshot } = await previewOf();
    expect(disable.choose(snapshot, { countries: ["LV", "XX", "LV"] })).toEqual({
      ok: true,
      params: { countries: ["LV"] },
    });
    expect(disable.choose(snapshot, { countries: [] })).toMatchObject({ ok: false });
  });

  test("the sentence names up to three countries", () => {
    expect(disable.describe({ countries: ["LV"] })).toBe("Close calls and messages to Latvia");
    expect(disable.describe({ countries: ["EE", "LV", "TN"] })).toBe(
      "Close calls and messages to Estonia, Latvia and Tunisia",
    );
    expect(disable.describe({ countries: ["EE", "LT", "LV", "TN"] })).toBe(
      "Close calls and messages to 4 countries (EE, LT, LV, TN)",
    );
  });
});

describe("a subaccount that uses the parent's dialing permissions", () => {
  test("gets its own, equal to the parent's without the chosen countries, and the parent keeps its own", async () => {
    parent().dialing["FR"] = OPEN;
    parent().dialing["DE"] = SHUT;
    // An old table of its own, from before it inherited: must not come to life.
    sub().dialing = { CU: OPEN, DE: OPEN };
    const wanted = { ...dialing(), LV: SHUT };
    expectDone(await disable.run(stage.context(disable, { countries: ["LV"] })));
    expect(sub().inheritsDialing).toBe(false);
    expect(dialing()).toEqual(wanted);
    expect(parent().dialing["LV"]).toBeUndefined();
    expect(stage.standIn.state.mayMessage(sub(), "LV")).toBe(false);
    expect(stage.standIn.state.mayMessage(parent(), "LV")).toBe(true);
  });

  test("uses the parent's again after the undo, messages too", async () => {
    const before = dialing();
    const context = stage.context(disable, { countries: ["EE", "LV"] });
    const { captured } = expectDone(await disable.run(context));
    const situation = stage.situation({ undoOf: { runId: "a1" as RunId, captured } });
    const snapshot = await restore.read(stage.account, situation);
    expect(restore.preview(snapshot, situation).willHappen).toEqual([
      "Calls to Estonia and Latvia are possible again.",
      "The subaccount uses the parent's dialing permissions again.",
      "Messages to Estonia and Latvia are possible again.",
    ]);
    const chosen = restore.choose(snapshot, {});
    if (!chosen.ok) throw new Error("nothing to choose");
    expect(restore.describe(chosen.params)).toBe("Open calls and messages to Estonia and Latvia as before");
    expectDone(await restore.run(stage.context(restore, chosen.params)));
    expect(sub().inheritsDialing).toBe(true);
    expect(dialing()).toEqual(before);
    expect(stage.standIn.state.mayMessage(sub(), "LV")).toBe(true);
  });

  test("goes back to the parent's when Twilio refuses the new table", async () => {
    stage.standIn.inject({
      on: "request",
      path: /BulkCountryUpdates/,
      times: 9,
      fault: { kind: "status", status: 403 },
    });
    const outcome = await disable.run(stage.context(disable, { countries: ["LV"] }));
    expect(outcome).toMatchObject({
      status: "partly-done",
      evidence: [expect.stringMatching(/^Messages to Latvia are closed/)],
      remaining: [expect.stringMatching(/^Calls: .+Console > Voice/)],
    });
    expect(sub().inheritsDialing).toBe(true);
  });

  test("is finished by the next try after a death between the two writes", async () => {
    const context = stage.context(disable, { countries: ["LV"] });
    parent().dialing["FR"] = OPEN;
    sub().dialing = { DE: SHUT };
    const wanted = { ...dialing(), LV: SHUT };
    stage.standIn.inject({
      on: "request",
      path: /BulkCountryUpdates/,
      times: 99,
      fault: { kind: "status", status: 500 },
    });
    await expect(disable.run(context)).rejects.toMatchObject({ kind: "unavailable" });
    expect(sub().inheritsDialing).toBe(false);
    stage.standIn.clearFaults();
    const outcome = expectDone(await carryOut(disable, context, false));
    expect(dialing()).toEqual(wanted);
    expect(outcome.captured).toMatchObject({ inherited: true });
  });
});

describe("a subaccount with dialing permissions of its own", () => {
  beforeEach(() => {
    sub().inheritsDialing = false;
    sub().dialing = { LV: OPEN, FR: OPEN };
  });

  test("has only the chosen rows changed, and only those are kept for the undo", async () => {
    const { captured } = expectDone(await disable.run(stage.context(disable, { countries: ["LV"] })));
    expect(sub().dialing).toEqual({ LV: SHUT, FR: OPEN });
    expect(captured).toEqual({
      inherited: false,
      voice: [{ country: "LV", lowRisk: true, highRiskSpecial: true, highRiskTollfraud: true }],
      messaging: [{ country: "LV", enabled: true }],
    });
    expectDone(await restore.run(stage.context(restore, captured)));
    expect(sub().dialing).toEqual({ LV: OPEN, FR: OPEN });
  });
});

describe("a country whose messages can be changed in the Console only", () => {
  test("leaves the run partly done and names the manual step", async () => {
    const outcome = await disable.run(stage.context(disable, { countries: ["LV", "TN"] }));
    expect(outcome).toMatchObject({
      status: "partly-done",
      evidence: [
        expect.stringMatching(/^Calls to Latvia and Tunisia are closed/),
        expect.stringMatching(/^Messages to Latvia are closed/),
      ],
      remaining: [
        "Close messages to Tunisia (TN) in the Console > Messaging > Settings > Geo permissions: Twilio refused it (30649).",
      ],
    });
  });

  test("is partly done also when nothing else was left to close", async () => {
    parent().dialing["TN"] = SHUT;
    const outcome = await disable.run(stage.context(disable, { countries: ["TN"] }));
    expect(outcome).toMatchObject({
      status: "partly-done",
      evidence: [],
      remaining: [expect.stringContaining("Tunisia (TN)")],
    });
  });
});

test("what is closed already is done by reading alone, and its undo has nothing to restore", async () => {
  parent().dialing["LV"] = SHUT;
  sub().messaging["LV"] = false;
  stage.newRequests();
  const { captured } = expectDone(await disable.run(stage.context(disable, { countries: ["LV"] })));
  expect(stage.newRequests().filter((line) => !line.startsWith("GET"))).toEqual([]);
  expect(sub().inheritsDialing).toBe(true);
  for (const undoOf of [{ runId: "a1" as RunId, captured }, null]) {
    const situation = stage.situation({ undoOf });
    const snapshot = await restore.read(stage.account, situation);
    expect(restore.preview(snapshot, situation).blocked).toContain("nothing to restore");
    expect(restore.choose(snapshot, {}).ok).toBe(false);
  }
});
