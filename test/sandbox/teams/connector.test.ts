import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ACME_TEAMS } from "../../../src/sandbox/teams/seed.ts";
import { card, cardActivity, inChannel, startTinyBot, type TinyBot, tokenRequest, words } from "./tiny-bot.ts";

const { incidentChannel, auditChannel, ann, ben, cem, gus, eve } = ACME_TEAMS;
const HELLO = { type: "message", text: "hello" };

let bot: TinyBot;
beforeEach(async () => {
  bot = await startTinyBot();
});
afterEach(() => bot.close());

const send = (conversation: string, activity: object) =>
  bot.ask("POST", `v3/conversations/${encodeURIComponent(conversation)}/activities`, activity);
const activities = (conversation: string, id: string) =>
  `v3/conversations/${encodeURIComponent(conversation)}/activities/${id}`;

describe("the login", () => {
  test("gives a token for the app's own id and secret, and for nothing else", async () => {
    expect((await tokenRequest(bot.teams)).status).toBe(200);
    for (const [change, status, code] of [
      [{ client_secret: "wrong" }, 401, "AADSTS7000215"],
      [{ client_id: "wrong" }, 400, "AADSTS700016"],
      [{ grant_type: "password" }, 400, "AADSTS70003"],
      [{ scope: "https://graph.microsoft.com/.default" }, 400, "AADSTS70011"],
    ] as const) {
      const refused = await tokenRequest(bot.teams, change);
      expect(refused.status).toBe(status);
      expect(await refused.text()).toContain(code);
    }
  });

  test("has the documents that MSAL asks for, with Microsoft's own addresses when they are asked for below its host", async () => {
    const path = `${bot.teams.tenantId}/v2.0/.well-known/openid-configuration`;
    const own = await (await fetch(`${bot.teams.loginUrl}/${path}`)).json();
    expect(own).toMatchObject({ token_endpoint: `${bot.teams.url}/${bot.teams.tenantId}/oauth2/v2.0/token` });
    const moved = await (await fetch(`${bot.teams.loginUrl}/login.microsoftonline.com/${path}`)).json();
    expect(moved).toMatchObject({
      token_endpoint: `https://login.microsoftonline.com/${bot.teams.tenantId}/oauth2/v2.0/token`,
    });
    const instances = await fetch(`${bot.teams.loginUrl}/common/discovery/instance?api-version=1.1`);
    expect(await instances.json()).toHaveProperty("metadata");
  });

  test("a refused secret ends the tokens that are out", async () => {
    expect((await send(auditChannel, HELLO)).status).toBe(201);
    bot.teams.inject({ kind: "token-refused" });
    expect((await tokenRequest(bot.teams)).status).toBe(401);
    expect((await send(auditChannel, HELLO)).status).toBe(401);
    bot.teams.clearFaults();
    expect((await tokenRequest(bot.teams)).status).toBe(200);
  });
});

