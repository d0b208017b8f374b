import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seedAcmeWorkspace } from "../../../src/sandbox/slack/seed.ts";
import { type SlackStandIn, startSlackStandIn } from "../../../src/sandbox/slack/stand-in.ts";
import { SMALL_PNG } from "../../support/png.ts";

const CHANNEL = "C0INCIDENTS";

let slack: SlackStandIn;
let client: WebClient;

beforeEach(async () => {
  slack = await startSlackStandIn();
  client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
});

afterEach(() => slack.close());

async function state(): Promise<unknown> {
  return (await fetch(`${slack.url}/state`)).json();
}

describe("a file", () => {
  test("that Slack's own library uploads is shown in its thread, with its text", async () => {
    const { ts = "" } = await client.chat.postMessage({ channel: CHANNEL, text: "Latvia" });
    await client.filesUploadV2({
      channel_id: CHANNEL,
      thread_ts: ts,
      filename: "incident-7.md",
      title: "Report",
      content: "# größe",
    });
    expect(slack.workspace.thread(CHANNEL, ts)[1]?.files).toMatchObject([
      { name: "incident-7.md", title: "Report", text: "# größe" },
    ]);
    const { messages = [] } = await client.conversations.replies({ channel: CHANNEL, ts });
    expect(messages[1]).toMatchObject({ files: [{ name: "incident-7.md", size: 9 }] });
    expect(await state()).toMatchObject({ messages: [{ files: [] }, { files: [{ text: "# größe" }] }] });
  });

  test("of another length than announced is not taken", async () => {
    const { upload_url: url = "", file_id: id = "" } = await client.files.getUploadURLExternal({
      filename: "a.md",
      length: 3,
    });
    expect((await fetch(url, { method: "POST", body: "four" })).status).toBe(400);
    await expect(client.files.completeUploadExternal({ files: [{ id }], channel_id: CHANNEL })).rejects.toMatchObject({
      data: { error: "file_not_found" },
    });
    expect((await fetch(url, { method: "POST", body: "abc" })).status).toBe(200);
    expect((await fetch(url, { method: "POST", body: "abc" })).status).toBe(400);
  });

  test("needs a scope of its own", async () => {
    await slack.close();
    const seed = seedAcmeWorkspace();
    slack = await startSlackStandIn({ seed: { ...seed, app: { ...seed.app, scopes: ["chat:write"] } } });
    client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
    const refused = { data: { error: "missing_scope", needed: "files:write" } };
    await expect(client.files.getUploadURLExternal({ filename: "a.md", length: 3 })).rejects.toMatchObject(refused);
    await expect(client.files.delete({ file: "F0PICTURE1" })).rejects.toMatchObject(refused);
  });
});

describe("a picture", () => {
  const upload = async (bytes: Buffer) => {
    const asked = { filename: "a.png", length: bytes.length };
    const { upload_url: url = "", file_id: id = "" } = await client.files.getUploadURLExternal(asked);
    await fetch(url, { method: "POST", body: Buffer.from(bytes) });
    await client.files.completeUploadExternal({ files: [{ id }] });
    return id;
  };
  const post = (id: string, alt_text = "calls") =>
    client.chat.postMessage({ channel: CHANNEL, text: "x", blocks: [{ type: "image", slack_file: { id }, alt_text }] });

  test("is shown by blocks once it was uploaded, and only a picture is", async () => {
    expect(await post(await upload(SMALL_PNG))).toMatchObject({ ok: true });
    const invalid = {
      data: { error: "invalid_blocks", errors: ["invalid slack file [json-pointer:/blocks/0/slack_file]"] },
    };
    await expect(post(await upload(Buffer.from("no picture")))).rejects.toMatchObject(invalid);
    await expect(post("F0NEVERSEEN")).rejects.toMatchObject(invalid);
  });

  test("that was deleted is shown by no block, and is known as deleted", async () => {
    const id = await upload(SMALL_PNG);
    expect(await client.files.delete({ file: id })).toMatchObject({ ok: true });
    await expect(client.files.delete({ file: id })).rejects.toMatchObject({ data: { error: "file_deleted" } });
    await expect(client.files.delete({ file: "F0NEVERSEEN" })).rejects.toMatchObject({
      data: { error: "file_not_found" },
    });
    await expect(post(id)).rejects.toMatchObject({ data: { error: "invalid_blocks" } });
  });

  test("is not shown while Slack looks at it", async () => {
    const id = await upload(SMALL_PNG);
    slack.inject({ kind: "files-unseen" });
    await expect(post(id)).rejects.toMatchObject({ data: { error: "invalid_blocks" } });
    slack.clearFaults();
    expect(await post(id)).toMatchObject({ ok: true });
  });

  test.each([
    ["without alternative text", "F0PICTURE1", ""],
    ["with too much of it", "F0PICTURE1", "x".repeat(2_001)],
    ["by an id that is none", "https://example.com/a.png", "calls"],
  ])("is refused %s", async (_why, id, alt) => {
    await expect(post(id, alt)).rejects.toMatchObject({ data: { error: "invalid_blocks" } });
  });
});

describe("an App Home", () => {
  const home = (text: string) => ({
    type: "home" as const,
    blocks: [{ type: "section" as const, text: { type: "plain_text" as const, text } }],
  });

  test("is one view for each person, in the page's state beside the dialogs", async () => {
    await client.views.publish({ user_id: "U0ANN", view: home("first") });
    await client.views.publish({ user_id: "U0ANN", view: home("second") });
    await client.views.publish({ user_id: "U0BEN", view: home("Ben's") });
    expect(JSON.stringify(slack.workspace.home("U0ANN")?.definition)).toContain("second");
    expect(await state()).toMatchObject({ views: [], homes: [{ userId: "U0ANN" }, { userId: "U0BEN" }] });
  });

  test("is opened through the page's door, and the app hears of it", async () => {
    const open = async (userId: string) => {
      const response = await fetch(`${slack.url}/act/open-home`, { method: "POST", body: JSON.stringify({ userId }) });
      return { status: response.status, body: await response.json() };
    };
    expect(await open("U0ANN")).toEqual({ status: 200, body: { ok: false } });
    expect(slack.workspace.deliveries).toMatchObject([{ kind: "event", problem: "not-connected" }]);
    expect(JSON.parse(slack.workspace.deliveries[0]?.body ?? "")).toMatchObject({
      event: { type: "app_home_opened", user: "U0ANN", tab: "home" },
    });
    expect((await open("U0NOBODY")).status).toBe(400);
  });

  test("is not told of to an app that did not subscribe to it", async () => {
    await slack.close();
    const seed = seedAcmeWorkspace();
    slack = await startSlackStandIn({ seed: { ...seed, app: { ...seed.app, events: [] } } });
    expect(await slack.workspace.openHome("U0ANN")).toBeUndefined();
    expect(slack.workspace.deliveries).toEqual([]);
  });
});

test("a channel keeps its id when it is renamed, and the app can be taken out of it", async () => {
  slack.workspace.renameChannel(CHANNEL, "fraud");
  expect((await client.conversations.info({ channel: CHANNEL })).channel).toMatchObject({ id: CHANNEL, name: "fraud" });
  slack.workspace.removeMember(CHANNEL, "U0TOLLGATE");
  await expect(client.chat.postMessage({ channel: CHANNEL, text: "x" })).rejects.toMatchObject({
    data: { error: "not_in_channel" },
  });
});
