import { createPublicKey, verify } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { isJson, type Json, textAt } from "../../../src/sandbox/slack/json.ts";
import { ACME_TEAMS } from "../../../src/sandbox/teams/seed.ts";
import { card, cardActivity, startTinyBot, type TinyBot, words } from "./tiny-bot.ts";

const { incidentChannel, ann, ben, cem, eve } = ACME_TEAMS;

let bot: TinyBot;
beforeEach(async () => {
  bot = await startTinyBot();
});
afterEach(() => bot.close());

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.string() });
const Keys = z.object({
  keys: z.array(
    z.object({
      kid: z.string(),
      kty: z.string(),
      n: z.string(),
      e: z.string(),
      endorsements: z.array(z.string()).optional(),
    }),
  ),
});

const decoded = (part: string): Json => {
  const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
  return isJson(value) ? value : {};
};

/** Checks a token as a bot must, from nothing but what is published. */
async function checked(authorization: string | undefined) {
  const [header = "", claims = "", signature = ""] = (authorization ?? "").replace("Bearer ", "").split(".");
  const metadata = Metadata.parse(await (await fetch(bot.teams.openIdMetadataUrl)).json());
  const { keys } = Keys.parse(await (await fetch(metadata.jwks_uri)).json());
  const key = keys.find((each) => each.kid === decoded(header)["kid"]);
  const isSigned =
    key !== undefined &&
    verify(
      "RSA-SHA256",
      Buffer.from(`${header}.${claims}`),
      createPublicKey({ key, format: "jwk" }),
      Buffer.from(signature, "base64url"),
    );
  return { isSigned, endorsements: key?.endorsements, issuer: metadata.issuer, claims: decoded(claims) };
}

const PRESS = { type: "Action.Execute", title: "Acknowledge", verb: "press", data: { id: 7 } };
const OPEN = { type: "Action.Submit", title: "Resolve", data: { id: 7, msteams: { type: "task/fetch" } } };
const REASON = { type: "Input.Text", id: "reason", label: "Reason", isRequired: true, errorMessage: "Say why." };
const SEND = { type: "Action.Submit", title: "Send", data: { form: "resolve" } };

const invoked = (type: string, value: unknown) => ({ status: 200, body: { statusCode: 200, type, value } });
const asDialog = (title: string, content: object) => ({
  status: 200,
  body: {
    task: {
      type: "continue",
      value: { title, card: { contentType: "application/vnd.microsoft.card.adaptive", content } },
    },
  },
});

