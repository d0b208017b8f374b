import type { AddressInfo } from "node:net";
import { App, LogLevel } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { signedHeaders } from "../../../src/sandbox/slack/app-connection.ts";
import { type SlackStandIn, startSlackStandIn } from "../../../src/sandbox/slack/stand-in.ts";

const CHANNEL = "C0INCIDENTS";
const plain = (text: string) => ({ type: "plain_text" as const, text });

const card = [
  { type: "section", text: { type: "mrkdwn", text: "*Latvia*" } },
  {
    type: "actions",
    block_id: "buttons",
    elements: [
      { type: "button", action_id: "suspend", text: plain("Suspend"), value: "i1", style: "danger" },
      {
        type: "overflow",
        action_id: "more",
        options: [
          { text: plain("Rotate"), value: "rotate" },
          { text: plain("Keys"), value: "keys" },
        ],
      },
    ],
  },
];

const dialog = {
  type: "modal" as const,
  callback_id: "request",
  title: plain("Suspend"),
  submit: plain("Request"),
  blocks: [
    {
      type: "input" as const,
      block_id: "reason",
      label: plain("Reason"),
      element: { type: "plain_text_input" as const, action_id: "text", min_length: 3 },
    },
    {
      type: "input" as const,
      block_id: "keys",
      optional: true,
      label: plain("Keys"),
      element: {
        type: "multi_static_select" as const,
        action_id: "chosen",
        options: [
          { text: plain("SK1"), value: "SK1" },
          { text: plain("SK2"), value: "SK2" },
        ],
        initial_options: [{ text: plain("SK1"), value: "SK1" }],
      },
    },
  ],
};

let aheadMs: number;
let slack: SlackStandIn;
let app: App;
let requestUrl: string;
let stopApp: () => Promise<unknown>;

