/** Pictures in Teams: they come with the card, do not count for its size, and never stand in the way of the words. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Card } from "../../../src/notice/card.ts";
import { isJson, type Json, objectsIn } from "../../../src/sandbox/slack/json.ts";
import { SMALL_PNG } from "../../support/png.ts";
import { ann, incidentChannel, noLinks, plainCard, startTeamsWorld, type TeamsWorld, wordsOf } from "./teams-world.ts";

let world: TeamsWorld;
beforeEach(async () => {
  world = await startTeamsWorld();
});
afterEach(() => world.close());

const channel = { role: "incident", id: null } as const;
const digest = "d".repeat(32);
const finding = "80 of 92 calls went to Latvia.";
const pictured: Card = plainCard("Calls to Latvia", { elements: [{ kind: "chart", finding, picture: digest }] });

function draw(png: Buffer = SMALL_PNG): void {
  world.handlers.pictureOf = async (_platform, asked) => (asked === digest ? { name: "inline", png } : null);
}

function images(card: Json | undefined): readonly Json[] {
  return objectsIn(isJson(card) ? card["body"] : []).filter(({ type }) => type === "Image");
}

test("a card is words before its picture is drawn, and brings it afterwards", async () => {
  const ref = await world.teams.platform.post({ card: pictured, channel, thread: null }, noLinks);
  const shown = () => world.standIn.tenant.card(ann, ref.messageId);
  expect(images(shown())).toEqual([]);
  expect(wordsOf(shown())).toContain(finding.slice(0, 20));
  draw();
  await world.teams.platform.edit(ref, pictured, noLinks, "now");
  const url = `data:image/png;base64,${SMALL_PNG.toString("base64")}`;
  expect(images(shown())).toMatchObject([{ url, altText: finding }]);
});

test("large pictures are taken beside a card that is full of text", async () => {
  draw(Buffer.alloc(45_000, 1));
  const list = { kind: "list", title: "Calls", items: Array.from({ length: 60 }, () => "x".repeat(40)) } as const;
  const card = { ...pictured, elements: [list, ...pictured.elements, ...pictured.elements, list] };
  const ref = await world.teams.platform.post({ card, channel, thread: null }, noLinks);
  const shown = world.standIn.tenant.card(ann, ref.messageId);
  expect(images(shown)).toHaveLength(2);
  expect(wordsOf(shown)).not.toContain("do not fit");
});

test("an answer in the own chat comes at once, and is the same message with its picture", async () => {
  let drawn: (isThere: boolean) => void = () => {};
  const there = new Promise<boolean>((resolve) => {
    drawn = resolve;
  });
  world.handlers.command = async () => ({ card: pictured, isShared: true, follow: () => there });
  const { message } = await world.standIn.tenant.say(ann, incidentChannel, "usage today share", { mentionsBot: true });
  const { tenant } = world.standIn;
  const answer = await tenant.until("an answer", () => tenant.thread(message.id)[1]);
  expect(images(answer.card)).toEqual([]);
  draw();
  drawn(true);
  await tenant.until("the picture", () => images(tenant.thread(message.id)[1]?.card)[0]);
  expect(tenant.thread(message.id)).toHaveLength(2);
});