describe("the connector", () => {
  test("answers nobody without a token of its own", async () => {
    const refused = await bot.ask("POST", "v3/conversations", inChannel(incidentChannel, HELLO), "made-up");
    expect(refused.status).toBe(401);
    expect(bot.teams.tenant.messages(incidentChannel)).toEqual([]);
  });

  test("a post, replies to it, an edit, and its end", async () => {
    const { status, body } = await bot.ask("POST", "v3/conversations", inChannel(incidentChannel, HELLO));
    expect(status).toBe(201);
    const [post] = bot.teams.tenant.messages(incidentChannel);
    const id = post?.id ?? "";
    expect(body).toEqual({ id: `${incidentChannel};messageid=${id}`, activityId: id });

    const inThread = await send(`${incidentChannel};messageid=${id}`, { type: "message", text: "first" });
    expect(inThread.status).toBe(201);
    await bot.ask("POST", activities(incidentChannel, String(inThread.body["id"])), {
      type: "message",
      text: "second",
    });
    expect(bot.teams.tenant.thread(id).map((each) => each.text)).toEqual(["hello", "first", "second"]);

    const edited = await bot.ask("PUT", activities(incidentChannel, id), cardActivity(card([words("edited")])));
    expect(edited).toMatchObject({ status: 200, body: { id } });
    expect(bot.teams.tenant.message(id)).toMatchObject({ text: "", card: { type: "AdaptiveCard" } });
    expect(bot.teams.tenant.message(id)?.editedAtMs).toBeTypeOf("number");

    expect((await bot.ask("DELETE", activities(incidentChannel, id))).status).toBe(200);
    const gone = await bot.ask("PUT", activities(incidentChannel, id), HELLO);
    expect(gone).toMatchObject({ status: 404, body: { error: { code: "ActivityNotFoundInConversation" } } });
  });

  test("a text and a card in one activity come back without an id", async () => {
    const both = await send(auditChannel, cardActivity(card([words("hello")]), { text: "hello" }));
    expect(both).toMatchObject({ status: 201, body: {} });
    expect(both.body).not.toHaveProperty("id");
  });

  test("a person's message is not the bot's to edit", async () => {
    const { message } = await bot.teams.tenant.say(ann, incidentChannel, "mine");
    expect((await bot.ask("PUT", activities(incidentChannel, message.id), HELLO)).status).toBe(403);
  });

  test("who is in a channel, by object id as by Teams' own id", async () => {
    const base = `v3/conversations/${encodeURIComponent(incidentChannel)}`;
    const { body } = await bot.ask("GET", `${base}/pagedmembers`);
    expect(body["members"]).toHaveLength(5);
    const byObjectId = await bot.ask("GET", `${base}/members/${gus}`);
    expect(byObjectId.body).toMatchObject({ aadObjectId: gus, userRole: "guest" });
    const byOwnId = await bot.ask("GET", `${base}/members/${encodeURIComponent(String(byObjectId.body["id"]))}`);
    expect(byOwnId.body).toEqual(byObjectId.body);
    const stranger = await bot.ask("GET", `${base}/members/${eve}`);
    expect(stranger.body["tenantId"]).not.toBe(bot.teams.tenantId);
    expect((await bot.ask("GET", `${base}/members/nobody`)).status).toBe(404);
  });

  test("a personal chat with who has the app, and with nobody else", async () => {
    const chatWith = (id: string) =>
      bot.ask("POST", "v3/conversations", { isGroup: false, members: [{ id }], tenantId: bot.teams.tenantId });
    const { status, body } = await chatWith(ben);
    expect(status).toBe(201);
    await send(String(body["id"]), HELLO);
    expect(bot.teams.tenant.messages(bot.teams.tenant.personalChat(ben)?.id ?? "")).toHaveLength(1);
    expect(bot.teams.tenant.notifications(ben)).toMatchObject([{ reason: "personal-chat" }]);
    expect((await chatWith(gus)).body).toMatchObject({ error: { code: "BotNotInConversationRoster" } });
  });

  test("a mention tells who is named when the message is new, and nobody when it is edited", async () => {
    const mention = { type: "mention", text: "<at>Ben</at>", mentioned: { id: ben, name: "Ben" } };
    const naming = card([words("<at>Ben</at>: please look")], [], { msteams: { entities: [mention] } });
    const id = await bot.postCard(incidentChannel, naming);
    await bot.ask("PUT", activities(incidentChannel, id), cardActivity(naming));
    expect(bot.teams.tenant.notifications()).toMatchObject([{ userId: ben, reason: "mention", messageId: id }]);
    const unnamed = card([words("nobody is named")], [], { msteams: { entities: [mention] } });
    expect((await send(incidentChannel, cardActivity(unnamed))).status).toBe(400);
  });

  test("7 a second and 8 in two in a thread, then 429; other threads are free", async () => {
    let nowMs = 1_800_000_000_000;
    const timed = await startTinyBot({ clock: { now: () => nowMs } });
    onTestFinished(() => timed.close());
    const into = async (conversation: string) => {
      const path = `v3/conversations/${encodeURIComponent(conversation)}/activities`;
      return (await timed.ask("POST", path, HELLO)).status;
    };
    const burst: number[] = [];
    for (let count = 0; count < 8; count += 1) burst.push(await into(auditChannel));
    expect(burst).toEqual([...Array(7).fill(201), 429]);
    expect(await into(incidentChannel)).toBe(201);
    nowMs += 1_000;
    expect([await into(auditChannel), await into(auditChannel)]).toEqual([201, 429]);
    nowMs += 1_000;
    expect(await into(auditChannel)).toBe(201);
    timed.teams.limitRates(undefined);
    for (let count = 0; count < 9; count += 1) expect(await into(auditChannel)).toBe(201);
  });

  test("more than 100 KB, counted as UTF-16, is too much; inline pictures do not count", async () => {
    const big = { type: "message", text: "x".repeat(52_000) };
    expect(await send(auditChannel, big)).toMatchObject({
      status: 413,
      body: { error: { code: "MessageSizeTooBig" } },
    });
    const picture = { type: "Image", url: `data:image/png;base64,${"A".repeat(120_000)}`, altText: "a chart" };
    expect((await send(auditChannel, cardActivity(card([picture])))).status).toBe(201);
  });
});

