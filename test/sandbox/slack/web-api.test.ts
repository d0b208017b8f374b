import { ErrorCode, LogLevel, WebClient } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SLACK_RATE_LIMITS } from "../../../src/sandbox/slack/rate-limits.ts";
import { seedAcmeWorkspace } from "../../../src/sandbox/slack/seed.ts";
import { type SlackStandIn, startSlackStandIn } from "../../../src/sandbox/slack/stand-in.ts";

const CHANNEL = "C0INCIDENTS";

let nowMs: number;
let slack: SlackStandIn;
let client: WebClient;

function clientWith(token: string, options: { timeout?: number } = {}): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    ...options,
  });
}

beforeEach(async () => {
  nowMs = Date.now();
  slack = await startSlackStandIn({ clock: { now: () => nowMs } });
  client = clientWith(slack.botToken);
});

afterEach(() => slack.close());

/** The error word of a call that Slack refused. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (typeof error !== "object" || error === null || !("data" in error)) throw new Error("the call was not refused");
  return error.data;
}

async function post(text: string, more: { thread_ts?: string } = {}): Promise<string> {
  const answer = await client.chat.postMessage({ channel: CHANNEL, text, ...more });
  return answer.ts ?? "";
}

test("tells the app who it is, and refuses wrong and absent tokens", async () => {
  await expect(client.auth.test()).resolves.toMatchObject({ ok: true, team: "Acme", user_id: "U0TOLLGATE" });
  expect(await refusal(clientWith("xoxb-wrong").auth.test())).toMatchObject({ error: "invalid_auth" });
  const response = await fetch(`${slack.apiUrl}auth.test`, { method: "POST" });
  expect(await response.json()).toEqual({ ok: false, error: "not_authed" });
});

test("takes JSON bodies as well as forms", async () => {
  const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ channel: CHANNEL, blocks: [{ type: "header", text: { type: "plain_text", text: "Hi" } }] }),
  });
  expect(await response.json()).toMatchObject({ ok: true, channel: CHANNEL });
  expect(slack.workspace.messages(CHANNEL)[0]?.blocks).toMatchObject([{ type: "header" }]);
});

test("keeps a message, its thread, its edit and its removal", async () => {
  const ts = await post("first");
  const answerTs = await post("answer", { thread_ts: ts });
  await client.chat.update({ channel: CHANNEL, ts, text: "second" });
  expect(slack.workspace.messages(CHANNEL)).toMatchObject([{ ts, text: "second" }]);
  expect(slack.workspace.thread(CHANNEL, ts)).toMatchObject([{ ts }, { ts: answerTs, threadTs: ts }]);
  const thread = await client.conversations.replies({ channel: CHANNEL, ts });
  expect(thread.messages).toMatchObject([{ text: "second", reply_count: 1, edited: {} }, { text: "answer" }]);
  await client.chat.delete({ channel: CHANNEL, ts });
  expect(slack.workspace.messages(CHANNEL)).toEqual([]);
});

test("posts an answer to an unknown thread in the channel itself, as Slack does", async () => {
  await post("lost", { thread_ts: "1700000000.000001" });
  expect(slack.workspace.messages(CHANNEL)).toMatchObject([{ text: "lost", threadTs: undefined }]);
});

test("text alone takes the blocks of a message away", async () => {
  const blocks = [{ type: "divider" }];
  const { ts = "" } = await client.chat.postMessage({ channel: CHANNEL, text: "x", blocks });
  await client.chat.update({ channel: CHANNEL, ts, text: "y" });
  expect(slack.workspace.messages(CHANNEL)).toMatchObject([{ text: "y", blocks: [] }]);
});

test("gives metadata back only when asked, newest message first, page by page", async () => {
  const metadata = { event_type: "card", event_payload: { incident: "i1" } };
  await client.chat.postMessage({ channel: CHANNEL, text: "one", metadata });
  await post("two");
  await post("three");
  const first = await client.conversations.history({ channel: CHANNEL, limit: 2, include_all_metadata: true });
  expect(first.messages?.map((message) => message.text)).toEqual(["three", "two"]);
  expect(first.has_more).toBe(true);
  const cursor = first.response_metadata?.next_cursor ?? "";
  const rest = await client.conversations.history({ channel: CHANNEL, cursor, limit: 2, include_all_metadata: true });
  expect(rest.messages).toMatchObject([{ text: "one", metadata }]);
  const plain = await client.conversations.history({ channel: CHANNEL });
  expect(plain.messages?.[2]).not.toHaveProperty("metadata");
});

test("reads only what is newer than `oldest`", async () => {
  const ts = await post("one");
  await post("two");
  const found = await client.conversations.history({ channel: CHANNEL, oldest: ts });
  expect(found.messages?.map((message) => message.text)).toEqual(["two"]);
});

test("names the block that breaks a limit", async () => {
  const blocks = [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }];
  expect(await refusal(client.chat.postMessage({ channel: CHANNEL, text: "x", blocks }))).toMatchObject({
    error: "invalid_blocks",
    response_metadata: { messages: ["[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"] },
  });
  expect(slack.workspace.messages(CHANNEL)).toEqual([]);
});

test("cuts a text above 40,000 characters and warns", async () => {
  const answer = await client.chat.postMessage({ channel: CHANNEL, text: "x".repeat(40_001) });
  expect(answer).toMatchObject({ ok: true, response_metadata: { warnings: ["message_truncated"] } });
  expect(slack.workspace.messages(CHANNEL)[0]?.text).toHaveLength(40_000);
});

test.each([
  ["an unknown channel", "channel_not_found", () => client.chat.postMessage({ channel: "C0NOPE", text: "x" })],
  ["an empty message", "no_text", () => client.chat.postMessage({ channel: CHANNEL, text: "" })],
  ["an unknown message", "message_not_found", () => client.chat.update({ channel: CHANNEL, ts: "1.1", text: "x" })],
  ["an unknown thread", "thread_not_found", () => client.conversations.replies({ channel: CHANNEL, ts: "1.1" })],
  ["an unknown person", "user_not_found", () => client.users.info({ user: "U0NOPE" })],
  ["an unknown group", "no_such_subteam", () => client.usergroups.users.list({ usergroup: "S0NOPE" })],
  ["an unknown method", "unknown_method", () => client.apiCall("chat.shout")],
  [
    "metadata without a type",
    "invalid_metadata_schema",
    () => client.apiCall("chat.postMessage", { channel: CHANNEL, text: "x", metadata: { event_payload: {} } }),
  ],
  [
    "a private note to somebody who is not there",
    "user_not_in_channel",
    () => client.chat.postEphemeral({ channel: CHANNEL, user: "U0NOPE", text: "x" }),
  ],
])("refuses %s with %s", async (_, error, call) => {
  expect(await refusal(call())).toMatchObject({ ok: false, error });
});

test("edits and deletes only the app's own messages", async () => {
  const { ts } = await slack.workspace.say("U0ANN", CHANNEL, "mine");
  expect(await refusal(client.chat.update({ channel: CHANNEL, ts, text: "x" }))).toMatchObject({
    error: "cant_update_message",
  });
  expect(await refusal(client.chat.delete({ channel: CHANNEL, ts }))).toMatchObject({ error: "cant_delete_message" });
});

test("a private note is seen by one person and is in no history", async () => {
  await client.chat.postEphemeral({ channel: CHANNEL, user: "U0CEM", text: "not you" });
  expect(slack.workspace.ephemeral("U0CEM")).toMatchObject([{ text: "not you" }]);
  expect(slack.workspace.ephemeral("U0ANN")).toEqual([]);
  expect((await client.conversations.history({ channel: CHANNEL })).messages).toEqual([]);
});

test("tells people, groups and channels that a new message mentions, and nobody of an edit", async () => {
  const ts = await post("<@U0ANN> look, <!subteam^S0ONCALL>");
  expect(slack.workspace.notifications()).toMatchObject([
    { userId: "U0ANN", reason: "mention" },
    { userId: "U0BEN", reason: "user-group" },
  ]);
  await client.chat.update({ channel: CHANNEL, ts, text: "<!channel>" });
  expect(slack.workspace.notifications()).toHaveLength(2);
  await post("<!channel>");
  expect(slack.workspace.notifications("U0CEM")).toMatchObject([{ reason: "channel" }]);
});

test("with blocks, only mentions in the blocks count, and none in plain text", async () => {
  const section = (type: string) => [{ type: "section", text: { type, text: "<@U0BEN> please" } }];
  const say = (type: string) =>
    client.apiCall("chat.postMessage", { channel: CHANNEL, text: "<@U0ANN>", blocks: section(type) });
  await say("plain_text");
  expect(slack.workspace.notifications()).toEqual([]);
  await say("mrkdwn");
  expect(slack.workspace.notifications()).toMatchObject([{ userId: "U0BEN" }]);
});

test("knows people apart: members, guests, bots and those of another workspace", async () => {
  const user = async (id: string) => (await client.users.info({ user: id })).user;
  expect(await user("U0ANN")).toMatchObject({ team_id: "T0ACME", is_bot: false, is_restricted: false });
  expect(await user("U0GUS")).toMatchObject({ is_restricted: true });
  expect(await user("U0DEPLOY")).toMatchObject({ is_bot: true });
  expect(await user("U0EVE")).toMatchObject({ team_id: "T0PARTNER" });
  const { members } = await client.conversations.members({ channel: CHANNEL });
  expect(members).toContain("U0TOLLGATE");
  expect((await client.usergroups.users.list({ usergroup: "S0ONCALL" })).users).toEqual(["U0ANN", "U0BEN"]);
});

test("opens a direct conversation, and a message in it disturbs", async () => {
  const { channel } = await client.conversations.open({ users: "U0ANN" });
  await client.chat.postMessage({ channel: channel?.id ?? "", text: "done" });
  expect(slack.workspace.notifications("U0ANN")).toMatchObject([{ reason: "direct-message" }]);
});

test("links to a message in its thread", async () => {
  const ts = await post("one");
  const answer = await post("two", { thread_ts: ts });
  const { permalink } = await client.chat.getPermalink({ channel: CHANNEL, message_ts: answer });
  expect(permalink).toBe(
    `https://acme.slack.com/archives/${CHANNEL}/p${answer.replace(".", "")}?thread_ts=${ts}&cid=${CHANNEL}`,
  );
});

test("names the scope that the app lacks", async () => {
  const seed = seedAcmeWorkspace();
  const poor = await startSlackStandIn({ seed: { ...seed, app: { ...seed.app, scopes: ["chat:write"] } } });
  try {
    const call = new WebClient(poor.botToken, { slackApiUrl: poor.apiUrl, retryConfig: { retries: 0 } });
    const answer = await refusal(call.conversations.history({ channel: CHANNEL }));
    expect(answer).toMatchObject({ error: "missing_scope", needed: "channels:history", provided: "chat:write" });
  } finally {
    await poor.close();
  }
});

test("records calls with their arguments, never with the token", async () => {
  await client.chat.postMessage({ channel: CHANNEL, text: "x", blocks: [{ type: "divider" }] });
  expect(slack.calls).toMatchObject([
    { method: "chat.postMessage", status: 200, arguments: { text: "x", blocks: [{ type: "divider" }] } },
  ]);
  expect(JSON.stringify(slack.calls)).not.toContain(slack.botToken);
});

test("with rates on, a burst passes, then one message a second for each channel", async () => {
  slack.limitRates(SLACK_RATE_LIMITS);
  for (let count = 0; count < SLACK_RATE_LIMITS.burst; count += 1) await post("x");
  await expect(post("too many")).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 1 });
  await client.chat.postMessage({ channel: "C0AUDIT", text: "another channel is free" });
  nowMs += 1000;
  await post("after a second");
});

test("with rates on, each method has its own budget a minute", async () => {
  slack.limitRates(SLACK_RATE_LIMITS);
  for (let count = 0; count < 20; count += 1) await client.usergroups.list();
  await expect(client.usergroups.list()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 3 });
});

test("an injected 429 strikes once, with its Retry-After, and nothing is posted", async () => {
  slack.inject({ kind: "rate-limited", method: "chat.postMessage", channel: CHANNEL, retryAfterSeconds: 60 });
  await expect(post("x")).rejects.toMatchObject({ retryAfter: 60 });
  await post("y");
  expect(slack.workspace.messages(CHANNEL)).toMatchObject([{ text: "y" }]);
});

test("an injected 500 posts nothing", async () => {
  slack.inject({ kind: "server-error", method: "chat.postMessage" });
  await expect(post("x")).rejects.toMatchObject({ code: ErrorCode.HTTPError, statusCode: 500 });
  expect(slack.workspace.messages(CHANNEL)).toEqual([]);
});

test("a cut answer comes after the message was posted", async () => {
  slack.inject({ kind: "cut-answer", method: "chat.postMessage" });
  await expect(post("x")).rejects.toMatchObject({ code: ErrorCode.RequestError });
  expect(slack.workspace.messages(CHANNEL)).toMatchObject([{ text: "x" }]);
});

test.each([
  ["before-effect", 0],
  ["after-effect", 1],
] as const)("a call that hangs %s leaves %i messages", async (when, count) => {
  slack.inject({ kind: "hang", when, method: "chat.postMessage" });
  const patient = clientWith(slack.botToken, { timeout: 200 });
  await expect(patient.chat.postMessage({ channel: CHANNEL, text: "x" })).rejects.toThrow();
  expect(slack.workspace.messages(CHANNEL)).toHaveLength(count);
});

test("archived channels, revoked tokens and deleted messages answer as in Slack, until cleared", async () => {
  const ts = await post("x");
  slack.inject({ kind: "channel-archived", channel: CHANNEL });
  expect(await refusal(post("y"))).toMatchObject({ error: "is_archived" });
  slack.inject({ kind: "token-revoked" });
  expect(await refusal(client.auth.test())).toMatchObject({ error: "token_revoked" });
  slack.clearFaults();
  slack.inject({ kind: "message-deleted", channel: CHANNEL, ts });
  expect(await refusal(client.chat.update({ channel: CHANNEL, ts, text: "z" }))).toMatchObject({
    error: "message_not_found",
  });
  await post("y");
});
