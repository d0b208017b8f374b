/** One incident on Slack and Teams at once: who acts on both counts once, and one platform that is down holds up nothing else. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import { ACME_TEAMS } from "../../src/sandbox/teams/seed.ts";
import { ANN, BEN, CEM, POLICY } from "./cast.ts";
import { expectSoundAuditOn, raise } from "./side.ts";
import { prepareStage, type Stage } from "./stage.ts";

const [ROTATE, , , SUSPEND] = REMEDIATIONS;
/** Cem approves, too; a rotation needs two people. */
const TWO_APPROVERS = `${POLICY.replace(
  "people:\n",
  `people:\n  - { id: cem, name: Cem Demir, teams: ${ACME_TEAMS.cem}, slack: U0CEM, roles: [approver] }\n`,
)}policy: { rotate-auth-token: { approvals: 2 } }\n`;
/** A platform counts as down when its messages wait for twenty seconds. */
const TOLD_WITHIN_MS = 60_000;
/** The longest wait between two tries is half a minute, and a card that only names the other platform is drawn once a minute. */
const CAUGHT_UP_WITHIN_MS = 90_000;

let stage: Stage;

beforeAll(async () => {
  stage = await prepareStage({ on: "both", policy: TWO_APPROVERS });
  await stage.tollgate.start();
});
afterEach(async () => {
  stage?.slack.clearFaults();
  await stage?.teams.comeBack();
});
afterAll(() => stage?.close());

test("somebody who approves on both platforms counts once", async () => {
  const { onSlack, onTeams, twilio } = stage;
  const { account, card } = await raise(onSlack, stage);
  const { sid, authToken } = account;
  const asked = await onSlack.story.ask(ANN, card, ROTATE, "A stolen token");
  const subject = new RegExp(`^${await onSlack.story.subjectOf(asked)}$`);
  await onSlack.story.press(BEN, asked, "Approve");
  await onSlack.says(subject, /1 of 2: Ben Okafor/);
  const inTeams = await onTeams.says(subject, /1 of 2: Ben Okafor/);
  expect(await onTeams.story.isRefused(BEN, inTeams)).toMatch(/You have approved this already|already approved/i);
  await onTeams.says(subject, /1 of 2: Ben Okafor/);
  expect(twilio.state.account(sid).authToken).toBe(authToken);
  await onTeams.story.approve(CEM, inTeams);
  await onSlack.says(subject, /approved by (Ben Okafor and Cem Demir|Cem Demir and Ben Okafor)[\s\S]*Verified/);
  expect(twilio.state.account(sid).authToken).not.toBe(authToken);
});

test("while Teams is down Slack goes on and says so, and Teams catches up without a second message", {
  timeout: 240_000,
}, async () => {
  const { onSlack, onTeams, teams } = stage;
  const { account, card, subject } = await raise(onSlack, stage);
  await onTeams.cardOf(account.friendlyName);
  await teams.goDown("refused");
  await onSlack.story.press(ANN, card, "Acknowledge");
  await onSlack.story.approve(BEN, await onSlack.story.ask(ANN, card, SUSPEND, "Toll fraud"));
  const during = await raise(onSlack, stage);
  await onSlack.says(subject, /CONTAINED/);
  await onSlack.says(subject, /Microsoft Teams does not take messages now; its cards are behind/, TOLD_WITHIN_MS);

  await teams.comeBack();
  await onTeams.says(subject, /CONTAINED/, CAUGHT_UP_WITHIN_MS);
  await onTeams.says(during.subject, /Toll fraud/, CAUGHT_UP_WITHIN_MS);
  await onSlack.says(subject, /^(?![\s\S]*Microsoft Teams does not)/, CAUGHT_UP_WITHIN_MS);
  await onTeams.expectNoDuplicates();
  await expectSoundAuditOn(onTeams, stage, CAUGHT_UP_WITHIN_MS);
});

test("while Slack is down Teams goes on and says so, and Slack catches up without a second message", {
  timeout: 240_000,
}, async () => {
  const { onSlack, onTeams, slack } = stage;
  const { account, card, subject } = await raise(onTeams, stage);
  await onSlack.cardOf(account.friendlyName);
  slack.inject({ kind: "server-error", times: 1_000_000 });
  await onTeams.story.press(ANN, card, "Acknowledge");
  await onTeams.story.approve(BEN, await onTeams.story.ask(ANN, card, SUSPEND, "Toll fraud"));
  const during = await raise(onTeams, stage);
  await onTeams.says(subject, /CONTAINED/);
  await onTeams.says(subject, /Slack does not take messages now; its cards are behind/, TOLD_WITHIN_MS);

  slack.clearFaults();
  await onSlack.says(subject, /CONTAINED/, CAUGHT_UP_WITHIN_MS);
  await onSlack.says(during.subject, /Toll fraud/, CAUGHT_UP_WITHIN_MS);
  await onTeams.says(subject, /^(?![\s\S]*Slack does not)/, CAUGHT_UP_WITHIN_MS);
  await onSlack.expectNoDuplicates();
  await expectSoundAuditOn(onSlack, stage, CAUGHT_UP_WITHIN_MS);
});
