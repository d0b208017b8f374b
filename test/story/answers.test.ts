import { afterAll, beforeAll, expect, test } from "vitest";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import { burstOfErrors } from "../../src/sandbox/twilio/attack.ts";
import { ANN, BEN, INCIDENTS } from "./cast.ts";
import { about, auditLines, blocksOf, cardOf, filledDialog, says, shown, wordsOf } from "./slack-screen.ts";
import { prepareStage, type Stage, triggerForm } from "./stage.ts";

const [ROTATE, , DISABLE_GEO] = REMEDIATIONS;

let stage: Stage;

beforeAll(async () => {
  stage = await prepareStage();
  await stage.tollgate.start();
});
afterAll(() => stage?.close());

test("the same delivery 46 times is one signal and one incident", async () => {
  const accountSid = stage.newSubaccount();
  const form = triggerForm(accountSid, "77.00", "the-same-firing");
  const statuses = await Promise.all(
    Array.from({ length: 46 }, () => stage.deliver("usage-trigger", accountSid, form)),
  );
  expect(new Set(statuses)).toEqual(new Set([204]));
  const { friendlyName } = stage.twilio.state.account(accountSid);
  const card = await cardOf(stage, friendlyName);
  expect(wordsOf(card)).toContain("(1 signal from Twilio)");
  expect(await stage.deliver("usage-trigger", accountSid, form)).toBe(204);
  // A later incident is in the channel, so the repetition would be, too.
  await stage.incident();
  expect(
    stage.slack.workspace.messages(INCIDENTS).filter((message) => wordsOf(message).includes(friendlyName)),
  ).toHaveLength(1);
});

test("a burst of refused credentials in the debugger opens an incident, and its card counts on", async () => {
  const accountSid = stage.newSubaccount();
  burstOfErrors(stage.twilio, accountSid, "20003", 30);
  const card = await cardOf(stage, stage.twilio.state.account(accountSid).friendlyName);
  expect(wordsOf(card)).toMatch(/Credentials refused/);
  await says(stage, about(card), /\(30 signals from Twilio\)/);
  // Nothing new is said about it, but it goes on, and the card shows how far.
  burstOfErrors(stage.twilio, accountSid, "20003", 12);
  await says(stage, about(card), /\(42 signals from Twilio\)/);
});

test("a wrong word after the command is answered with help, to the asker alone", async () => {
  const answer = await stage.story.command(ANN, "usage", "tomorow");
  expect(wordsOf(answer)).toMatch(/today[\s\S]*yesterday[\s\S]*this-month/);
  expect(answer.userId).toBe(ANN.userId);
});

test("on the parent account, Rotate explains what to do instead", async () => {
  const { parent } = stage.acme;
  expect(await stage.deliver("usage-trigger", parent.sid, triggerForm(parent.sid, "70.00"))).toBe(204);
  const card = await cardOf(stage, "Acme Communications");
  await stage.story.press(ANN, card, ROTATE);
  const dialog = await filledDialog(stage, ANN, /Tollgate runs on the parent's token itself/);
  expect(dialog.definition["submit"]).toBeUndefined();
  expect(JSON.stringify(blocksOf(dialog.definition))).toMatch(/request a secondary token/);
  await stage.slack.workspace.closeView(ANN.userId, dialog.id);
});

test("a country that Twilio closes in the Console only makes the run partly done, with the step that is left", async () => {
  const attack = stage.attack(["NG"]);
  const card = await cardOf(stage, "Acme Voice EU");
  await says(stage, about(card), /Nigeria/);
  const request = await stage.story.ask(ANN, card, DISABLE_GEO, "Nobody here calls Nigeria");
  await stage.story.approve(BEN, request);
  attack.stop();
  const partly = wordsOf(await says(stage, about(request), /Partly done/));
  expect(partly).toMatch(/Calls to Nigeria are closed/);
  expect(partly).toMatch(/Messages? to Nigeria[\s\S]*Console/i);
  const { state } = stage.twilio;
  const account = state.account(stage.acme.voiceEuSid);
  expect([state.dialingPermission(account, "NG").lowRisk, state.mayMessage(account, "NG")]).toEqual([false, true]);
  await shown(stage, "the audit to say so", () =>
    auditLines(stage).some((line) => /finished run .*: partly done.*to do by hand/.test(line)) ? true : undefined,
  );
});
