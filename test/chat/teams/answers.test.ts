import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Json } from "../../../src/sandbox/slack/json.ts";
import {
  ann,
  cardWithButtons,
  filled,
  gus,
  incidentChannel,
  incidentId,
  noLinks,
  opening,
  plainCard,
  privately,
  startTeamsWorld,
  type TeamsWorld,
  wordsOf,
} from "./teams-world.ts";

const ASK_AGAIN = "Ask again in a minute";
const INSTALL = "Install the Tollgate app";

let world: TeamsWorld;

beforeEach(async () => {
  world = await startTeamsWorld();
});

afterEach(() => world.close());

async function postCard(): Promise<string> {
  const channel = { role: "incident", id: null } as const;
  const ref = await world.teams.platform.post({ card: cardWithButtons(), channel, thread: null }, noLinks);
  return ref.messageId;
}

function chat(userId = ann): string {
  const found = world.standIn.tenant.personalChat(userId);
  if (found === undefined) throw new Error(`${userId} has no chat`);
  return found.id;
}

function words(conversationId: string): string {
  return wordsOf(world.standIn.tenant.messages(conversationId));
}

function lastActivity(): Json {
  const delivery = world.standIn.tenant.deliveries.at(-1);
  if (delivery === undefined) throw new Error("nothing was sent to the bot");
  return delivery.activity;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe("a private answer that Teams does not take", () => {
  test("is told so where it was asked, and nobody is sent to install what they have", async () => {
    await world.standIn.tenant.say(ann, chat(), "help");
    await world.teams.close();
    world.standIn.inject({ kind: "status", status: 503, operation: "send", conversationId: chat() });
    const { message } = await world.standIn.tenant.say(ann, incidentChannel, "usage", { mentionsBot: true });
    await world.teams.close();
    const thread = wordsOf(world.standIn.tenant.thread(message.id));
    expect(thread).toContain(ASK_AGAIN);
    expect(thread).not.toContain(INSTALL);
  });

  test("is told so in the chat as well, and is no bug of ours", async () => {
    world.standIn.inject({ kind: "cut-answer", operation: "send", conversationId: chat() });
    await world.standIn.tenant.say(ann, chat(), "usage");
    await world.teams.close();
    expect(words(chat())).toContain(ASK_AGAIN);
    expect(words(chat())).not.toContain("Something went wrong");
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test("after a press is told so at the card", async () => {
    world.handlers.press = async () => ({ kind: "card", card: plainCard("only for Ann", { subject: "details" }) });
    const messageId = await postCard();
    await world.standIn.tenant.say(ann, chat(), "help");
    await world.teams.close();
    world.standIn.inject({ kind: "status", status: 500, operation: "send", conversationId: chat() });
    await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    expect(world.standIn.tenant.notes(ann)[0]?.text).toContain(ASK_AGAIN);
  });

  test("of somebody without the app still names the app", async () => {
    world.handlers.command = async () => privately(plainCard("secret figures"));
    const { message } = await world.standIn.tenant.say(gus, incidentChannel, "usage", { mentionsBot: true });
    await world.teams.close();
    expect(wordsOf(world.standIn.tenant.thread(message.id))).toContain(INSTALL);
  });
});

describe("a private card that is slow to send", () => {
  test("is sent once, and its clicker told where it will be", async () => {
    world.handlers.press = async () => ({ kind: "card", card: plainCard("only for Ann", { subject: "details" }) });
    const messageId = await postCard();
    await world.standIn.tenant.say(ann, chat(), "help");
    await world.teams.close();
    world.standIn.inject({ kind: "delay", ms: 4800, operation: "send", conversationId: chat() });
    const result = await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    expect(result.ok).toBe(true);
    expect(world.standIn.tenant.notes(ann)[0]?.text).toContain("chat with me");
    await world.teams.close();
    const sends = world.standIn.calls.filter((call) => wordsOf(call.body).includes("only for Ann"));
    expect(sends).toHaveLength(1);
  }, 20_000);

  test("that is not taken after all is told so", async () => {
    world.handlers.press = async () => ({ kind: "card", card: plainCard("only for Ann", { subject: "details" }) });
    const messageId = await postCard();
    await world.standIn.tenant.say(ann, chat(), "help");
    await world.teams.close();
    world.standIn.inject({ kind: "hang", operation: "send", conversationId: chat() });
    await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    await world.teams.close();
    expect(wordsOf(world.standIn.tenant.thread(messageId))).toContain(ASK_AGAIN);
  }, 20_000);

  test("is waited for when Tollgate stops", async () => {
    let finish: (() => void) | undefined;
    world.handlers.press = () =>
      new Promise((resolve) => {
        finish = () => resolve({ kind: "told", text: "It was too late for that." });
      });
    const messageId = await postCard();
    await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    const closing = world.teams.close();
    finish?.();
    await closing;
    expect(count(words(chat()), "It was too late for that.")).toBe(1);
  }, 20_000);
});

test("a press for a dialog that comes as a message is told what it needs", async () => {
  world.handlers.press = async () => ({ kind: "dialog", opening, fill: async () => filled });
  await world.standIn.tenant.say(ann, incidentChannel, "help", { mentionsBot: true });
  const { text: _, ...silent } = lastActivity();
  const press = JSON.stringify({ action: "request", incidentId, remediation: "suspend-subaccount" });
  await world.standIn.tenant.deliver({ ...silent, value: { press, subject: "incident-7" } });
  await world.teams.close();
  expect(words(chat())).toContain("This button needs a newer Teams");
});

describe("a message made to take long", () => {
  test.each([
    ["marks that never end", { text: "<at ".repeat(50_000) }],
    ["spaces", { text: `<at${" ".repeat(200_000)}` }],
    [
      "names that are empty",
      {
        text: "help",
        entities: Array.from({ length: 500 }, () => ({
          type: "mention",
          text: "",
          mentioned: { id: "28:11111111-0000-4000-8000-000000000000", name: "" },
        })),
      },
    ],
  ])(
    "by %s is answered as fast as any",
    async (_case, changed) => {
      await world.standIn.tenant.say(ann, chat(), "help");
      const activity = lastActivity();
      const recipient = activity["recipient"] as Json;
      const entities = "entities" in changed ? changed.entities.map((one) => ({ ...one, mentioned: recipient })) : [];
      const before = performance.now();
      const { status } = await world.standIn.tenant.deliver({ ...activity, ...changed, entities });
      expect(status).toBe(200);
      expect(performance.now() - before).toBeLessThan(3000);
    },
    30_000,
  );
});

describe("without authentication", () => {
  const json = { "content-type": "application/json" };

  async function statusOf(headers: Record<string, string>): Promise<number> {
    const activity = { type: "message", text: "help", channelId: "emulator", serviceUrl: "http://127.0.0.1:9/" };
    const response = await fetch(world.messagesUrl, { method: "POST", headers, body: JSON.stringify(activity) });
    expect(await response.text()).toBe("");
    return response.status;
  }

  test("a web page may not speak for anybody: neither by its origin, nor as a form would", async () => {
    await world.close();
    world = await startTeamsWorld({ teams: { identity: { kind: "anonymous" }, serviceUrl: null } });
    expect(await statusOf({ ...json, origin: "https://evil.example" })).toBe(403);
    expect(await statusOf({ ...json, origin: "null" })).toBe(403);
    expect(await statusOf({ "content-type": "text/plain" })).toBe(415);
    expect(await statusOf({ "content-type": "application/x-www-form-urlencoded" })).toBe(415);
    expect(await statusOf({ "content-type": "application/json; charset=utf-8" })).toBe(200);
    expect(world.heard.commands).toEqual([]);
  });
});
