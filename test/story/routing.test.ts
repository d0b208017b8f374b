/** Incidents that the policy leads to another channel, and what becomes of them when that is gone. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ACME_TEAMS } from "../../src/sandbox/teams/seed.ts";
import { ANN, FRAUD, FRAUD_IN_TEAMS, INCIDENTS, POLICY } from "./cast.ts";
import { raise } from "./side.ts";
import { prepareStage, type Stage, triggerForm } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await prepareStage({ on: "both" });
  await stage.tollgate.start();
});
afterAll(() => stage?.close());

const MEANT_FOR = "Meant for another channel that cannot be posted to";

test("an incident goes to the channel of the first rule that fits, what belongs to it too, and others do not", async () => {
  const routed = stage.newSubaccount();
  await stage.tollgate.changePolicy(
    `${POLICY}channels: [{ account: ${routed}, slack: ${FRAUD}, teams: "${FRAUD_IN_TEAMS}" }, { threat: no-such-thing, slack: C0NOWHERE }]\n`,
  );
  const { onSlack, onTeams, twilio } = stage;
  const other = await raise(onSlack, stage);
  expect(other.card.channelId).toBe(INCIDENTS);
  expect((await onTeams.cardOf(other.account.friendlyName)).conversationId).toBe(ACME_TEAMS.incidentChannel);

  expect(await stage.deliver("usage-trigger", routed, triggerForm(routed, "90.00"))).toBe(204);
  const { friendlyName } = twilio.state.account(routed);
  const inSlack = await onSlack.cardOf(friendlyName);
  const inTeams = await onTeams.cardOf(friendlyName);
  expect([inSlack.channelId, inTeams.conversationId]).toEqual([FRAUD, FRAUD_IN_TEAMS]);
  const number = (await onSlack.story.subjectOf(inSlack)).replace("incident-", "");
  const details = new RegExp(`^details-${number}$`);
  expect(await onSlack.says(details, /./)).toMatchObject({ channelId: FRAUD, threadTs: inSlack.ts });
  expect(await onTeams.says(details, /./)).toMatchObject({ conversationId: FRAUD_IN_TEAMS, threadId: inTeams.id });

  // Somebody archives the channel: the card comes up where it can be seen, and says what it was meant for.
  stage.slack.inject({ kind: "channel-archived", channel: FRAUD });
  stage.teams.inject({ kind: "conversation-gone", conversationId: FRAUD_IN_TEAMS });
  const { shown } = await onSlack.ask(ANN, "incidents", number);
  await onSlack.story.press(ANN, shown, "Acknowledge");
  const card = new RegExp(`^incident-${number}$`);
  const moved = new RegExp(`In the hands of: Ann Ito[\\s\\S]*${MEANT_FOR}`);
  expect(await onSlack.says(card, moved)).toMatchObject({ channelId: INCIDENTS });
  expect(await onTeams.says(card, moved)).toMatchObject({ conversationId: ACME_TEAMS.incidentChannel });
});

test("an incident of a channel that is gone already is posted where it can be seen, once", async () => {
  const [threat, slack] = ["toll-fraud", FRAUD];
  await stage.tollgate.changePolicy(
    `${POLICY}channels: [{ threat: ${threat}, slack: ${slack}, teams: "${FRAUD_IN_TEAMS}" }]\n`,
  );
  const { onSlack, onTeams } = stage;
  const { card, subject, account } = await raise(onSlack, stage);
  expect(card.channelId).toBe(INCIDENTS);
  await onSlack.says(subject, new RegExp(`${MEANT_FOR}: ${FRAUD}\\.`));
  expect((await onTeams.cardOf(account.friendlyName)).conversationId).toBe(ACME_TEAMS.incidentChannel);
  await onTeams.says(subject, new RegExp(MEANT_FOR));
  const messages = stage.slack.workspace.messages(INCIDENTS).filter(({ text }) => text.includes(account.friendlyName));
  expect(messages).toHaveLength(1);
  expect(stage.tollgate.log()).toMatch(
    /a channel cannot be posted to: it is gone or archived, or the bot is not in it/,
  );
});
