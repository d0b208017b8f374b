import { once } from "node:events";
import { App, LogLevel } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { type SlackStandIn, startSlackStandIn } from "../../../src/sandbox/slack/stand-in.ts";

const CHANNEL = "C0INCIDENTS";
const Message = z.looseObject({
  type: z.string(),
  envelope_id: z.string().optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
});

let slack: SlackStandIn;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  slack = await startSlackStandIn({ isSocketMode: true, retryAfterMs: [100, 500, 3000] });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await slack.close();
});

async function askForUrl(token = slack.appToken): Promise<{ ok: boolean; url?: string; error?: string }> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${slack.apiUrl}apps.connections.open`, { method: "POST", headers })).json();
}

/** A socket and all that it heard; `answer` says what to acknowledge with, undefined for silence. */
async function connect(answer: (payload: unknown) => object | undefined = () => ({})) {
  const { url = "" } = await askForUrl();
  const socket = new WebSocket(url);
  sockets.push(socket);
  const heard: z.infer<typeof Message>[] = [];
  socket.on("message", (data) => {
    const message = Message.parse(JSON.parse(data.toString()));
    heard.push(message);
    const said = message.envelope_id === undefined ? undefined : answer(message.payload);
    if (said !== undefined) socket.send(JSON.stringify({ envelope_id: message.envelope_id, payload: said }));
  });
  await once(socket, "message");
  return { socket, heard };
}

test("a connection begins with a hello, and its address works once", async () => {
  const { url = "" } = await askForUrl();
  const first = new WebSocket(url);
  sockets.push(first);
  const [data] = await once(first, "message");
  expect(JSON.parse(String(data))).toMatchObject({ type: "hello", num_connections: 1 });
  const second = new WebSocket(url);
  sockets.push(second);
  const [error] = await once(second, "error");
  expect(String(error)).toContain("404");
});

test("an address is given to the app's own token alone", async () => {
  expect(await askForUrl("xapp-another")).toEqual({ ok: false, error: "invalid_auth" });
  expect(await askForUrl(slack.botToken)).toEqual({ ok: false, error: "not_allowed_token_type" });
});

test("what people do comes in envelopes of three kinds, and an acknowledgement carries the answer back", async () => {
  const { heard } = await connect(() => ({ text: "got it" }));
  const command = await slack.workspace.slash("U0ANN", CHANNEL, "/twilio-usage", "today");
  expect(command).toMatchObject({ ok: true, status: 200 });
  expect(slack.workspace.ephemeral("U0ANN").map(({ text }) => text)).toEqual(["got it"]);
  await slack.workspace.openHome("U0ANN");
  expect(heard.map(({ type }) => type)).toEqual(["hello", "slash_commands", "events_api"]);
  expect(heard[1]?.payload).toMatchObject({ command: "/twilio-usage", text: "today", user_id: "U0ANN" });
  expect(heard[2]?.payload).toMatchObject({ type: "event_callback", event: { type: "app_home_opened", tab: "home" } });
});

test("what is not acknowledged in three seconds has failed for the person", async () => {
  await connect(() => undefined);
  const result = await slack.workspace.slash("U0ANN", CHANNEL, "/twilio-usage");
  expect(result.errorShown).toContain("operation_timeout");
  expect(slack.workspace.deliveries.at(-1)?.tookMs).toBeGreaterThanOrEqual(2900);
});

test("without a connection nothing is heard, also when the app has an address", async () => {
  slack.connectApp(`${slack.url}/slack/events`);
  expect((await slack.workspace.slash("U0ANN", CHANNEL, "/twilio-usage")).ok).toBe(false);
  expect(slack.workspace.deliveries.at(-1)?.problem).toBe("not-connected");
});

test("several connections take turns, and the eleventh is sent away", async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => connect()));
  expect(slack.socketConnections()).toBe(10);
  const extra = await connect();
  expect(extra.heard).toMatchObject([{ type: "disconnect", reason: "too_many_websockets" }]);
  for (let count = 0; count < 10; count += 1) await slack.workspace.slash("U0ANN", CHANNEL, "/twilio-usage");
  expect(all.map(({ heard }) => heard.length)).toEqual(Array.from({ length: 10 }, () => 2));
});

test("an event that nobody acknowledged comes again with its number, up to three times", async () => {
  let isFirst = true;
  const breaking = () => {
    if (!isFirst) return {};
    isFirst = false;
    slack.inject({ kind: "socket-cut" });
    return undefined;
  };
  const first = await connect(breaking);
  const failed = slack.workspace.openHome("U0ANN");
  await once(first.socket, "close");
  const second = await connect(breaking);
  expect(await failed).toMatchObject({ problem: "unreachable", retryNum: undefined });
  const events = () => [...first.heard, ...second.heard].filter(({ type }) => type === "events_api");
  while (events().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(Number(events()[1]?.["retry_attempt"])).toBeGreaterThanOrEqual(1);
  expect(new Set(events().map((event) => event.payload?.["event_id"])).size).toBe(1);
});

test("a renewal asks every connection to go", async () => {
  const { heard, socket } = await connect();
  const next = once(socket, "message");
  slack.inject({ kind: "socket-disconnect", reason: "refresh_requested" });
  await next;
  expect(heard.at(-1)).toMatchObject({ type: "disconnect", reason: "refresh_requested" });
});

test("an app on Bolt's own Socket Mode works against it", async () => {
  const app = new App({
    token: slack.botToken,
    appToken: slack.appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  app.command("/twilio-usage", async ({ ack, command }) => ack(`you said ${command.text}`));
  await app.start();
  await slack.workspace.slash("U0ANN", CHANNEL, "/twilio-usage", "today");
  expect(slack.workspace.ephemeral("U0ANN").map(({ text }) => text)).toEqual(["you said today"]);
  await app.stop();
  while (slack.socketConnections() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
});
