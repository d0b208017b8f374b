import { afterAll, beforeAll, expect, test } from "vitest";
import type { SlackMessage } from "../../src/sandbox/slack/model.ts";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import { ANN, BEN, CEM, POLICY } from "./cast.ts";
import {
  about,
  auditLines,
  buttonOn,
  expectNoDuplicates,
  expectSoundAudit,
  outcomeOf,
  pressAsSeen,
  says,
  shown,
  toldAlone,
  wordsOf,
} from "./slack-screen.ts";
import { type OpenIncident, prepareStage, type Stage } from "./stage.ts";

const [ROTATE, DELETE_KEYS, , SUSPEND] = REMEDIATIONS;
const REASON = "Toll fraud";
const CEM_MAY_APPROVE = "  - { id: cem, name: Cem Demir, slack: U0CEM, roles: [responder, approver] }\n";
const SHORT = "policy: { delete-api-keys: { expires: 2s } }\n";

let stage: Stage;

beforeAll(async () => {
  const policy = POLICY.replace("people:\n", `people:\n${CEM_MAY_APPROVE}`) + SHORT;
  stage = await prepareStage({ policy, subaccounts: 9 });
  await stage.tollgate.start();
});
afterAll(() => stage?.close());

async function ask(incident: OpenIncident, title: string): Promise<SlackMessage> {
  return stage.story.ask(ANN, incident.card, title, REASON);
}

/** How often Twilio was told to suspend this account. */
function suspensions(accountSid: string): number {
  return stage.twilio.requests.filter(
    ({ method, path, form }) => method === "POST" && path.includes(accountSid) && form.get("Status") === "suspended",
  ).length;
}

test("one deny ends a request: the requester is told, and who comes later hears why", async () => {
  const incident = await stage.incident();
  const request = await ask(incident, SUSPEND);
  await stage.story.press(BEN, request, "Deny");
  const denied = await says(stage, about(request), /\*Denied\* by Ben Okafor/);
  expect(wordsOf(denied)).toContain("Nothing was changed");
  await says(stage, outcomeOf(request), /Ben Okafor denied your request/);
  const late = await toldAlone(stage, CEM, () => pressAsSeen(stage, CEM, request, buttonOn(request, "Approve")));
  expect(late).toMatch(/Ben Okafor denied this request/);
  expect(suspensions(incident.accountSid)).toBe(0);
});

test("the requester's own deny withdraws the request", async () => {
  const incident = await stage.incident();
  const request = await ask(incident, SUSPEND);
  await stage.story.press(ANN, request, "Deny");
  await says(stage, about(request), /\*Withdrawn\* by Ann Ito/);
  const late = await toldAlone(stage, BEN, () => pressAsSeen(stage, BEN, request, buttonOn(request, "Approve")));
  expect(late).toMatch(/Ann Ito withdrew this request/);
  expect(suspensions(incident.accountSid)).toBe(0);
});

test("a request that nobody decides on in time expires, and a later approval does nothing", async () => {
  const incident = await stage.incident();
  stage.twilio.state.addKey(incident.accountSid, "standard", "dialer");
  const request = await ask(incident, DELETE_KEYS);
  await says(stage, about(request), /\*Expired\*/);
  await says(stage, outcomeOf(request), /nobody decided on your request in time/);
  const late = await toldAlone(stage, BEN, () => pressAsSeen(stage, BEN, request, buttonOn(request, "Approve")));
  expect(late).toMatch(/This request expired .*It can be asked for again/);
  expect(stage.twilio.state.keysOf(incident.accountSid)).toHaveLength(1);
});