describe("what people write", () => {
  test("reaches the bot signed with a published key that is endorsed for Teams", async () => {
    await bot.teams.tenant.say(ann, incidentChannel, "usage today", { mentionsBot: true });
    const [first] = bot.heard;
    const token = await checked(first?.headers.authorization);
    expect(token).toMatchObject({ isSigned: true, endorsements: ["msteams"] });
    expect(token.claims).toMatchObject({
      iss: token.issuer,
      aud: bot.teams.appId,
      serviceurl: first?.activity["serviceUrl"],
    });
    expect(first?.activity).toMatchObject({
      type: "message",
      channelId: "msteams",
      serviceUrl: bot.teams.serviceUrl,
      text: "<at>Tollgate</at> usage today",
      from: { aadObjectId: ann },
      conversation: { conversationType: "channel", tenantId: bot.teams.tenantId },
      entities: [{ type: "mention", mentioned: { id: `28:${bot.teams.appId}` } }, { type: "clientInfo" }],
    });
  });

  test("forged tokens differ in exactly what was asked for", async () => {
    await bot.teams.tenant.say(ann, incidentChannel, "help", { mentionsBot: true });
    const activity = bot.heard[0]?.activity ?? {};
    const forged = async (change: Parameters<typeof bot.teams.tenant.deliver>[1]) => {
      await bot.teams.tenant.deliver(activity, change);
      return checked(bot.heard.at(-1)?.headers.authorization);
    };
    expect(await forged({ signedBy: "unpublished", keyId: "msteams" })).toMatchObject({ isSigned: false });
    expect(await forged({ signedBy: "webchat" })).toMatchObject({ isSigned: true, endorsements: ["webchat"] });
    expect((await forged({ signedBy: "bare" })).endorsements).toBeUndefined();
    expect((await forged({ audience: "other" })).claims["aud"]).toBe("other");
    expect((await forged({ serviceUrl: null })).claims).not.toHaveProperty("serviceurl");
    expect((await forged({ expiresAtMs: 0 })).claims["exp"]).toBe(0);
    expect(await forged({ algorithm: "none" })).toMatchObject({ isSigned: false });
    expect(await forged({ algorithm: "HS256" })).toMatchObject({ isSigned: false });
  });

  test("the bot hears in a channel what mentions it, and in its own chat everything", async () => {
    await bot.teams.tenant.say(ann, incidentChannel, "just talking");
    expect(bot.heard).toHaveLength(0);
    const chat = bot.teams.tenant.personalChat(ann)?.id ?? "";
    await bot.teams.tenant.say(ann, chat, "help");
    expect(bot.heard[0]?.activity).toMatchObject({
      text: "help",
      conversation: { conversationType: "personal", id: chat },
    });
  });

  test("a reply carries the thread in the conversation's id", async () => {
    const { message } = await bot.teams.tenant.say(ann, incidentChannel, "first");
    await bot.teams.tenant.say(ben, incidentChannel, "help", { mentionsBot: true, threadId: message.id });
    expect(textAt(bot.heard[0]?.activity, "conversation", "id")).toBe(`${incidentChannel};messageid=${message.id}`);
    expect(bot.teams.tenant.thread(message.id)).toHaveLength(2);
  });

  test("somebody of another tenant is named as such", async () => {
    await bot.teams.tenant.say(eve, incidentChannel, "help", { mentionsBot: true });
    expect(textAt(bot.heard[0]?.activity, "channelData", "tenant", "id")).not.toBe(bot.teams.tenantId);
  });

  test("who installs the app, and where, is told", async () => {
    await bot.teams.tenant.install(incidentChannel, ann, "remove");
    await bot.teams.tenant.install(incidentChannel, ann, "add");
    expect(bot.heard.map(({ activity }) => activity["action"])).toEqual(["remove", "add"]);
  });
});