beforeEach(async () => {
  aheadMs = 0;
  slack = await startSlackStandIn({ clock: { now: () => Date.now() + aheadMs } });
  app = new App({
    token: slack.botToken,
    signingSecret: slack.signingSecret,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  app.error(async () => {});
  const server = await app.start({ port: 0, host: "127.0.0.1" });
  requestUrl = `http://127.0.0.1:${portOf(server.address())}/slack/events`;
  slack.connectApp(requestUrl);
  stopApp = () => app.stop();
});

afterEach(async () => {
  await slack.close();
  await stopApp();
});

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function postCard(): Promise<string> {
  const { ts } = await app.client.chat.postMessage({ channel: CHANNEL, text: "Latvia", blocks: card });
  return ts ?? "";
}

async function openDialog(more: object = {}): Promise<string> {
  app.action("suspend", async ({ ack, body, client }) => {
    await ack();
    if (body.type !== "block_actions") throw new Error("no click");
    await client.views.open({ trigger_id: body.trigger_id, view: { ...dialog, ...more } });
  });
  await slack.workspace.click("U0ANN", CHANNEL, await postCard(), "suspend");
  return openView("U0ANN");
}

/** A click is acknowledged before the app has opened its dialog. */
async function openView(userId: string): Promise<string> {
  const view = await slack.workspace.until("a dialog", () => slack.workspace.views(userId).at(-1));
  return view.id;
}

test("a click reaches Bolt signed, with all that Slack tells of it", async () => {
  let seen: unknown;
  app.action("suspend", async ({ ack, body }) => {
    seen = body;
    await ack();
  });
  const ts = await postCard();
  const result = await slack.workspace.click("U0ANN", CHANNEL, ts, "suspend");
  expect(result).toEqual({ ok: true, status: 200, errorShown: undefined });
  expect(seen).toMatchObject({
    type: "block_actions",
    team: { id: "T0ACME", domain: "acme" },
    user: { id: "U0ANN", username: "ann", team_id: "T0ACME" },
    api_app_id: "A0TOLLGATE",
    channel: { id: CHANNEL, name: "twilio-incidents" },
    container: { type: "message", message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
    message: { ts, blocks: card },
    actions: [{ type: "button", action_id: "suspend", block_id: "buttons", value: "i1" }],
    response_url: expect.stringContaining(slack.url),
    trigger_id: expect.any(String),
  });
});

test("Bolt takes the signature, and refuses it for another body or an older time", async () => {
  const send = async (signed: string, body: string, atMs: number) => {
    const headers = { ...signedHeaders(slack.signingSecret, signed, atMs) };
    return (await fetch(requestUrl, { method: "POST", headers, body })).status;
  };
  app.command("/twilio-usage", ({ ack }) => ack());
  const body = "command=%2Ftwilio-usage&team_id=T0ACME&user_id=U0ANN";
  expect(await send(body, body, Date.now())).toBe(200);
  expect(await send(body, `${body}&text=today`, Date.now())).toBe(401);
  expect(await send(body, body, Date.now() - 301_000)).toBe(401);
});

test("an overflow choice carries its option", async () => {
  let seen: unknown;
  app.action("more", async ({ ack, action }) => {
    seen = action;
    await ack();
  });
  await slack.workspace.click("U0ANN", CHANNEL, await postCard(), "more", { value: "keys" });
  expect(seen).toMatchObject({ type: "overflow", selected_option: { value: "keys" } });
});

test("nobody presses a button that is not there", async () => {
  const ts = await postCard();
  await expect(slack.workspace.click("U0ANN", CHANNEL, ts, "approve")).rejects.toThrow(
    'there is no button or menu "approve" there; there is: suspend, more (rotate | keys)',
  );
  await expect(slack.workspace.click("U0ANN", CHANNEL, "1.1", "suspend")).rejects.toThrow("sees no message 1.1");
  expect(slack.workspace.deliveries).toEqual([]);
});

test("a person sees an error when the app answers badly, too late or not at all", async () => {
  const ts = await postCard();
  const press = () => slack.workspace.click("U0ANN", CHANNEL, ts, "suspend");
  const errorShown = "Sorry, that didn't work. Try again?";
  app.action("suspend", async () => {});
  expect(await press()).toEqual({ ok: false, status: undefined, errorShown });
  expect(slack.workspace.deliveries.at(-1)).toMatchObject({ problem: "timeout" });
  slack.connectApp(`${slack.url}/not/the/app`);
  expect(await press()).toEqual({ ok: false, status: 404, errorShown });
  slack.connectApp("http://127.0.0.1:1/slack/events");
  expect(await press()).toEqual({ ok: false, status: undefined, errorShown });
  expect(slack.workspace.deliveries.at(-1)).toMatchObject({ problem: "unreachable" });
});

test("a dialog opens from a click, is filled in and submitted", async () => {
  const viewId = await openDialog({ private_metadata: "i1" });
  let seen: unknown;
  app.view("request", async ({ ack, body }) => {
    seen = body;
    await ack();
  });
  const result = await slack.workspace.submit("U0ANN", viewId, { reason: "fraud" });
  expect(result).toMatchObject({ ok: true, responseAction: "close", errors: {} });
  expect(slack.workspace.views("U0ANN")).toEqual([]);
  expect(seen).toMatchObject({
    type: "view_submission",
    user: { id: "U0ANN", team_id: "T0ACME" },
    view: {
      id: viewId,
      callback_id: "request",
      private_metadata: "i1",
      state: {
        values: {
          reason: { text: { type: "plain_text_input", value: "fraud" } },
          keys: { chosen: { type: "multi_static_select", selected_options: [{ value: "SK1" }] } },
        },
      },
    },
  });
});

test("the app's errors keep the dialog open, at their fields", async () => {
  const viewId = await openDialog();
  app.view("request", ({ ack }) => ack({ response_action: "errors", errors: { reason: "Say more." } }));
  const result = await slack.workspace.submit("U0ANN", viewId, { reason: "fraud" });
  expect(result).toMatchObject({ responseAction: "errors", errors: { reason: "Say more." } });
  expect(slack.workspace.views("U0ANN")).toMatchObject([{ id: viewId, errors: { reason: "Say more." } }]);
});

test("Slack's own client sends nothing while a required field is empty or too short", async () => {
  const viewId = await openDialog();
  const before = slack.workspace.deliveries.length;
  const empty = await slack.workspace.submit("U0ANN", viewId, {});
  expect(empty.errors).toEqual({ reason: "Please complete this required field." });
  const short = await slack.workspace.submit("U0ANN", viewId, { reason: "no" });
  expect(short.errors).toEqual({ reason: "Must be at least 3 characters." });
  expect(slack.workspace.deliveries).toHaveLength(before);
});

test("an answer that Slack does not understand keeps the dialog and shows an error", async () => {
  const viewId = await openDialog();
  app.view("request", ({ ack }) => ack({ response_action: "errors", errors: { nowhere: "?" } }));
  const result = await slack.workspace.submit("U0ANN", viewId, { reason: "fraud" });
  expect(result).toMatchObject({ ok: false, responseAction: "none", errorShown: expect.any(String) });
  expect(slack.workspace.views("U0ANN")).toHaveLength(1);
});

test("a submission may replace the dialog, put one on top, or close them all", async () => {
  const viewId = await openDialog();
  const next = {
    type: "modal" as const,
    title: plain("Next"),
    submit: plain("Go on"),
    blocks: [],
    callback_id: "next",
  };
  app.view("request", ({ ack }) => ack({ response_action: "push", view: next }));
  const pushed = await slack.workspace.submit("U0ANN", viewId, { reason: "fraud" });
  expect(pushed).toMatchObject({ responseAction: "push", view: { previousViewId: viewId, rootViewId: viewId } });
  app.view("next", ({ ack }) => ack({ response_action: "clear" }));
  await slack.workspace.submit("U0ANN", pushed.view?.id ?? "");
  expect(slack.workspace.views("U0ANN")).toEqual([]);
});

test("fields keep what was typed when the app updates the dialog, and lose what is no longer offered", async () => {
  const viewId = await openDialog();
  app.action("chosen", ({ ack }) => ack());
  await expect(slack.workspace.submit("U0ANN", viewId, { keys: ["SK9"] })).rejects.toThrow('no option "SK9"');
  await slack.workspace.submit("U0ANN", viewId, { reason: "no", keys: ["SK2"] });
  const [reason, keys] = dialog.blocks;
  if (reason === undefined || keys === undefined) throw new Error("no blocks");
  await app.client.views.update({
    view_id: viewId,
    view: { ...dialog, blocks: [reason, keys], title: plain("Again") },
  });
  let values: unknown;
  app.view("request", async ({ ack, view }) => {
    values = view.state.values;
    await ack();
  });
  await slack.workspace.submit("U0ANN", viewId, { "reason.text": "fraud" });
  expect(values).toMatchObject({ keys: { chosen: { selected_options: [{ value: "SK2" }] } } });
});

test("a dialog is updated only by who knows its latest state", async () => {
  const viewId = await openDialog();
  const hash = slack.workspace.views("U0ANN")[0]?.hash ?? "";
  const again = { ...dialog, title: plain("Again") };
  await app.client.views.update({ view_id: viewId, hash, view: again });
  await expect(app.client.views.update({ view_id: viewId, hash, view: again })).rejects.toMatchObject({
    data: { error: "hash_conflict" },
  });
  await slack.workspace.closeView("U0ANN", viewId);
  await expect(app.client.views.update({ view_id: viewId, view: again })).rejects.toMatchObject({
    data: { error: "not_found" },
  });
});

test("a dialog without Submit cannot be submitted", async () => {
  const viewId = await openDialog();
  await app.client.views.update({ view_id: viewId, view: { type: "modal", title: plain("Wait"), blocks: [] } });
  await expect(slack.workspace.submit("U0ANN", viewId)).rejects.toThrow("no Submit");
});

test("a dialog that Slack would refuse is named block by block", async () => {
  const view = { type: "modal" as const, title: plain("x".repeat(25)), blocks: [] };
  await expect(app.client.views.open({ trigger_id: "1.2.3", view })).rejects.toMatchObject({
    data: {
      error: "invalid_arguments",
      response_metadata: { messages: ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"] },
    },
  });
});

test("a trigger opens one dialog, within three seconds, and must be real", async () => {
  const triggers: string[] = [];
  app.action("suspend", async ({ ack, body }) => {
    if (body.type === "block_actions") triggers.push(body.trigger_id);
    await ack();
  });
  const ts = await postCard();
  await slack.workspace.click("U0ANN", CHANNEL, ts, "suspend");
  await slack.workspace.click("U0BEN", CHANNEL, ts, "suspend");
  const [first = "", second = ""] = triggers;
  const open = (trigger_id: string) => app.client.views.open({ trigger_id, view: dialog });
  await open(first);
  await expect(open(first)).rejects.toMatchObject({ data: { error: "exchanged_trigger_id" } });
  await expect(open("1.2.3")).rejects.toMatchObject({ data: { error: "invalid_trigger_id" } });
  aheadMs = 3500;
  await expect(open(second)).rejects.toMatchObject({ data: { error: "expired_trigger_id" } });
});

test("closing a dialog tells the app only when it asked for that", async () => {
  const viewId = await openDialog({ notify_on_close: true });
  let seen: unknown;
  app.view({ callback_id: "request", type: "view_closed" }, async ({ ack, body }) => {
    seen = body;
    await ack();
  });
  await slack.workspace.closeView("U0ANN", viewId);
  expect(seen).toMatchObject({ type: "view_closed", is_cleared: false });
});

test("what is pressed inside a dialog carries the dialog and what was typed so far", async () => {
  const pick = {
    type: "actions",
    block_id: "pick",
    elements: [{ type: "button", action_id: "all", text: plain("All"), value: "1" }],
  };
  const viewId = await openDialog({ blocks: [...dialog.blocks, pick] });
  let seen: unknown;
  app.action("all", async ({ ack, body }) => {
    seen = body;
    await ack();
  });
  await slack.workspace.clickInView("U0ANN", viewId, "all", { values: { reason: "half" } });
  expect(seen).toMatchObject({
    container: { type: "view", view_id: viewId },
    view: { id: viewId, state: { values: { reason: { text: { value: "half" } } } } },
    actions: [{ action_id: "all", block_id: "pick", value: "1" }],
  });
});

test("answers through a response URL are private, replace or remove the original, and end after five", async () => {
  let url = "";
  app.action("suspend", async ({ ack, body, respond }) => {
    if (body.type === "block_actions") url = body.response_url;
    await ack();
    await respond({ text: "not you", response_type: "ephemeral", replace_original: false });
  });
  const ts = await postCard();
  await slack.workspace.click("U0CEM", CHANNEL, ts, "suspend");
  await slack.workspace.until("the private answer", () => slack.workspace.ephemeral("U0CEM")[0]);
  expect(slack.workspace.ephemeral("U0ANN")).toEqual([]);
  const say = (body: object) => fetch(url, { method: "POST", body: JSON.stringify(body) });
  await say({ text: "settled", replace_original: true });
  expect(slack.workspace.messages(CHANNEL)).toMatchObject([{ ts, text: "settled", blocks: [] }]);
  await say({ text: "for all", response_type: "in_channel" });
  expect(slack.workspace.messages(CHANNEL)).toHaveLength(2);
  await say({ delete_original: true });
  expect(slack.workspace.messages(CHANNEL)).toMatchObject([{ text: "for all" }]);
  expect((await say({ text: "fifth" })).status).toBe(200);
  expect(await (await say({ text: "sixth" })).json()).toEqual({ ok: false, error: "used_url" });
});

test("a response URL lives for thirty minutes", async () => {
  let url = "";
  app.action("suspend", async ({ ack, body }) => {
    if (body.type === "block_actions") url = body.response_url;
    await ack();
  });
  await slack.workspace.click("U0CEM", CHANNEL, await postCard(), "suspend");
  aheadMs = 31 * 60_000;
  const late = await fetch(url, { method: "POST", body: JSON.stringify({ text: "late" }) });
  expect(await late.json()).toEqual({ ok: false, error: "expired_url" });
});

test("buttons of a private answer work for who sees it, and the answer can be replaced", async () => {
  app.action("suspend", async ({ ack, respond }) => {
    await ack();
    await respond({ text: "replaced", replace_original: true });
  });
  await app.client.chat.postEphemeral({ channel: CHANNEL, user: "U0ANN", text: "x", blocks: card });
  const ts = slack.workspace.ephemeral("U0ANN")[0]?.ts ?? "";
  await expect(slack.workspace.click("U0BEN", CHANNEL, ts, "suspend")).rejects.toThrow("sees no message");
  await slack.workspace.click("U0ANN", CHANNEL, ts, "suspend");
  await slack.workspace.until("the new text", () =>
    slack.workspace.ephemeral("U0ANN").find((one) => one.text === "replaced"),
  );
  expect(slack.workspace.ephemeral("U0ANN")).toHaveLength(1);
});

test("a slash command is answered to its asker, or to the channel", async () => {
  let seen: unknown;
  app.command("/twilio-usage", async ({ ack, command }) => {
    seen = command;
    await ack(command.text === "today" ? "It costs $12." : { response_type: "in_channel", text: "For all: $12." });
  });
  expect(await slack.workspace.slash("U0ANN", CHANNEL, "/twilio-usage", "today")).toMatchObject({ ok: true });
  expect(slack.workspace.ephemeral("U0ANN")).toMatchObject([{ text: "It costs $12." }]);
  expect(seen).toMatchObject({
    command: "/twilio-usage",
    text: "today",
    user_id: "U0ANN",
    user_name: "ann",
    team_id: "T0ACME",
    channel_id: CHANNEL,
    channel_name: "twilio-incidents",
    api_app_id: "A0TOLLGATE",
  });
  await slack.workspace.slash("U0ANN", CHANNEL, "/twilio-usage", "all");
  expect(slack.workspace.messages(CHANNEL)).toMatchObject([{ text: "For all: $12.", isFromApp: true }]);
});

test("an unknown slash command never reaches the app, and a failing one says so", async () => {
  expect(await slack.workspace.slash("U0ANN", CHANNEL, "/nope")).toMatchObject({
    ok: false,
    errorShown: "/nope is not a valid command.",
  });
  expect(slack.workspace.deliveries).toEqual([]);
  slack.connectApp(`${slack.url}/not/the/app`);
  expect(await slack.workspace.slash("U0ANN", CHANNEL, "/twilio-help")).toMatchObject({
    ok: false,
    errorShown: '/twilio-help failed with the error "dispatch_failed"',
  });
});

test("the app hears that it was mentioned", async () => {
  const heard: string[] = [];
  app.event("app_mention", async ({ event }) => {
    heard.push(event.text);
  });
  await slack.workspace.say("U0ANN", CHANNEL, "<@U0TOLLGATE> hello");
  await slack.workspace.say("U0ANN", CHANNEL, "nobody in particular");
  expect(slack.workspace.deliveries).toMatchObject([{ kind: "event", status: 200 }]);
  expect(heard).toEqual(["<@U0TOLLGATE> hello"]);
});
