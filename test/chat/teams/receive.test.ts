import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isJson, type Json, objectsIn } from "../../../src/sandbox/slack/json.ts";
import type { TeamsDialog, TeamsMessage } from "../../../src/sandbox/teams/model.ts";
import { seedAcmeTenant } from "../../../src/sandbox/teams/seed.ts";
import {
  ann,
  ben,
  cardWithButtons,
  cem,
  eve,
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

let world: TeamsWorld;

beforeEach(async () => {
  world = await startTeamsWorld();
});

afterEach(() => world.close());

async function postCard(card = cardWithButtons()): Promise<string> {
  const channel = { role: "incident", id: null } as const;
  const ref = await world.teams.platform.post({ card, channel, thread: null }, noLinks);
  return ref.messageId;
}

function chatOf(userId: string): string {
  const chat = world.standIn.tenant.personalChat(userId);
  if (chat === undefined) throw new Error(`${userId} has no chat`);
  return chat.id;
}

function lastActivity(): Json {
  const delivery = world.standIn.tenant.deliveries.at(-1);
  if (delivery === undefined) throw new Error("nothing was sent to the bot");
  return delivery.activity;
}

function fromBot(messages: readonly TeamsMessage[]): readonly TeamsMessage[] {
  return messages.filter((message) => message.from.startsWith("28:"));
}

/** The bot's newest message in the chat with this person. */
function answerTo(userId: string, words: string): Promise<TeamsMessage> {
  return world.standIn.tenant.until(`an answer to ${userId} with ${words}`, () =>
    fromBot(world.standIn.tenant.messages(chatOf(userId))).find((message) => wordsOf(message).includes(words)),
  );
}

describe("a press", () => {
  test("reaches the handlers with who it was, and shows them the latest card", async () => {
    world.handlers.view = async (_user, subject) => plainCard(`${subject} is acknowledged`);
    const messageId = await postCard();
    const result = await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    expect(result.ok).toBe(true);
    expect(world.heard.presses).toEqual([
      {
        user: { platform: "teams", userId: ann, barred: null },
        press: { action: "acknowledge", incidentId },
      },
    ]);
    expect(wordsOf(world.standIn.tenant.card(ann, messageId))).toContain("incident-7 is acknowledged");
    expect(wordsOf(world.standIn.tenant.card(ben, messageId))).toContain("Calls to Latvia");
  });

  test("that is refused is told to its clicker alone", async () => {
    world.handlers.press = async () => ({ kind: "told", text: "You are not an approver." });
    const messageId = await postCard();
    await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    expect(world.standIn.tenant.notes(ann).map((note) => note.text)).toEqual(["You are not an approver."]);
    expect(fromBot(world.standIn.tenant.messages(incidentChannel))).toHaveLength(1);
  });

  test("that answers with a card gets it in the chat with the clicker", async () => {
    world.handlers.press = async () => ({ kind: "card", card: plainCard("only for Ann", { subject: "details" }) });
    await world.standIn.tenant.press(ann, await postCard(), "Acknowledge");
    await answerTo(ann, "only for Ann");
    expect(wordsOf(world.standIn.tenant.messages(incidentChannel))).not.toContain("only for Ann");
  });

  test("that answers with the same card anew replaces it", async () => {
    world.handlers.press = async () => ({
      kind: "card",
      card: plainCard("my home, just now", { subject: "incident-7" }),
    });
    const messageId = await postCard();
    await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    expect(wordsOf(world.standIn.tenant.card(ann, messageId))).toContain("my home, just now");
  });

  test("that opens a question first is pressed behind the question", async () => {
    const button = cardWithButtons().buttons[0];
    if (button === undefined) throw new Error("no button");
    const asks = { ...button, confirm: "This cannot be undone." };
    const messageId = await postCard(plainCard("Approve", { buttons: [asks] }));
    await expect(world.standIn.tenant.press(ann, messageId, "Acknowledge")).rejects.toThrow("Yes: Acknowledge");
    await world.standIn.tenant.press(ann, messageId, "Yes: Acknowledge");
    expect(world.heard.presses).toHaveLength(1);
  });

  test("that nobody knows is answered and handed on", async () => {
    const messageId = await postCard();
    const { note } = await forged(messageId, { press: "launch-missiles", subject: "incident-7" });
    expect(note).toContain("older version");
    expect(world.heard.unknown.map(({ action }) => action)).toEqual(["launch-missiles"]);
    expect(world.heard.presses).toEqual([]);
  });

  test("whose handler breaks is answered all the same", async () => {
    world.handlers.press = async () => {
      throw new Error("a bug");
    };
    await world.standIn.tenant.press(ann, await postCard(), "Acknowledge");
    expect(world.standIn.tenant.notes(ann)[0]?.text).toContain("Something went wrong in Tollgate");
  });

  test("that takes longer than Teams waits is answered in time, and what came of it is said in the chat", async () => {
    let finish: (() => void) | undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    world.handlers.press = async () => {
      await finished;
      return { kind: "told", text: "It was too late for that." };
    };
    const messageId = await postCard();
    const result = await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    expect(result.ok).toBe(true);
    expect(world.standIn.tenant.notes(ann)[0]?.text).toContain("Try again");
    expect(world.standIn.tenant.deliveries.at(-1)?.problem).toBe("none");
    finish?.();
    await answerTo(ann, "It was too late for that.");
  }, 15_000);

  test("of an old client, which sends a message instead, is answered in the chat", async () => {
    world.handlers.press = async () => ({ kind: "told", text: "Not you." });
    await world.standIn.tenant.say(ann, incidentChannel, "help", { mentionsBot: true });
    const { text: _, ...silent } = lastActivity();
    const press = JSON.stringify({ action: "acknowledge", incidentId });
    await world.standIn.tenant.deliver({ ...silent, value: { press, subject: "incident-7" } });
    await answerTo(ann, "Not you.");
    expect(world.heard.presses).toHaveLength(1);
  });

  async function forged(messageId: string, data: Record<string, string>) {
    const previous = world.standIn.tenant.deliveries.length;
    await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    const delivery = world.standIn.tenant.deliveries[previous];
    if (delivery === undefined) throw new Error("nothing was sent");
    world.heard.presses.length = 0;
    const activity = {
      ...delivery.activity,
      value: { action: { type: "Action.Execute", verb: "press", data }, trigger: "manual" },
    };
    const answered = await world.standIn.tenant.deliver(activity);
    const { value } = JSON.parse(answered.answer) as { value: string };
    return { note: value };
  }
});

describe("a card", () => {
  test("is asked for anew by those whom it mentions, once they have spoken to us", async () => {
    const withoutRefresh = await postCard();
    expect(world.standIn.tenant.message(withoutRefresh)?.card).not.toHaveProperty("refresh");
    await world.standIn.tenant.say(ann, chatOf(ann), "help");
    await answerTo(ann, "answer to help");
    const messageId = await postCard();
    world.handlers.view = async (user) => plainCard(`as ${user.userId} sees it`);
    await world.standIn.tenant.refresh(ann, messageId);
    expect(wordsOf(world.standIn.tenant.card(ann, messageId))).toContain(`as ${ann} sees it`);
    expect((await world.standIn.tenant.refresh(ben, messageId)).status).toBeUndefined();
  });

  test("leads to other messages of ours", async () => {
    world.handlers.refOf = async () => ({ channelId: incidentChannel, messageId: "1700000000001" });
    world.handlers.press = async () => ({
      kind: "card",
      card: plainCard("details", {
        subject: "details",
        elements: [{ kind: "link", label: "The incident", subject: "incident-7" }],
      }),
    });
    await world.standIn.tenant.press(ann, await postCard(), "Acknowledge");
    expect(wordsOf(await answerTo(ann, "The incident"))).toContain(
      "https://teams.microsoft.com/l/message/19%3A1ac1de2700000000000000000000a001%40thread.tacv2/1700000000001?tenantId=",
    );
  });
});

describe("a dialog", () => {
  beforeEach(() => {
    world.handlers.press = async () => ({ kind: "dialog", opening, fill: async () => filled });
  });

  async function openDialog() {
    const result = await world.standIn.tenant.press(ann, await postCard(), "Suspend subaccount");
    if (!("dialog" in result)) throw new Error("that opens no dialog");
    return result;
  }

  /** With the button's own data, as Teams does. */
  function send(dialog: TeamsDialog, inputs: Json) {
    const action = objectsIn(dialog.card?.["actions"])[0];
    const own = action?.["data"];
    return world.standIn.tenant.submitDialog(ann, dialog.id, { ...(isJson(own) ? own : {}), ...inputs });
  }

  async function opened() {
    const { dialog } = await openDialog();
    if (dialog === undefined) throw new Error("no dialog was opened");
    return dialog;
  }

  test("opens with its facts and fields", async () => {
    const dialog = await opened();
    expect(dialog.title).toBe("Suspend subaccount");
    expect(wordsOf(dialog.card)).toContain("Live calls");
    expect(wordsOf(dialog.card)).toContain("Reason");
  });

  test("whose facts do not come in time says so and offers nothing to send", async () => {
    world.handlers.press = async () => ({ kind: "dialog", opening, fill: () => new Promise(() => {}) });
    const { dialog } = await openDialog();
    expect(dialog?.text).toContain("The facts could not be read");
    expect(dialog?.card).toBeUndefined();
    expect(world.standIn.tenant.deliveries.at(-1)?.problem).toBe("none");
  }, 15_000);

  test("that is refused says why", async () => {
    world.handlers.press = async () => ({ kind: "told", text: "You are not a responder." });
    expect((await openDialog()).dialog?.text).toBe("You are not a responder.");
  });

  test("brings what was entered, and closes", async () => {
    const dialog = await opened();
    const after = await send(dialog, {
      "one.reason": "fraud, clearly",
      "many.countries": "LV,EE",
    });
    expect(after.dialog).toBeUndefined();
    expect(world.heard.submissions).toEqual([
      {
        user: { platform: "teams", userId: ann, barred: null },
        form: { form: "request", previewId: "preview-1" },
        values: { reason: ["fraud, clearly"], countries: ["LV", "EE"] },
      },
    ]);
  });

  test("that is not in order is shown again, with what is wrong and what was entered", async () => {
    world.handlers.submit = async () => ({ kind: "errors", problems: { reason: "Say more.", "": "Not yet." } });
    const dialog = await opened();
    const after = await send(dialog, {
      "one.reason": "because",
      "many.countries": "EE",
    });
    const words = wordsOf(after.dialog?.card);
    expect(words).toContain("Say more.");
    expect(words).toContain("Not yet.");
    expect(words).toContain('"value":"because"');
    expect(words).toContain('"value":"EE"');
    world.handlers.submit = async () => ({ kind: "done" });
    if (after.dialog === undefined) throw new Error("the dialog is closed");
    const done = await send(after.dialog, { "one.reason": "because of fraud" });
    expect(done.dialog).toBeUndefined();
  });

  test("that another replica opened says what is wrong in words", async () => {
    world.handlers.submit = async () => ({ kind: "errors", problems: { reason: "Say more." } });
    await opened();
    const answered = await world.standIn.tenant.deliver({
      ...lastActivity(),
      name: "task/submit",
      value: { data: { form: '{"form":"request","previewId":"preview-1"}', dialog: "elsewhere" } },
    });
    expect(answered.answer).toContain("Say more. Close this and press the button again.");
  });

  test("can go on as the next one, and be told off", async () => {
    world.handlers.submit = async () => ({
      kind: "dialog",
      opening,
      fill: async () => ({ ...filled, title: "Second step" }),
    });
    const dialog = await opened();
    const second = await send(dialog, { "one.reason": "because" });
    expect(second.dialog?.title).toBe("Second step");
    world.handlers.submit = async () => ({ kind: "told", text: "Somebody was faster." });
    if (second.dialog === undefined) throw new Error("the dialog is closed");
    const third = await send(second.dialog, { "one.reason": "because" });
    expect(third.dialog?.text).toBe("Somebody was faster.");
  });

  test("of an unknown form is answered, and reaches no handler", async () => {
    await opened();
    const answered = await world.standIn.tenant.deliver({
      ...lastActivity(),
      name: "task/submit",
      value: { data: { form: '{"form":"launch"}' } },
    });
    expect(answered.answer).toContain("out of date");
    expect(world.heard.submissions).toEqual([]);
  });
});

describe("a command", () => {
  test.each([
    ["usage today calls", "usage", "today calls"],
    ["/twilio-usage today", "usage", "today"],
    ["  Incidents ", "incidents", ""],
    ["Usgae today", "usgae", "today"],
    ["", "help", ""],
    ["audit\u00a0today", "audit", "today"],
  ])("%j in the chat is %s with %j", async (text, command, words) => {
    await world.standIn.tenant.say(ann, chatOf(ann), text);
    await answerTo(ann, `answer to ${command}`);
    expect(world.heard.commands).toEqual([{ user: { platform: "teams", userId: ann, barred: null }, command, words }]);
  });

  test("in a channel is answered in the asker's own chat, and the channel gets nothing", async () => {
    await world.standIn.tenant.say(ann, incidentChannel, "usage today", { mentionsBot: true });
    await answerTo(ann, "answer to usage");
    expect(world.heard.commands[0]).toMatchObject({ command: "usage", words: "today" });
    const root = world.standIn.tenant.messages(incidentChannel)[0];
    expect(world.standIn.tenant.thread(root?.id ?? "")).toHaveLength(1);
  });

  test("that is shared is answered in its thread", async () => {
    world.handlers.command = async () => ({ card: plainCard("for everybody"), isShared: true });
    const { message } = await world.standIn.tenant.say(ann, incidentChannel, "usage today share", {
      mentionsBot: true,
    });
    const answer = await world.standIn.tenant.until("an answer", () => world.standIn.tenant.thread(message.id)[1]);
    expect(wordsOf(answer.card)).toContain("for everybody");
    expect(fromBot(world.standIn.tenant.messages(chatOf(ann)))).toEqual([]);
  });

  test("of somebody who has not installed the app tells the channel so, and nothing else", async () => {
    world.handlers.command = async () => privately(plainCard("secret figures"));
    const { message } = await world.standIn.tenant.say(gus, incidentChannel, "usage", { mentionsBot: true });
    const answer = await world.standIn.tenant.until("an answer", () => world.standIn.tenant.thread(message.id)[1]);
    expect(answer.text).toContain("Install the Tollgate app for yourself");
    expect(wordsOf(world.standIn.tenant.thread(message.id))).not.toContain("secret figures");
  });

  test("mentions of other people are their names", async () => {
    const { message } = await world.standIn.tenant.say(ann, chatOf(ann), "audit <at>Ben Okafor</at>");
    await answerTo(ann, "answer to audit");
    expect(message.text).toContain("<at>");
    expect(world.heard.commands[0]?.words).toBe("Ben Okafor");
  });

  test("whose handler breaks is answered all the same", async () => {
    world.handlers.command = async () => {
      throw new Error("a bug");
    };
    await world.standIn.tenant.say(ann, chatOf(ann), "usage");
    await answerTo(ann, "Something went wrong in Tollgate");
  });
});

describe("in a channel that the app may read", () => {
  beforeEach(async () => {
    await world.close();
    world = await startTeamsWorld({ seed: seedAcmeTenant({ readsAllMessages: true }) });
  });

  test("a command is heard without mention, and what people say to each other is not", async () => {
    await world.standIn.tenant.say(ann, incidentChannel, "did you see this?");
    await world.standIn.tenant.say(ann, incidentChannel, "usage today");
    await answerTo(ann, "answer to usage");
    expect(world.heard.commands.map(({ command }) => command)).toEqual(["usage"]);
  });
});

describe("who did it", () => {
  async function pressedBy(userId: string) {
    await world.standIn.tenant.press(userId, await postCard(), "Acknowledge");
    return world.heard.presses.at(-1)?.user;
  }

  test("a guest is barred", async () => {
    expect(await pressedBy(gus)).toEqual({ platform: "teams", userId: gus, barred: "guest" });
  });

  test("somebody of another tenant is barred, and told", async () => {
    world.handlers.press = async () => ({ kind: "told", text: "Not from here." });
    expect(await pressedBy(eve)).toEqual({ platform: "teams", userId: eve, barred: "other-workspace" });
    expect(world.standIn.tenant.notes(eve)[0]?.text).toBe("Not from here.");
  });

  test("somebody outside of the roster costs no lookup", async () => {
    expect(await pressedBy(cem)).toEqual({ platform: "teams", userId: cem, barred: null });
    expect(world.standIn.calls.filter(({ operation }) => operation === "members")).toEqual([]);
  });

  test("is looked up once in ten minutes", async () => {
    await pressedBy(ann);
    await pressedBy(ann);
    expect(world.standIn.calls.filter(({ operation }) => operation === "members")).toHaveLength(1);
  });

  test("is nobody when Teams cannot say", async () => {
    const messageId = await postCard();
    world.standIn.inject({ kind: "hang", operation: "members" });
    await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    expect(world.heard.presses[0]?.user.barred).toBe("unknown-user");
  });

  test("a bot, and somebody without an Entra id, are barred", async () => {
    const messageId = await postCard();
    await world.standIn.tenant.press(ann, messageId, "Acknowledge");
    const activity = lastActivity();
    await world.standIn.tenant.deliver({ ...activity, from: { id: "28:other", aadObjectId: ann, role: "bot" } });
    await world.standIn.tenant.deliver({ ...activity, from: { id: "29:somebody" } });
    expect(world.heard.presses.slice(1).map(({ user }) => user.barred)).toEqual(["bot", "unknown-user"]);
  });
});
