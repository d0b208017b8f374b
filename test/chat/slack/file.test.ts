import { afterEach, expect, test } from "vitest";
import { cardWithButtons, type SlackWorld, startSlackWorld } from "./slack-world.ts";

const CHANNEL = "C0INCIDENTS";

let world: SlackWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function withThread() {
  world = await startSlackWorld();
  const { standIn, slack } = world;
  const channel = { role: "incident", id: null } as const;
  const thread = await slack.platform.post({ card: cardWithButtons(), channel, thread: null }, async () => null);
  const text = "# Incident 7\n\nCalls to Lettland – größe 東京 👩‍🚒\n";
  const file = { subject: "report-7", name: "incident-7.md", title: "Incident 7: report", text, thread };
  return { standIn, workspace: standIn.workspace, platform: slack.platform, thread, file };
}

test("a file is shared in the thread of its incident, byte for byte", async () => {
  const { workspace, platform, thread, file } = await withThread();
  const ref = await platform.postFile(file);
  expect(ref).toMatchObject({ channelId: CHANNEL, messageId: expect.stringMatching(/^F0/) });
  const [, shared] = workspace.thread(CHANNEL, thread.messageId);
  expect(shared?.files).toMatchObject([{ id: ref.messageId, name: file.name, title: file.title, text: file.text }]);
  expect(workspace.messages(CHANNEL)).toHaveLength(1);
});

test("until its last step nobody sees anything of it, and it can be tried again", async () => {
  const { standIn, workspace, platform, thread, file } = await withThread();
  standIn.inject({ kind: "server-error", method: "files.completeUploadExternal" });
  await expect(platform.postFile(file)).rejects.toMatchObject({ kind: "unavailable" });
  expect(workspace.thread(CHANNEL, thread.messageId)).toHaveLength(1);
  await platform.postFile(file);
  expect(workspace.thread(CHANNEL, thread.messageId)).toHaveLength(2);
});

test("a missing scope and a channel that is gone are told apart", async () => {
  const { standIn, platform, file } = await withThread();
  standIn.inject({ kind: "error", method: "files.getUploadURLExternal", error: "missing_scope" });
  await expect(platform.postFile(file)).rejects.toMatchObject({ kind: "unauthorised", code: "missing_scope" });
  standIn.inject({ kind: "channel-archived", channel: CHANNEL });
  await expect(platform.postFile(file)).rejects.toMatchObject({ kind: "not-found", code: "is_archived" });
});

test("whose answer was lost is found again, before it would be shared twice", async () => {
  const { standIn, workspace, platform, thread, file } = await withThread();
  const channel = { role: "incident", id: null } as const;
  expect(await platform.find(file.subject, channel, thread)).toBeNull();
  standIn.inject({ kind: "cut-answer", method: "files.completeUploadExternal" });
  await expect(platform.postFile(file)).rejects.toMatchObject({ kind: "unavailable" });
  const [, shared] = workspace.thread(CHANNEL, thread.messageId);
  expect(await platform.find(file.subject, channel, thread)).toEqual({ channelId: CHANNEL, messageId: shared?.ts });
  expect(await platform.find("report-8", channel, thread)).toBeNull();
});