test("a card that Teams would not show whole is refused with what is wrong", async () => {
  const refused = await send(incidentChannel, cardActivity(card([{ type: "TextBlock" }])));
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { code: "BadSyntax", message: "a TextBlock has no text" } },
  });
  expect(bot.teams.tenant.messages(incidentChannel)).toEqual([]);
});

describe("faults of the connector", () => {
  test("a status, a limit with and without Retry-After, each for as many calls as told", async () => {
    bot.teams.inject({ kind: "status", status: 412, operation: "send" });
    bot.teams.inject({ kind: "rate-limited", retryAfterSeconds: 3 });
    bot.teams.inject({ kind: "rate-limited" });
    const answers = [await send(auditChannel, HELLO), await send(auditChannel, HELLO), await send(auditChannel, HELLO)];
    expect(answers.map((answer) => answer.status)).toEqual([412, 429, 429]);
    expect(answers.map((answer) => answer.headers.get("retry-after"))).toEqual([null, "3", null]);
    expect((await send(auditChannel, HELLO)).status).toBe(201);
    expect(bot.teams.calls.map((call) => call.status)).toEqual([412, 429, 429, 201]);
  });

  test("an answer that is lost before, or after, the effect", async () => {
    bot.teams.inject({ kind: "cut-answer" });
    await expect(send(auditChannel, HELLO)).rejects.toThrow();
    expect(bot.teams.tenant.messages(auditChannel)).toHaveLength(1);

    bot.teams.inject({ kind: "hang" });
    const url = `${bot.teams.serviceUrl}v3/conversations/${encodeURIComponent(auditChannel)}/activities`;
    const { access_token: token } = await (await tokenRequest(bot.teams)).json();
    const headers = { authorization: `Bearer ${token}` };
    const hanging = fetch(url, { method: "POST", headers, body: "{}", signal: AbortSignal.timeout(100) });
    await expect(hanging).rejects.toThrow();
    expect(bot.teams.tenant.messages(auditChannel)).toHaveLength(1);
  });

  test("a channel that is gone, and one from which the app was removed", async () => {
    bot.teams.inject({ kind: "conversation-gone", conversationId: auditChannel });
    bot.teams.inject({ kind: "bot-removed", conversationId: incidentChannel });
    expect(await send(auditChannel, HELLO)).toMatchObject({
      status: 404,
      body: { error: { code: "ConversationNotFound" } },
    });
    expect(await send(incidentChannel, HELLO)).toMatchObject({
      status: 403,
      body: { error: { code: "BotNotInConversationRoster" } },
    });
    const unheard = await bot.teams.tenant.say(cem, incidentChannel, "help", { mentionsBot: true });
    expect(unheard.status).toBeUndefined();
    bot.teams.clearFaults();
    expect((await send(auditChannel, HELLO)).status).toBe(201);
  });

  test("nothing answers while Teams is down, by 503 or by no connection, until it comes back", async () => {
    await send(auditChannel, HELLO);
    await bot.teams.goDown("unavailable");
    expect((await send(auditChannel, HELLO)).status).toBe(503);
    await bot.teams.goDown("refused");
    await expect(send(auditChannel, HELLO)).rejects.toThrow();
    await expect(bot.teams.tenant.say(ann, incidentChannel, "help", { mentionsBot: true })).rejects.toThrow(
      "Teams cannot be reached",
    );
    await bot.teams.comeBack();
    expect((await send(auditChannel, HELLO)).status).toBe(201);
  });
});
