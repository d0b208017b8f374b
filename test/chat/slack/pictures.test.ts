/** Pictures in Slack: uploaded in no channel, shown by cards and answers, and never in the way of the words. */
import { afterEach, expect, test, vi } from "vitest";
import { PICTURE_REFUSED } from "../../../src/chat/platform.ts";
import type { Card } from "../../../src/notice/card.ts";
import { isJson, objectsIn, textAt } from "../../../src/sandbox/slack/json.ts";
import { SMALL_PNG } from "../../support/png.ts";
import { plainCard, type SlackWorld, startSlackWorld, wordsOf } from "./slack-world.ts";

const CHANNEL = "C0INCIDENTS";
const channel = { role: "incident", id: null } as const;
const noLinks = async () => null;
const digest = "d".repeat(32);
const finding = "80 of 92 calls went to Latvia.";
const pictured: Card = plainCard("Calls to Latvia", { elements: [{ kind: "chart", finding, picture: digest }] });

let world: SlackWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Slack as it is once the picture was given to it. */
async function withPicture() {
  world = await startSlackWorld();
  const { standIn, slack, handlers } = world;
  const name = await slack.platform.takePicture({ digest, png: SMALL_PNG });
  Object.assign(handlers, {
    pictureOf: async (_platform: string, asked: string) => (asked === digest ? { name, png: SMALL_PNG } : null),
  });
  return { standIn, workspace: standIn.workspace, platform: slack.platform, handlers, name };
}

function images(blocks: readonly unknown[] | undefined) {
  return objectsIn(blocks).filter((block) => block["type"] === "image");
}

test("a picture is uploaded in three steps and seen in no channel", async () => {
  const { standIn, workspace, name } = await withPicture();
  expect(name).toMatch(/^F[A-Z0-9]{8,}$/);
  expect(standIn.calls.map(({ method }) => method)).toEqual([
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
  ]);
  expect(workspace.messages(CHANNEL)).toEqual([]);
  const page = await fetch(`${standIn.url}/files/${name}`);
  expect(page.headers.get("content-type")).toBe("image/png");
  expect(Buffer.from(await page.arrayBuffer())).toEqual(SMALL_PNG);
});

test("one that was taken away is gone for everybody, and to take it away twice is no error", async () => {
  const { standIn, platform, name } = await withPicture();
  await platform.dropPicture?.(name);
  await platform.dropPicture?.(name);
  await platform.dropPicture?.("F0NEVERSEEN");
  expect((await fetch(`${standIn.url}/files/${name}`)).status).toBe(404);
  expect(standIn.calls.slice(2).map(({ method, answer }) => [method, answer?.["error"]])).toEqual([
    ["files.delete", undefined],
    ["files.delete", "file_deleted"],
    ["files.delete", "file_not_found"],
  ]);
  await expect(platform.post({ card: pictured, channel, thread: null }, noLinks)).rejects.toMatchObject({
    code: PICTURE_REFUSED,
  });
});

test("a card shows it by its id, with the finding as its alternative text", async () => {
  const { platform, workspace, name } = await withPicture();
  await platform.post({ card: pictured, channel, thread: null }, noLinks);
  expect(images(workspace.messages(CHANNEL)[0]?.blocks)).toMatchObject([
    { slack_file: { id: name }, alt_text: finding },
  ]);
});

test("a picture that Slack still looks at is refused by name, and the same card in words is taken", async () => {
  const { platform, workspace, standIn } = await withPicture();
  standIn.inject({ kind: "files-unseen" });
  const message = { card: pictured, channel, thread: null };
  await expect(platform.post(message, noLinks)).rejects.toMatchObject({ kind: "rejected", code: PICTURE_REFUSED });
  expect(workspace.messages(CHANNEL)).toEqual([]);
  const inWords = plainCard("Calls to Latvia", { elements: [{ kind: "chart", finding, picture: null }] });
  const ref = await platform.post({ ...message, card: inWords }, noLinks);
  expect(wordsOf(workspace.messages(CHANNEL)[0]?.blocks)).toContain(finding);
  await expect(platform.edit(ref, pictured, noLinks, "now")).rejects.toMatchObject({ code: PICTURE_REFUSED });
  standIn.clearFaults();
  await platform.edit(ref, pictured, noLinks, "now");
  expect(images(workspace.messages(CHANNEL)[0]?.blocks)).toHaveLength(1);
});

test("a card with other faults in it is not taken for one with a refused picture", async () => {
  const { platform, standIn } = await withPicture();
  standIn.inject({ kind: "error", method: "chat.postMessage", error: "invalid_blocks" });
  const card = plainCard("Without any picture");
  await expect(platform.post({ card, channel, thread: null }, noLinks)).rejects.toMatchObject({
    code: "invalid_blocks",
  });
});

test("an answer comes at once in words, and its picture behind it, for the asker alone", async () => {
  const { handlers, workspace, name } = await withPicture();
  let drawn: (isThere: boolean) => void = () => {};
  const pictureOf = handlers.pictureOf;
  Object.assign(handlers, {
    pictureOf: async () => null,
    command: async () => ({
      card: pictured,
      isShared: false,
      follow: () =>
        new Promise<boolean>((resolve) => {
          drawn = resolve;
        }),
    }),
  });
  const seen = () => workspace.ephemeral("U0ANN");
  await workspace.slash("U0ANN", CHANNEL, "/twilio-usage", "today");
  await vi.waitFor(() => expect(seen()).toHaveLength(1));
  expect(images(seen()[0]?.blocks)).toEqual([]);
  expect(wordsOf(seen()[0]?.blocks)).toContain(finding);

  Object.assign(handlers, { pictureOf });
  drawn(true);
  await vi.waitFor(() => expect(seen()).toHaveLength(2), { timeout: 5_000 });
  expect(images(seen()[1]?.blocks)).toMatchObject([{ slack_file: { id: name }, alt_text: finding }]);
});

test("an answer whose picture Slack refuses is given in words", async () => {
  const { handlers, workspace, standIn } = await withPicture();
  standIn.inject({ kind: "files-unseen" });
  Object.assign(handlers, { command: async () => ({ card: pictured, isShared: false }) });
  await workspace.slash("U0ANN", CHANNEL, "/twilio-usage", "today");
  await vi.waitFor(() => expect(workspace.ephemeral("U0ANN")).toHaveLength(1));
  const [said] = workspace.ephemeral("U0ANN");
  expect(wordsOf(said?.blocks)).toContain(finding);
  expect(wordsOf(said)).not.toContain("could not be shown");
});

test("the page has an address for every picture in its state", async () => {
  const { platform, standIn } = await withPicture();
  await platform.post({ card: pictured, channel, thread: null }, noLinks);
  const state: unknown = await (await fetch(`${standIn.url}/state`)).json();
  const [message] = isJson(state) ? objectsIn(state["messages"]) : [];
  const [image] = images(message === undefined ? [] : objectsIn(message["blocks"]));
  expect((await fetch(`${standIn.url}/files/${textAt(image, "slack_file", "id")}`)).status).toBe(200);
  expect((await fetch(`${standIn.url}/files/F0NOTHERE1`)).status).toBe(404);
});
