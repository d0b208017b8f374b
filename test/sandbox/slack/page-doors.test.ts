import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SlackStandIn, startSlackStandIn } from "../../../src/sandbox/slack/stand-in.ts";

const CHANNEL = "C0INCIDENTS";
const blocks = [
  {
    type: "actions",
    elements: [{ type: "button", action_id: "go", text: { type: "plain_text", text: "Go" }, value: "1" }],
  },
];

let slack: SlackStandIn;
let app: Server;
let heard: string[];
let answer: string;

beforeEach(async () => {
  heard = [];
  answer = "";
  slack = await startSlackStandIn({ facts: () => ({ title: "Twilio", rows: [{ label: "Live calls", value: "3" }] }) });
  app = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      heard.push(body);
      response.end(answer);
    });
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  const address = app.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  slack.connectApp(`http://127.0.0.1:${address.port}/slack/events`);
});

afterEach(async () => {
  await slack.close();
  await new Promise((resolve) => app.close(resolve));
});

async function api(method: string, args: object): Promise<{ ok: boolean; ts?: string }> {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  return response.json();
}

async function act(door: string, body: object): Promise<unknown> {
  const response = await fetch(`${slack.url}/act/${door}`, { method: "POST", body: JSON.stringify(body) });
  return response.json();
}

async function state(): Promise<unknown> {
  return (await fetch(`${slack.url}/state`)).json();
}

test("the page asks no other host for anything", async () => {
  const response = await fetch(slack.url);
  const html = await response.text();
  expect(html).toContain('<script src="/main.js">');
  expect(html).not.toMatch(/https?:\/\//);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'self'");
});

test("the state has all that the page shows", async () => {
  await api("chat.postMessage", { channel: CHANNEL, text: "<@U0ANN> look" });
  await api("chat.postEphemeral", { channel: CHANNEL, user: "U0CEM", text: "not you" });
  expect(await state()).toMatchObject({
    team: { name: "Acme" },
    channels: [{ name: "twilio-incidents" }, { name: "twilio-audit" }],
    messages: [{ channelId: CHANNEL, text: "<@U0ANN> look" }],
    ephemerals: [{ userId: "U0CEM", text: "not you" }],
    notifications: [{ userId: "U0ANN", reason: "mention" }],
    people: expect.arrayContaining([expect.objectContaining({ realName: "Ben Okafor", isBot: false })]),
  });
});

test("the stream tells of every change", async () => {
  const response = await fetch(`${slack.url}/stream`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe("data: 0\n\n");
  await api("chat.postMessage", { channel: CHANNEL, text: "x" });
  expect((await reader?.read())?.value).toBe("data: 1\n\n");
  await reader?.cancel();
});

test("a click through the door is the same signed click", async () => {
  const { ts } = await api("chat.postMessage", { channel: CHANNEL, text: "x", blocks });
  const click = { userId: "U0ANN", channelId: CHANNEL, messageTs: ts, actionId: "go" };
  expect(await act("click", click)).toEqual({ ok: true, status: 200 });
  const payload: unknown = JSON.parse(new URLSearchParams(heard[0]).get("payload") ?? "");
  expect(payload).toMatchObject({ type: "block_actions", user: { id: "U0ANN" }, actions: [{ action_id: "go" }] });
  expect(await act("click", { ...click, actionId: "nope" })).toEqual({
    ok: false,
    error: 'there is no button or menu "nope" there; there is: go',
  });
});

test("a dialog is filled in, refused, and closed through the doors", async () => {
  const { ts } = await api("chat.postMessage", { channel: CHANNEL, text: "x", blocks });
  await act("click", { userId: "U0ANN", channelId: CHANNEL, messageTs: ts, actionId: "go" });
  const payload = JSON.parse(new URLSearchParams(heard[0]).get("payload") ?? "");
  const reason = {
    type: "input",
    block_id: "reason",
    label: { type: "plain_text", text: "Why" },
    element: { type: "plain_text_input", action_id: "text" },
  };
  const title = { type: "plain_text", text: "Suspend" };
  const view = { type: "modal", title, submit: title, blocks: [reason, ...blocks] };
  expect(await api("views.open", { trigger_id: payload.trigger_id, view })).toMatchObject({ ok: true });
  const viewId = slack.workspace.views("U0ANN")[0]?.id;
  const given = { userId: "U0ANN", viewId, values: { "reason.text": "fraud" } };
  expect(await act("click", { ...given, actionId: "go" })).toMatchObject({ ok: true });
  answer = JSON.stringify({ response_action: "errors", errors: { reason: "Say more." } });
  expect(await act("submit", given)).toMatchObject({ responseAction: "errors", errors: { reason: "Say more." } });
  expect(await state()).toMatchObject({
    views: [{ id: viewId, errors: { reason: "Say more." }, state: { reason: { text: { value: "fraud" } } } }],
  });
  expect(await act("close-view", { userId: "U0ANN", viewId })).toEqual({ ok: true });
  expect(await state()).toMatchObject({ views: [] });
});

test("a command and a plain message go through their doors", async () => {
  answer = "It costs $12.";
  await act("slash", { userId: "U0ANN", channelId: CHANNEL, command: "/twilio-usage", text: "today" });
  await act("say", { userId: "U0BEN", channelId: CHANNEL, text: "on it" });
  expect(heard[0]).toContain("command=%2Ftwilio-usage");
  expect(await state()).toMatchObject({
    ephemerals: [{ userId: "U0ANN", text: "It costs $12." }],
    messages: [{ userId: "U0BEN", text: "on it" }],
  });
});

test("a body that lacks something is answered with what it lacks", async () => {
  expect(await act("submit", { userId: "U0ANN" })).toMatchObject({
    ok: false,
    error: expect.stringContaining("viewId"),
  });
  expect(await act("nothing", {})).toEqual({ ok: false, error: "there is no /act/nothing" });
});

test("facts about Twilio come from whoever runs the demo", async () => {
  const facts = await fetch(`${slack.url}/facts`);
  expect(await facts.json()).toEqual({ title: "Twilio", rows: [{ label: "Live calls", value: "3" }] });
});

test("a page that was not built says what to do", async () => {
  const response = await fetch(`${slack.url}/main.js`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("npm run build");
});
