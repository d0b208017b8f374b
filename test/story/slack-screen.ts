/** What is on the screens of Slack, for stories that are told of Slack alone. */
import { expect } from "vitest";
import { signedHeaders } from "../../src/sandbox/slack/app-connection.ts";
import { at, type Json, textAt } from "../../src/sandbox/slack/json.ts";
import type { EphemeralMessage, SlackMessage, SlackView } from "../../src/sandbox/slack/model.ts";
import type { Person } from "../../src/sandbox/story/door.ts";
import { subjectOf, textOf } from "../../src/sandbox/story/slack-door.ts";
import { AUDIT, INCIDENTS } from "./cast.ts";
import type { Stage } from "./stage.ts";

/** The incident card of this account, as soon as it is there. */
export function cardOf(stage: Pick<Stage, "slack">, accountName: string): Promise<SlackMessage> {
  return shown(stage, `a card about ${accountName}`, () =>
    stage.slack.workspace
      .messages(INCIDENTS)
      .find((message) => /^incident-/.test(subjectOf(message) ?? "") && wordsOf(message).includes(accountName)),
  );
}

/** Waits until Slack shows it. `look` is asked again after every change. */
export function shown<Found>(
  { slack }: Pick<Stage, "slack">,
  what: string,
  look: () => Found | undefined,
  withinMs = 30_000,
): Promise<Found> {
  return slack.workspace.until(what, look, withinMs);
}

/** Every message that Slack still has, in both channels. */
function messagesOf({ slack }: Pick<Stage, "slack">, channelId: string): readonly SlackMessage[] {
  const { workspace } = slack;
  return workspace.messages(channelId).flatMap((message) => workspace.thread(channelId, message.ts));
}

/** The message about this, or whose subject begins so. */
export function messageAbout(stage: Pick<Stage, "slack">, subject: RegExp): SlackMessage | undefined {
  return messagesOf(stage, INCIDENTS).find((message) => subject.test(subjectOf(message) ?? ""));
}

/** Waits until the message about this says so. */
export async function says(stage: Stage, subject: RegExp, words: RegExp, withinMs?: number): Promise<SlackMessage> {
  const look = () => {
    const message = messageAbout(stage, subject);
    return message !== undefined && words.test(wordsOf(message)) ? message : undefined;
  };
  try {
    return await shown(stage, `${subject} to say ${words}`, look, withinMs);
  } catch (error) {
    const message = messageAbout(stage, subject);
    throw new Error(`It says:\n${message === undefined ? "nothing" : wordsOf(message)}\n${stage.tollgate.log()}`, {
      cause: error,
    });
  }
}

export function wordsOf(message: SlackMessage | EphemeralMessage): string {
  return `${message.text}\n${textOf(message.blocks)}`;
}

/** A word about one thing is said once: no subject has two messages. */
export function expectNoDuplicates(stage: Stage): void {
  const subjects = messagesOf(stage, INCIDENTS).flatMap((message) => subjectOf(message) ?? []);
  expect(subjects.toSorted()).toEqual([...new Set(subjects)].toSorted());
}

/** The dialog that this person has on the screen, once it can be sent or says why not. */
export function filledDialog(stage: Stage, person: Person, words: RegExp): Promise<SlackView> {
  return shown(stage, `a dialog of ${person.name} that says ${words}`, () =>
    stage.slack.workspace.views(person.userId).find(({ definition }) => words.test(textOf(blocksOf(definition)))),
  );
}

export function blocksOf(definition: Json): readonly Json[] {
  const blocks = at(definition, "blocks");
  return Array.isArray(blocks) ? blocks : [];
}

const ANCHOR = /#(\d+) [0-9a-f]{12}$/;

/** The lines of the audit channel. */
export function auditLines(stage: Pick<Stage, "slack">): readonly string[] {
  return stage.slack.workspace
    .messages(AUDIT)
    .flatMap((message) => textOf(message.blocks).split("\n"))
    .filter((line) => line.trim() !== "");
}

/** Waits until the audit channel has told everything that is in the record, and checks that the record holds. */
export async function expectSoundAudit(stage: Stage): Promise<readonly string[]> {
  const written = await stage.tollgate.audit("export");
  const count = written.said.split("\n").filter((line) => line.startsWith("{")).length;
  expect(count).toBeGreaterThan(0);
  expect(stage.secretsIn(written.said), "secrets in the record").toEqual([]);
  const lines = await shown(stage, `audit line #${count}`, () => {
    const all = auditLines(stage);
    return Number(ANCHOR.exec(all.at(-1) ?? "")?.[1] ?? 0) >= count ? all : undefined;
  });
  const numbers = lines.map((line) => Number(ANCHOR.exec(line)?.[1]));
  expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
  // A line may stand for several equal refusals; its number is that of the newest.
  const told = lines.reduce((sum, line) => sum + Number(/ x (\d+) #\d+ [0-9a-f]{12}$/.exec(line)?.[1] ?? 1), 0);
  expect(told).toBe(numbers.at(-1));
  const verified = await stage.tollgate.audit("verify");
  expect(verified).toMatchObject({ code: 0, said: expect.stringContaining("from the audit channel") });
  return lines;
}

/** The subject of the message that tells the requester how this request ended. */
export function outcomeOf(request: SlackMessage): RegExp {
  return new RegExp(`^${(subjectOf(request) ?? "").replace("approval-", "outcome-")}$`);
}

/** The message about this request. */
export function about(request: SlackMessage): RegExp {
  return new RegExp(`^${subjectOf(request)}$`);
}

interface Button {
  readonly action_id: string;
  readonly value: string;
}

/** A press on a message as this person has it on the screen: Slack sends it although the message has changed meanwhile. */
export async function pressAsSeen(stage: Stage, person: Person, seen: SlackMessage, button: Button): Promise<number> {
  const { threadTs, channelId } = seen;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const payload = JSON.stringify({
    type: "block_actions",
    team: { id: "T0ACME", domain: "acme" },
    user: { id: person.userId, team_id: "T0ACME" },
    trigger_id: "1.1.of-a-press-that-opens-nothing",
    channel: { id: channelId },
    container: { type: "message", message_ts: seen.ts, channel_id: channelId, ...thread },
    message: { ts: seen.ts, ...thread },
    actions: [{ type: "button", ...button }],
  });
  const body = new URLSearchParams({ payload }).toString();
  const answer = await fetch(`${stage.tollgate.url}/slack/events`, {
    method: "POST",
    headers: { ...signedHeaders(stage.slack.signingSecret, body, Date.now()) },
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** The button whose label begins so. */
export function buttonOn(message: SlackMessage, label: string): Button {
  const buttons = message.blocks.flatMap((block) => {
    const elements = at(block, "elements");
    return Array.isArray(elements) ? elements : [];
  });
  const found = buttons.find((button: Json) => textAt(button, "text", "text")?.startsWith(label) === true);
  const [action_id, value] = [textAt(found, "action_id"), textAt(found, "value")];
  if (action_id === undefined || value === undefined) throw new Error(`no button ${label} on ${message.text}`);
  return { action_id, value };
}

/** What this person alone was told because of what is done here. */
export async function toldAlone(stage: Stage, person: Person, act: () => Promise<unknown>): Promise<string> {
  const { workspace } = stage.slack;
  const known = new Set(workspace.ephemeral(person.userId).map(({ ts }) => ts));
  await act();
  const told = await shown(stage, `${person.name} to be told something`, () =>
    workspace.ephemeral(person.userId).find(({ ts }) => !known.has(ts)),
  );
  return told.text;
}