test("two approvers in the same moment make one run, and both get a true answer", async () => {
  const incident = await stage.incident();
  const request = await ask(incident, SUSPEND);
  const told = () => [BEN, CEM].flatMap(({ userId }) => stage.slack.workspace.ephemeral(userId)).length;
  const before = told();
  const approve = buttonOn(request, "Approve");
  const presses = [BEN, CEM].map((person) => pressAsSeen(stage, person, request, approve));
  expect(await Promise.all(presses)).toEqual([200, 200]);
  await says(stage, about(request), /Verified: Twilio reports status suspended/);
  // One of them approved; the other one alone is told by whom it was approved.
  await shown(stage, "the slower approver to be told", () => (told() === before + 1 ? true : undefined));
  const [slower] = stage.slack.workspace
    .ephemeral(BEN.userId)
    .concat(stage.slack.workspace.ephemeral(CEM.userId))
    .filter(({ text }) => /This request was approved by (Ben Okafor|Cem Demir)/.test(text));
  expect(slower).toBeDefined();
  expect(suspensions(incident.accountSid)).toBe(1);
});

test("a double click on Approve makes one run", async () => {
  const incident = await stage.incident();
  const request = await ask(incident, SUSPEND);
  const approve = buttonOn(request, "Approve");
  const told = await toldAlone(stage, BEN, () =>
    Promise.all([1, 2, 3].map(() => pressAsSeen(stage, BEN, request, approve))),
  );
  expect(told).toMatch(/approved/);
  await says(stage, about(request), /Verified: Twilio reports status suspended/);
  expect(suspensions(incident.accountSid)).toBe(1);
});

test("when the account changed after the dialog was read, the run is refused and says to ask again", async () => {
  const incident = await stage.incident();
  const request = await ask(incident, ROTATE);
  const { authToken } = stage.twilio.state.account(incident.accountSid);
  stage.twilio.state.setStatus(incident.accountSid, "suspended");
  await stage.story.press(BEN, request, "Approve");
  const refused = await says(stage, about(request), /Not done/);
  expect(wordsOf(refused)).toMatch(/changed since it was approved \(status\); please ask again/);
  await says(stage, outcomeOf(request), /please ask again/);
  expect(stage.twilio.state.account(incident.accountSid).authToken).toBe(authToken);
});

test("an approver who lost the role between the click and the run does not count", async () => {
  const incident = await stage.incident();
  const request = await ask(incident, SUSPEND);
  // Twilio is down, so the granted run cannot begin yet.
  const { accountSid } = incident;
  stage.twilio.inject({
    on: "request",
    path: new RegExp(`Accounts/${accountSid}`),
    times: 1_000,
    fault: { kind: "status", status: 503 },
  });
  const tried = new Promise<void>((resolve) => {
    const stop = stage.twilio.onRequest(({ path, status }) => {
      if (status !== 503 || !path.includes(accountSid)) return;
      stop();
      resolve();
    });
  });
  await stage.story.press(BEN, request, "Approve");
  await tried;
  await stage.tollgate.changePolicy(
    (POLICY.replace("people:\n", `people:\n${CEM_MAY_APPROVE}`) + SHORT).replace(
      "U0BEN, roles: [responder, approver]",
      "U0BEN, roles: [responder]",
    ),
  );
  stage.twilio.clearFaults();
  const refused = await says(stage, about(request), /Not done/);
  expect(wordsOf(refused)).toMatch(/those who approved may not approve any more/);
  expect(suspensions(accountSid)).toBe(0);
  expect(auditLines(stage).join("\n")).toMatch(/loaded the people and policy of tollgate\.yml/);
  await stage.tollgate.changePolicy(POLICY.replace("people:\n", `people:\n${CEM_MAY_APPROVE}`) + SHORT);
});

test("what no button of ours says changes nothing, and its presser is told", async () => {
  const { card } = await stage.incident();
  const told = await toldAlone(stage, BEN, () =>
    pressAsSeen(stage, BEN, card, { action_id: "launch", value: '{"action":"launch"}' }),
  );
  expect(told).toMatch(/another version of Tollgate/);
});

test("every one of these steps and refusals is in the record, once", async () => {
  await stage.incident();
  const lines = (await expectSoundAudit(stage)).join("\n");
  expect(lines).toMatch(/opened incident/);
  expectNoDuplicates(stage);
});
