/** What people ask for themselves: their home, and answers that they share. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../src/sandbox/story/door.ts";
import { textOf } from "../../src/sandbox/story/slack-door.ts";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import { ACME_TEAMS } from "../../src/sandbox/teams/seed.ts";
import { ANN, BEN, CEM, INCIDENTS } from "./cast.ts";
import { raise } from "./side.ts";
import { blocksOf } from "./slack-screen.ts";
import { playOn, prepareStage, type Stage } from "./stage.ts";

const [, , , SUSPEND] = REMEDIATIONS;

let stage: Stage;

beforeAll(async () => {
  stage = await prepareStage({ on: "both" });
  await stage.tollgate.start();
});
afterAll(() => stage?.close());

/** What somebody's App Home says once it says this. */
async function homeSays(userId: string, words: RegExp): Promise<string> {
  const { workspace } = stage.slack;
  const text = () => textOf(blocksOf(workspace.home(userId)?.definition ?? {}));
  await workspace.until(`the home of ${userId} to say ${words}`, () => (words.test(text()) ? true : undefined), 15_000);
  return text();
}

test("a home says what waits for whom, on both platforms, and is true again when it is opened again", async () => {
  const { onSlack, onTeams, slack } = stage;
  const { card, account } = await raise(onSlack, stage);
  await onSlack.story.press(ANN, card, "Acknowledge");
  const request = await onSlack.story.ask(ANN, card, SUSPEND, "Toll fraud");

  await slack.workspace.openHome(ANN.userId);
  expect(await homeSays(ANN.userId, /In your hands/)).not.toMatch(/Waiting for your approval/);
  await slack.workspace.openHome(BEN.userId);
  const forBen = await homeSays(BEN.userId, /Waiting for your approval/);
  expect(forBen).toMatch(new RegExp(`Suspend the subaccount on ${account.friendlyName}`));
  expect(forBen).toMatch(/On call: Ann Ito and Ben Okafor/);
  const inTeams = await onTeams.ask(BEN, "home", "");
  expect(inTeams.words).toMatch(
    new RegExp(`Waiting for your approval[\\s\\S]*Suspend the subaccount on ${account.friendlyName}`),
  );
  expect(inTeams.words).toMatch(/Slack.*Teams.*work\./);

  await onSlack.story.approve(BEN, request);
  await slack.workspace.openHome(BEN.userId);
  expect(await homeSays(BEN.userId, /^(?![\s\S]*Waiting for your approval)/)).toMatch(/Open incidents|open/);

  await slack.workspace.openHome(CEM.userId);
  expect(await homeSays(CEM.userId, /Nothing to show/)).not.toContain(account.friendlyName);
  expect((await onTeams.ask(CEM, "home", "")).words).not.toContain(account.friendlyName);
});

describe.each(["slack", "teams"] as const)("on %s", (platform) => {
  test("an answer is for the asker alone unless it is shared, and then it says who asked", () =>
    playOn(platform, stage, async (side) => {
      const inChannel = async () => {
        const room = await side.door.look();
        return room.messages.filter(
          (message) => isInChannel(message) && room.wordsOf(message).includes("Spent today so far"),
        );
      };
      expect((await side.ask(ANN, "usage", "today")).words).toMatch(/Spent today so far/);
      expect(await inChannel()).toEqual([]);
      await side.door.command(ANN, "usage", "today share");
      const shared = await until(side.door, "the shared answer", ({ messages, wordsOf }) =>
        messages.find((message) => isInChannel(message) && wordsOf(message).includes("Spent today so far")),
      );
      expect(await side.wordsOf(shared)).toMatch(/Asked by Ann Ito\./);
      // What goes wrong is nobody else's business.
      expect((await side.ask(ANN, "usage", "tomorow share")).words).toMatch(/today/);
      expect(await inChannel()).toHaveLength(1);
    }));
});

/** Whether everybody sees it. */
function isInChannel(message: unknown): boolean {
  const places: readonly unknown[] = [INCIDENTS, ACME_TEAMS.incidentChannel];
  return Object.entries(message ?? {}).some(
    ([name, value]) => /^(channelId|conversationId)$/.test(name) && places.includes(value),
  );
}
