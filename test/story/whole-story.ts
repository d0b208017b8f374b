import { expect, type TestContext } from "vitest";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import {
  ANN,
  BEN,
  CEM,
  expectNoDuplicates,
  expectSoundAudit,
  INCIDENTS,
  labels,
  outcomeOf,
  type StageOptions,
  says,
  setStage,
  triggerForm,
  wordsOf,
} from "./stage.ts";

const REASON = "Toll fraud to Latvia, nobody here calls Latvia";
const [ROTATE, DELETE_KEYS, DISABLE_GEO, SUSPEND] = REMEDIATIONS;
const CARD = /^incident-1$/;

/** From the webhook to the audit, over HTTP alone, with Tollgate as a process that knows only its environment. */
export async function playWholeStory(
  context: Pick<TestContext, "onTestFinished">,
  options: StageOptions,
): Promise<void> {
  const stage = await setStage(context, options);
  const { story, slack, twilio, acme } = stage;
  const { workspace } = slack;
  const sid = acme.voiceEuSid;
  const account = () => twilio.state.account(sid);
  const disturbedBy = (ts: string) =>
    workspace
      .notifications()
      .filter((each) => each.ts === ts)
      .map(({ userId }) => userId)
      .sort();

  // The card is there at once, and says that it is only a report so far.
  const stolen = account().authToken;
  const attack = stage.attack();
  const card = await story.cardAppears();
  const posts = slack.calls.filter(({ method }) => method === "chat.postMessage");
  const asPosted = posts.map((post) => JSON.stringify(post.arguments)).find((text) => text.includes("incident-1"));
  expect(asPosted).toMatch(/Reported by Twilio, confirming/);
  expect(asPosted).toMatch(/Acme Voice EU/);
  expect(disturbedBy(card.ts)).toEqual(["U0ANN", "U0BEN"]);
  await says(stage, CARD, /\*Confirmed\* by Twilio's records/);
  expect(wordsOf(await says(stage, CARD, /Latvia/))).toMatch(/USD/);
  expect((await says(stage, /^details-1$/, /./)).threadTs).toBe(card.ts);

  await story.press(ANN, card, "Acknowledge");
  expect(labels(await says(stage, CARD, /Ann Ito/))).not.toContain("Acknowledge");
  const usage = await story.command(ANN, "usage", "today");
  expect(wordsOf(usage)).toMatch(/Spent today so far[\s\S]*USD/);

  // The requester and the outsider are told privately why they may not approve; the approver may.
  const rotation = await story.ask(ANN, card, ROTATE, REASON);
  expect(rotation.threadTs).toBe(card.ts);
  expect(disturbedBy(rotation.ts)).toEqual(["U0BEN"]);
  expect(labels(rotation)).toEqual(["Approve (no undo)", "Deny"]);
  await says(stage, CARD, /Rotate the auth token/);
  expect(await story.isRefused(ANN, rotation)).toMatch(/You made this request.*Ben Okafor can/);
  expect(await story.isRefused(CEM, rotation)).toMatch(/not on Tollgate's roster/);
  expect(workspace.ephemeral(BEN.userId)).toEqual([]);
  expect(account().authToken).toBe(stolen);
  const rotated = await story.approve(BEN, rotation);
  expect(wordsOf(rotated)).toMatch(/Auth token rotated\*? by Ann Ito, approved by Ben Okafor[\s\S]*Verified/);
  expect(labels(rotated)).toEqual([]);
  expect(account().authToken).not.toBe(stolen);
  const told = await says(stage, outcomeOf(rotation), /Auth token rotated/);
  expect(disturbedBy(told.ts)).toEqual(["U0ANN"]);

  await story.approve(BEN, await story.ask(ANN, card, DELETE_KEYS, REASON));
  expect(twilio.state.keysOf(sid)).toEqual([]);
  await story.approve(BEN, await story.ask(ANN, card, DISABLE_GEO, REASON));
  expect(twilio.state.dialingPermission(account(), "LV").lowRisk).toBe(false);
  expect(twilio.state.mayMessage(account(), "LV")).toBe(false);
  await story.approve(BEN, await story.ask(ANN, card, SUSPEND, REASON));
  expect(account().status).toBe("suspended");
  expect(Object.values(attack.stats.refused).some((count) => count > 0)).toBe(true);

  const verified =
    /Subaccount suspended\*? by Ann Ito, approved by Ben Okafor\. Verified: Twilio reports status suspended/;
  await says(stage, CARD, verified);
  const contained = await says(stage, CARD, /CONTAINED/);
  expect(labels(contained)).toEqual(expect.arrayContaining(["Resolve…", "Undo: Reactivate subaccount"]));

  // Undo is a request like any other.
  const undo = await story.ask(ANN, card, "Undo: Reactivate subaccount", "The attacker is locked out");
  expect(await story.isRefused(ANN, undo)).toMatch(/You made this request/);
  await story.approve(BEN, undo);
  expect(account().status).toBe("active");
  await says(stage, CARD, /Subaccount suspended, then undone/);
  await says(stage, CARD, /^(?![\s\S]*CONTAINED)/);

  attack.stop();
  await story.send(ANN, card, "Resolve…", { cause: "fraud-stopped" });
  expect(labels(await says(stage, CARD, /\*Resolved\* by Ann Ito/))).toEqual([]);

  // A new signal of the same threat reopens it on the same card. It is signed with the token that Tollgate made.
  expect(await stage.deliver("usage-trigger", sid, triggerForm(sid, "900.00"))).toBe(204);
  await says(stage, CARD, /\*Reopened\*/);
  expectNoDuplicates(stage);
  // The attacker's refused calls are a threat of their own; this one still has its one card.
  expect(workspace.messages(INCIDENTS).filter(({ text }) => /[Tt]oll fraud/.test(text))).toHaveLength(1);

  const lines = (await expectSoundAudit(stage)).join("\n");
  for (const words of [
    /Twilio reported .*opened incident 1/,
    /confirmed incident 1/,
    /Ann Ito \(Slack\) acknowledged incident 1/,
    /Ann Ito \(Slack\) requested "Rotate the auth token"/,
    /Ann Ito \(Slack\) tried to approve .* was refused: nobody approves their own request/,
    /Somebody unknown on Slack \(U0CEM\) tried to approve/,
    /Ben Okafor \(Slack\) approved request/,
    /finished run .* "Delete 3 API keys": done/,
    /finished run .* "Close calls and messages to Latvia": done/,
    /finished run .* "Suspend the subaccount": done/,
    /undid run/,
    /no longer contained/,
    /Ann Ito \(Slack\) resolved incident 1/,
    /reopened incident 1/,
  ]) {
    expect(lines).toMatch(words);
  }
  // Nobody ever saw Slack's own words for an app that failed or came too late.
  expect(workspace.deliveries.filter(({ problem }) => problem !== "none")).toEqual([]);
  const dialogs = slack.calls.filter(({ method }) => method === "views.open");
  expect(dialogs.map(({ answer }) => answer?.["ok"])).toEqual(dialogs.map(() => true));
}
