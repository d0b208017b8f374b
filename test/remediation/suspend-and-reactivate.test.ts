import { afterEach, beforeEach, expect, test } from "vitest";
import type { TwilioAccount } from "../../src/remediation/contract.ts";
import { placeCall } from "../../src/sandbox/twilio/calls.ts";
import { accountOf } from "../twilio/world.ts";
import { expectDone, remediation, type Stage, startStage } from "./stage.ts";

const suspend = remediation("suspend-subaccount");
const reactivate = remediation("reactivate-subaccount");
let stage: Stage;

beforeEach(async () => {
  stage = await startStage({ timeoutMs: 800 });
});
afterEach(() => stage.close());

async function previewOf(action = suspend, account: TwilioAccount = stage.account) {
  const situation = stage.situation();
  return action.preview(await action.read(account, situation), situation);
}

test("suspending says what goes on: live calls, keys, numbers, and what has to come first", async () => {
  const attacked = stage.standIn.state.account(stage.voiceEu);
  for (const to of ["+37120000001", "+37120000002"])
    placeCall(stage.standIn.state, attacked, { to, from: "+442079460101" });
  const preview = await previewOf();
  expect(preview.willHappen[0]).toBe("All calls and messages of this subaccount stop, in and out.");
  const live = preview.facts.find(({ label }) => label === "Live calls")?.value;
  expect(preview.willNotHappen[0]).toBe(`It does not hang up live calls (${live} now).`);
  expect(Number(live)).toBeGreaterThanOrEqual(2);
  expect(preview.willNotHappen.join(" ")).toContain("Rotate and close first");
  expect(preview.facts.map(({ label }) => label)).toEqual([
    "Status",
    "Spend today",
    "Live calls",
    "Phone numbers",
    "API keys",
  ]);
  expect(preview.facts.find(({ label }) => label === "Spend today")?.value).toMatch(/^\d+\.\d\d USD$/);
});

test("a fact that cannot be read says so and stops nobody", async () => {
  for (const path of [/Calls/, /Usage/]) {
    stage.standIn.inject({ on: "request", path, times: 99, fault: { kind: "status", status: 500 } });
  }
  const preview = await previewOf();
  expect(preview.blocked).toBeNull();
  expect(preview.facts).toContainEqual({ label: "Live calls", value: "could not be read" });
  expect(preview.facts).toContainEqual({ label: "Spend today", value: "could not be read" });
  expect(preview.willNotHappen[0]).toBe("It does not hang up live calls.");
});

test("the parent cannot be suspended, and the dialog says what to do instead", async () => {
  const parent = await accountOf(stage.twilio, stage.parentSid);
  const preview = await previewOf(suspend, parent);
  expect(preview.blocked).toContain("Console");
  const outcome = await suspend.run(stage.context(suspend, {}, { account: parent }));
  expect(outcome.status).toBe("refused");
});

test("each is offered only where it changes something", async () => {
  const active = await stage.account.fetch();
  expect([suspend.offer(active), reactivate.offer(active)]).toEqual([null, "It is active already."]);
  const suspended = await stage.account.setStatus("suspended");
  expect([suspend.offer(suspended), reactivate.offer(suspended)]).toEqual(["It is suspended already.", null]);
  expect((await previewOf()).blocked).toBe("It is suspended already.");
  expect(suspend.offer({ ...active, status: "closed" })).toBe("This account is closed for good.");
});

test("what needs the subaccount's own credentials is not offered while it is suspended", async () => {
  const suspended = await stage.account.setStatus("suspended");
  for (const id of ["rotate-auth-token", "disable-geo-regions", "restore-geo-regions"]) {
    expect(remediation(id).offer(suspended)).toContain("reactivate it first");
  }
  expect(remediation("delete-api-keys").offer(suspended)).toBeNull();
});

test("suspending one that somebody suspended meanwhile is done by reading alone", async () => {
  await stage.account.setStatus("suspended");
  stage.newRequests();
  const outcome = expectDone(await suspend.run(stage.context(suspend, {})));
  expect(outcome.captured).toEqual({ previousStatus: "suspended" });
  expect(outcome.evidence[0]).toMatch(/^Twilio reports status suspended \(read back \d\d:\d\d:\d\d UTC\)$/);
  expect(stage.newRequests().filter((line) => line.startsWith("POST"))).toEqual([]);
});

test("a closed account is refused", async () => {
  stage.standIn.state.account(stage.voiceEu).status = "closed";
  expect(await suspend.run(stage.context(suspend, {}))).toEqual({
    status: "refused",
    reason: "This account is closed for good.",
  });
});

test("an approval is bound to the status, not to calls and spend", async () => {
  const situation = stage.situation();
  const before = suspend.bind({}, await suspend.read(stage.account, situation));
  placeCall(stage.standIn.state, stage.standIn.state.account(stage.voiceEu), {
    to: "+37120000001",
    from: "+442079460101",
  });
  expect(suspend.bind({}, await suspend.read(stage.account, situation))).toEqual(before);
  await stage.account.setStatus("suspended");
  expect(suspend.bind({}, await suspend.read(stage.account, situation))).not.toEqual(before);
});