describe("what people press", () => {
  test("Action.Execute is an invoke with the action and its inputs, and the card of the answer is the presser's alone", async () => {
    const id = await bot.postCard(incidentChannel, card([words("open")], [PRESS]));
    bot.answer = () => invoked("application/vnd.microsoft.card.adaptive", card([words("yours")]));
    const result = await bot.teams.tenant.execute(ann, id, "press", { id: 7, note: "typed" });
    expect(result).toMatchObject({ ok: true, errorShown: undefined });
    expect(bot.heard[0]?.activity).toMatchObject({
      type: "invoke",
      name: "adaptiveCard/action",
      replyToId: id,
      conversation: { id: `${incidentChannel};messageid=${id}` },
      value: { action: { type: "Action.Execute", verb: "press", data: { id: 7, note: "typed" } }, trigger: "manual" },
    });
    const bodyOf = (userId: string) => bot.teams.tenant.card(userId, id)?.["body"];
    expect(bodyOf(ann)).toEqual([words("yours")]);
    expect(bodyOf(ben)).toEqual([words("open")]);

    const path = `v3/conversations/${encodeURIComponent(incidentChannel)}/activities/${id}`;
    await bot.ask("PUT", path, cardActivity(card([words("settled")])));
    expect(bodyOf(ann)).toEqual([words("settled")]);
  });

  test("a sentence is shown under the card to the presser alone, the next in place of the one before", async () => {
    const id = await bot.postCard(incidentChannel, card([words("open")], [PRESS]));
    for (const sentence of ["first", "second"]) {
      bot.answer = () => invoked("application/vnd.microsoft.activity.message", sentence);
      await bot.teams.tenant.press(cem, id, "Acknowledge");
    }
    expect(bot.teams.tenant.notes(cem)).toMatchObject([{ text: "second", messageId: id }]);
    expect(bot.teams.tenant.notes(ann)).toEqual([]);
  });

  test("nobody presses what they do not see", async () => {
    const id = await bot.postCard(incidentChannel, card([words("open")], [PRESS]));
    await expect(bot.teams.tenant.press(ann, id, "Approve")).rejects.toThrow('there is: "Acknowledge"');
    await expect(bot.teams.tenant.execute(ann, id, "press", { id: 8 })).rejects.toThrow("there is no Action.Execute");
    expect(bot.heard).toEqual([]);
  });

  test.each([
    ["an error status", { status: 500 }],
    ["nothing", { status: 200 }],
    ["a card that Teams does not show", invoked("application/vnd.microsoft.card.adaptive", { type: "AdaptiveCard" })],
    ["an unknown kind of answer", invoked("text/plain", "x")],
  ])("a bot that answers %s leaves the presser with an error", async (_, answer) => {
    const id = await bot.postCard(incidentChannel, card([words("open")], [PRESS]));
    bot.answer = () => answer;
    const result = await bot.teams.tenant.press(ann, id, "Acknowledge");
    expect(result).toMatchObject({ ok: false, errorShown: "Something went wrong. Please try again." });
  });

  test("a bot that does not answer an invoke within 5 s is given up on", async () => {
    const id = await bot.postCard(incidentChannel, card([words("open")], [PRESS]));
    bot.answer = () => "never";
    const result = await bot.teams.tenant.press(ann, id, "Acknowledge");
    expect(result).toMatchObject({ ok: false, status: undefined });
    expect(bot.teams.tenant.deliveries[0]).toMatchObject({ problem: "timeout" });
    expect(bot.teams.tenant.deliveries[0]?.tookMs).toBeGreaterThan(4_500);
  });

  test("a refresh asks for the view of whom the card names, and of nobody else", async () => {
    const member = await bot.ask("GET", `v3/conversations/${encodeURIComponent(incidentChannel)}/members/${ben}`);
    const refresh = { action: { type: "Action.Execute", verb: "view", data: { id: 7 } }, userIds: [member.body["id"]] };
    const id = await bot.postCard(incidentChannel, card([words("for all")], [], { refresh }));
    bot.answer = () => invoked("application/vnd.microsoft.card.adaptive", card([words("for Ben")]));
    expect((await bot.teams.tenant.refresh(ann, id)).ok).toBe(false);
    await bot.teams.tenant.refresh(ben, id);
    expect(bot.heard).toHaveLength(1);
    expect(bot.heard[0]?.activity).toMatchObject({ value: { trigger: "automatic", action: { verb: "view" } } });
    expect(bot.teams.tenant.card(ben, id)?.["body"]).toEqual([words("for Ben")]);
    await expect(bot.teams.tenant.execute(ben, id, "view")).rejects.toThrow("nothing to press");
  });
});

