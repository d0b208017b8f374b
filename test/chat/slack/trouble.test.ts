import { afterEach, describe, expect, test } from "vitest";
import { seedAcmeWorkspace } from "../../../src/sandbox/slack/seed.ts";
import { cardWithButtons, plainCard, type SlackWorld, startSlackWorld, wordsOf } from "./slack-world.ts";

const CHANNEL = "C0INCIDENTS";
const PRIVATE = "C0SECRET";
const INCIDENT = { role: "incident", id: null } as const;
const noLinks = async () => null;
const card = cardWithButtons();

let world: SlackWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Parameters<typeof startSlackWorld>[0] = {}) {
  world = await startSlackWorld(options);
  return { ...world, workspace: world.standIn.workspace, platform: world.slack.platform };
}

function withPrivateChannel(members = ["U0ANN", "U0TOLLGATE"]) {
  const seed = seedAcmeWorkspace();
  return { ...seed, channels: [...seed.channels, { id: PRIVATE, name: "secret", isPrivate: true, members }] };
}

describe("a channel", () => {
  test("that the policy leads an incident to takes its card, and answers in its thread stay there", async () => {
    const { platform, workspace } = await start({ standIn: { seed: withPrivateChannel() } });
    const routed = { role: "incident", id: PRIVATE } as const;
    const ref = await platform.post({ card, channel: routed, thread: null }, noLinks);
    expect(ref.channelId).toBe(PRIVATE);
    await platform.post({ card: { ...card, subject: "approval-1" }, channel: INCIDENT, thread: ref }, noLinks);
    expect(workspace.thread(PRIVATE, ref.messageId)).toHaveLength(2);
    expect(workspace.messages(CHANNEL)).toEqual([]);
    expect(await platform.find("incident-7", routed, null)).toEqual(ref);
    expect(await platform.find("incident-7", INCIDENT, null)).toBeNull();
  });

  test("that is private is pressed, commanded and checked like any other", async () => {
    const { platform, workspace, heard, slack } = await start({
      standIn: { seed: withPrivateChannel() },
      slack: { incidentChannel: PRIVATE },
    });
    expect(await slack.start()).toEqual([]);
    const ref = await platform.post({ card, channel: INCIDENT, thread: null }, noLinks);
    await workspace.click("U0ANN", PRIVATE, ref.messageId, "acknowledge.7");
    expect(heard.presses).toHaveLength(1);
  });

  test("that is private and hidden from the bot is as good as gone, and said to be", async () => {
    const { platform, slack } = await start({
      standIn: { seed: withPrivateChannel(["U0ANN"]) },
      slack: { routedChannels: () => [PRIVATE] },
    });
    const post = platform.post({ card, channel: { role: "incident", id: PRIVATE }, thread: null }, noLinks);
    await expect(post).rejects.toMatchObject({ kind: "not-found", code: "channel_not_found" });
    expect(await slack.problems()).toEqual([
      expect.stringMatching(/^tollgate\.yml, channel C0SECRET: the bot sees no/),
    ]);
  });

  test("that was renamed keeps its card, since its id stays", async () => {
    const { platform, workspace, slack } = await start();
    const ref = await platform.post({ card, channel: INCIDENT, thread: null }, noLinks);
    workspace.renameChannel(CHANNEL, "fraud");
    await platform.edit(ref, plainCard("Contained"), noLinks, "now");
    expect(wordsOf(workspace.messages(CHANNEL)[0]?.blocks)).toContain("Contained");
    expect(await slack.problems()).toEqual([]);
  });

  test("that the bot was taken out of is gone for new cards", async () => {
    const { platform, workspace, slack } = await start();
    workspace.removeMember(CHANNEL, "U0TOLLGATE");
    const post = platform.post({ card, channel: INCIDENT, thread: null }, noLinks);
    await expect(post).rejects.toMatchObject({ kind: "not-found", code: "not_in_channel" });
    expect(await platform.find("incident-7", INCIDENT, null)).toBeNull();
    expect(await slack.problems()).toEqual([expect.stringContaining("the bot is not in #twilio-incidents; invite")]);
  });

  test("that was archived is gone for new cards and for edits", async () => {
    const { platform, standIn } = await start();
    const ref = await platform.post({ card, channel: INCIDENT, thread: null }, noLinks);
    standIn.inject({ kind: "channel-archived", channel: CHANNEL });
    const gone = { kind: "not-found", code: "is_archived" };
    await expect(platform.edit(ref, card, noLinks, "now")).rejects.toMatchObject(gone);
    await expect(platform.post({ card, channel: INCIDENT, thread: null }, noLinks)).rejects.toMatchObject(gone);
  });
});

describe("what is told to one person", () => {
  test("reaches them directly when the channel was archived", async () => {
    const { platform, workspace, standIn } = await start();
    standIn.inject({ kind: "channel-archived", channel: CHANNEL });
    await platform.whisper("U0ANN", "incident", "Approved by *Ben*");
    expect(workspace.messages("D0ANN").map(({ text }) => text)).toEqual(["Approved by ∗Ben∗"]);
  });

  test("reaches them directly when they are not in the channel", async () => {
    const { platform, workspace } = await start();
    workspace.removeMember(CHANNEL, "U0BEN");
    await platform.whisper("U0BEN", "incident", "Approved");
    expect(workspace.messages("D0BEN")).toHaveLength(1);
    expect(workspace.ephemeral("U0BEN")).toEqual([]);
  });

  test("is not said twice when Slack's answer was lost", async () => {
    const { platform, workspace, standIn } = await start();
    standIn.inject({ kind: "cut-answer", method: "chat.postEphemeral" });
    await expect(platform.whisper("U0ANN", "incident", "Approved")).rejects.toMatchObject({ kind: "unavailable" });
    expect(workspace.ephemeral("U0ANN")).toHaveLength(1);
    expect(workspace.messages("D0ANN")).toEqual([]);
  });

  test("after a press reaches them directly when nothing else does", async () => {
    const { platform, workspace, standIn } = await start({
      handlers: { press: async () => ({ kind: "told", text: "Not you." }) },
    });
    const ref = await platform.post({ card, channel: INCIDENT, thread: null }, noLinks);
    standIn.inject({ kind: "error", method: "chat.postEphemeral", error: "user_not_in_channel" });
    standIn.inject({ kind: "response-urls-expired" });
    await workspace.click("U0BEN", CHANNEL, ref.messageId, "acknowledge.7");
    await workspace.until("the direct message", () => workspace.messages("D0BEN")[0]);
  });
});
