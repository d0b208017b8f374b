import { expect } from "vitest";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import { ANN, BEN, CEM } from "./cast.ts";
import { expectSoundAuditOn, type Side } from "./side.ts";
import { type Stage, triggerForm } from "./stage.ts";

const REASON = "Toll fraud to Latvia, nobody here calls Latvia";
/** Which incident: that somebody made a key on the same account may be another one, and come first. */
const TOLL_FRAUD = { threat: "Toll fraud suspected", account: "Acme Voice EU" } as const;
/** The attacker's next call comes in a moment. */
const POLL = { timeout: 10_000 } as const;
const [ROTATE, DELETE_KEYS, DISABLE_GEO, SUSPEND] = REMEDIATIONS;
type Title = (typeof REMEDIATIONS)[number];

/** What is left of the order that works: the first is what refusals are tried on, and suspending comes last. */
export const SHORT: readonly Title[] = [ROTATE, SUSPEND];

export interface Telling<Asked, AskedPrivate, Approved, ApprovedPrivate> {
  readonly stage: Stage;
  /** Where Ann is, who asks. */
  readonly asking: Side<Asked, AskedPrivate>;
  /** Where Ben is, who approves. May be the same. */
  readonly approving: Side<Approved, ApprovedPrivate>;
  readonly remediations: readonly Title[];
}