describe("dialogs", () => {
  test("open on task/fetch, ask for what is required, show problems, and close", async () => {
    const id = await bot.postCard(incidentChannel, card([words("open")], [OPEN]));
    bot.answer = () => asDialog("Resolve", card([REASON], [SEND]));
    await bot.teams.tenant.press(ann, id, "Resolve");
    expect(bot.heard[0]?.activity).toMatchObject({ name: "task/fetch", value: { data: { id: 7 } } });
    const dialogId = bot.teams.tenant.dialogs(ann)[0]?.id ?? "";
    expect(bot.teams.tenant.dialogs(ben)).toEqual([]);

    const empty = await bot.teams.tenant.submitDialog(ann, dialogId, { form: "resolve" });
    expect(empty.missing).toEqual({ reason: "Say why." });
    expect(bot.heard).toHaveLength(1);

    bot.answer = () => asDialog("Not yet", card([words("Wrong."), REASON], [SEND]));
    await bot.teams.tenant.submitDialog(ann, dialogId, { form: "resolve", reason: "x" });
    expect(bot.heard[1]?.activity).toMatchObject({
      name: "task/submit",
      value: { data: { form: "resolve", reason: "x" } },
    });
    expect(bot.teams.tenant.dialogs(ann)).toMatchObject([{ id: dialogId, title: "Not yet" }]);

    bot.answer = () => ({ status: 200, body: { task: { type: "message", value: "Somebody was faster." } } });
    await bot.teams.tenant.submitDialog(ann, dialogId, { form: "resolve", reason: "x" });
    expect(bot.teams.tenant.dialogs(ann)).toMatchObject([{ text: "Somebody was faster.", card: undefined }]);
    bot.teams.tenant.closeDialog(ann, dialogId);
    expect(bot.teams.tenant.dialogs(ann)).toEqual([]);
  });

  test("an empty answer closes the dialog; a failure leaves it open", async () => {
    const id = await bot.postCard(incidentChannel, card([words("open")], [OPEN]));
    bot.answer = () => asDialog("Resolve", card([REASON], [SEND]));
    await bot.teams.tenant.press(ann, id, "Resolve");
    const dialogId = bot.teams.tenant.dialogs(ann)[0]?.id ?? "";
    bot.answer = () => ({ status: 503 });
    const failed = await bot.teams.tenant.submitDialog(ann, dialogId, { reason: "x", form: "resolve" });
    expect(failed).toMatchObject({ ok: false, errorShown: "Unable to reach app. Please try again." });
    expect(bot.teams.tenant.dialogs(ann)).toHaveLength(1);
    bot.answer = () => ({ status: 200 });
    await bot.teams.tenant.submitDialog(ann, dialogId, { reason: "x", form: "resolve" });
    expect(bot.teams.tenant.dialogs(ann)).toEqual([]);
  });

  test("Action.Submit without a dialog is a message with a value", async () => {
    const plain = { type: "Action.Submit", title: "Old clients", data: { id: 7 } };
    const id = await bot.postCard(incidentChannel, card([words("open")], [plain]));
    await bot.teams.tenant.submit(ann, id, { id: 7, note: "x" });
    expect(bot.heard[0]?.activity).toMatchObject({ type: "message", replyToId: id, value: { id: 7, note: "x" } });
  });
});

describe("the page's doors", () => {
  test("everything that the page shows, and acting by the same rules", async () => {
    const id = await bot.postCard(incidentChannel, card([words("open")], [PRESS]));
    const door = (path: string, body: object) =>
      fetch(`${bot.teams.url}/teams${path}`, { method: "POST", body: JSON.stringify(body) });
    bot.answer = () => invoked("application/vnd.microsoft.activity.message", "no");
    expect((await door("/act/execute", { userId: ann, messageId: id, verb: "press", data: { id: 7 } })).status).toBe(
      200,
    );
    const refused = await door("/act/execute", { userId: ann, messageId: id, verb: "other" });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("there is no Action.Execute other there");
    expect((await door("/act/say", { userId: "nobody", conversationId: incidentChannel, text: "x" })).status).toBe(400);

    const state: unknown = await (await fetch(`${bot.teams.url}/teams/state`)).json();
    expect(state).toMatchObject({
      isUp: true,
      bot: { name: "Tollgate" },
      messages: [{ id, conversationId: incidentChannel, card: { type: "AdaptiveCard" } }],
      notes: [{ userId: ann, messageId: id, text: "no" }],
      dialogs: [],
    });
  });

  test("the stream tells of each change", async () => {
    const stop = new AbortController();
    const response = await fetch(`${bot.teams.url}/teams/stream`, { signal: stop.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();
    await bot.teams.tenant.say(ann, incidentChannel, "x");
    const second = await reader?.read();
    expect(first?.value).toMatch(/^data: \d+\n\n$/);
    expect(second?.value).not.toBe(first?.value);
    stop.abort();
  });
});