/** From the webhook to the audit, over HTTP alone, with Tollgate as a process that knows only its environment. */
export async function playWholeStory<Asked, AskedPrivate, Approved, ApprovedPrivate>(
  telling: Telling<Asked, AskedPrivate, Approved, ApprovedPrivate>,
): Promise<void> {
  const { stage, asking, approving, remediations } = telling;
  const { twilio, acme } = stage;
  const sid = acme.voiceEuSid;
  const account = () => twilio.state.account(sid);
  const platforms = new Set<string>([asking.door.platform, approving.door.platform]);
  const isAcross = platforms.size > 1;

  /** Wherever it was done, the cards of both sides say so. */
  async function bothSay(words: RegExp): Promise<void> {
    for (const side of [asking, approving]) await side.says(shown, words);
  }

  // The card is there at once, and says that it is only a report so far.
  const stolen = account().authToken;
  const attack = stage.attack();
  const card = await asking.story.cardAppears(TOLL_FRAUD);
  const about = await asking.story.subjectOf(card);
  const shown = new RegExp(`^${about}$`);
  const incident = about.replace("-", " ");
  const [asPosted] = asking.sent(about);
  expect(asPosted).toMatch(/Reported by Twilio, confirming/);
  expect(asPosted).toMatch(/Acme Voice EU/);
  expect(await asking.disturbedBy(card)).toEqual(["Ann Ito", "Ben Okafor"]);
  const other = await approving.says(shown, /Acme Voice EU/);
  await asking.says(shown, /Confirmed by Twilio's records/);
  expect(await asking.wordsOf(await asking.says(shown, /Latvia/))).toMatch(/USD/);
  expect(asking.isReply(await asking.says(new RegExp(`^${about.replace("incident", "details")}$`), /./), card)).toBe(
    true,
  );

  await asking.story.press(ANN, card, "Acknowledge");
  await bothSay(/Ann Ito, since/);
  expect(await asking.labels(await asking.says(shown, /In the hands of: Ann Ito/))).not.toContain("Acknowledge");
  const usage = await asking.ask(ANN, "usage", "today");
  expect(usage.words).toMatch(/Spent today so far[\s\S]*USD/);

  for (const title of remediations) {
    const asked = await asking.story.ask(ANN, card, title, REASON);
    const subject = new RegExp(`^${await asking.story.subjectOf(asked)}$`);
    const request = await approving.says(subject, /Ann Ito/);
    if (title === remediations[0]) {
      // The requester and the outsider are told privately why they may not approve, wherever they try.
      expect(asking.isReply(asked, card) && approving.isReply(request, other)).toBe(true);
      expect(await approving.disturbedBy(request)).toEqual(["Ben Okafor"]);
      expect(await approving.labels(request)).toEqual(["Approve (no undo)", "Deny"]);
      await asking.says(shown, /Waits for approval: Rotate the auth token/);
      expect(await asking.story.isRefused(ANN, asked)).toMatch(/You made this request.*Ben Okafor can/);
      if (isAcross) expect(await approving.story.isRefused(ANN, request)).toMatch(/You made this request/);
      expect(await approving.story.isRefused(CEM, request)).toMatch(/not on Tollgate's roster/);
      expect((await approving.door.look()).privateTo(BEN)).toEqual([]);
      expect(account().authToken).toBe(stolen);
    }
    const settled = await approving.story.approve(BEN, request);
    expect(await approving.wordsOf(settled)).toMatch(/by Ann Ito, approved by Ben Okafor[\s\S]*Verified/);
    expect(await approving.labels(settled)).toEqual([]);
    if (title !== remediations[0]) continue;
    expect(account().authToken).not.toBe(stolen);
    const outcome = new RegExp(subject.source.replace("approval-", "outcome-"));
    expect(await asking.disturbedBy(await asking.says(outcome, /Auth token rotated/))).toEqual(["Ann Ito"]);
  }
  if (remediations.includes(DELETE_KEYS)) expect(twilio.state.keysOf(sid)).toEqual([]);
  if (remediations.includes(DISABLE_GEO)) {
    expect(twilio.state.dialingPermission(account(), "LV").lowRisk).toBe(false);
    expect(twilio.state.mayMessage(account(), "LV")).toBe(false);
  }
  expect(account().status).toBe("suspended");
  await expect.poll(() => Object.values(attack.stats.refused).some((count) => count > 0), POLL).toBe(true);

  const verified =
    /Subaccount suspended by Ann Ito, approved by Ben Okafor\. Verified: Twilio reports status suspended/;
  await bothSay(verified);
  const contained = await asking.says(shown, /CONTAINED/);
  expect(await asking.labels(contained)).toEqual(expect.arrayContaining(["Resolve…", "Undo: Reactivate subaccount"]));

  // Undo is a request like any other. Across platforms it is asked for where the rest was approved, and the other way round.
  const undo = await approving.story.ask(ANN, other, "Undo: Reactivate subaccount", "The attacker is locked out");
  expect(await approving.story.isRefused(ANN, undo)).toMatch(/You made this request/);
  const sameUndo = await asking.says(new RegExp(`^${await approving.story.subjectOf(undo)}$`), /Ann Ito/);
  await asking.story.approve(BEN, sameUndo);
  await bothSay(/then undone/);
  expect(account().status).toBe("active");
  await asking.says(shown, /^(?![\s\S]*CONTAINED)/);

  attack.stop();
  await asking.story.send(ANN, card, "Resolve…", { cause: "fraud-stopped" });
  await bothSay(/Resolved/);
  expect(await asking.labels(await asking.says(shown, /Resolved by Ann Ito/))).toEqual([]);

  // A new signal of the same threat reopens it on the same card. It is signed with the token that Tollgate made.
  expect(await stage.deliver("usage-trigger", sid, triggerForm(sid, "900.00"))).toBe(204);
  await expectOneCard(asking, shown);
  await expectOneCard(approving, shown);

  const names: Readonly<Record<string, string>> = { slack: "Slack", teams: "Teams" };
  const [annIs, benIs] = [names[asking.door.platform], names[approving.door.platform]];
  const asks = await expectSoundAuditOn(asking, stage);
  const told = isAcross ? [asks, await expectSoundAuditOn(approving, stage)] : [asks];
  for (const lines of told) {
    for (const words of [
      new RegExp(`Twilio reported .*opened ${incident}\\b`),
      new RegExp(`confirmed ${incident}\\b`),
      new RegExp(`Ann Ito \\(${annIs}\\) acknowledged ${incident}\\b`),
      new RegExp(`Ann Ito \\(${annIs}\\) requested "Rotate the auth token"`),
      new RegExp(`Ann Ito \\(${annIs}\\) tried to approve .* was refused: nobody approves their own request`),
      new RegExp(`Somebody unknown on ${benIs} \\(.*\\) tried to approve`),
      new RegExp(`Ben Okafor \\(${benIs}\\) approved request`),
      ...(remediations.includes(DELETE_KEYS) ? [/finished run .* "Delete 3 API keys": done/] : []),
      ...(remediations.includes(DISABLE_GEO) ? [/finished run .* "Close calls and messages to Latvia": done/] : []),
      /finished run .* "Suspend the subaccount": done/,
      /undid run/,
      /no longer contained/,
      new RegExp(`Ann Ito \\(${annIs}\\) resolved ${incident}\\b`),
      new RegExp(`reopened ${incident}\\b`),
    ]) {
      expect(lines.join("\n")).toMatch(words);
    }
  }
  expectNothingFailed(stage);
}

async function expectOneCard<Message, Private>(side: Side<Message, Private>, shown: RegExp): Promise<void> {
  await side.says(shown, /Reopened/);
  await side.expectNoDuplicates();
  // The attacker's refused calls are a threat of their own; this one still has its one card.
  const room = await side.door.look();
  const cards = room.messages.filter((message) => (room.subjectOf(message) ?? "").startsWith("incident-"));
  expect(cards.filter((message) => /[Tt]oll fraud/.test(room.lineOf(message)))).toHaveLength(1);
}

/** Nobody ever saw a platform's own words for an app that failed or came too late. */
function expectNothingFailed({ slack, teams }: Pick<Stage, "slack" | "teams">): void {
  expect(slack.workspace.deliveries.filter(({ problem }) => problem !== "none")).toEqual([]);
  expect(teams.tenant.deliveries.filter(({ problem }) => problem !== "none")).toEqual([]);
  const dialogs = slack.calls.filter(({ method }) => method === "views.open");
  expect(dialogs.map(({ answer }) => answer?.["ok"])).toEqual(dialogs.map(() => true));
}
