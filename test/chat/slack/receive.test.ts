import { afterEach, describe, expect, test } from "vitest";
import type { Dialog } from "../../../src/notice/card.ts";
import type { SlackWorkspace } from "../../../src/sandbox/slack/workspace.ts";
import {
  cardWithButtons,
  filled,
  incidentId,
  opening,
  replyOf,
  type SlackWorld,
  startSlackWorld,
  wordsOf,
} from "./slack-world.ts";

const CHANNEL = "C0INCIDENTS";
const INCIDENT = { role: "incident", id: null } as const;
const noLinks = async () => null;

let world: SlackWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

type StartOptions = Parameters<typeof startSlackWorld>[0];

/** Every rule here holds whichever way Slack reaches us. */
const TRANSPORTS = ["http", "socket"] as const;

describe.each(TRANSPORTS)("over %s", (transport) => {
  async function withCard(options: StartOptions = {}) {
    const started = await startSlackWorld({ transport, ...options });
    world = started;
    const message = { card: cardWithButtons(), channel: INCIDENT, thread: null } as const;
    const card = await started.slack.platform.post(message, noLinks);
    return { ...started, workspace: started.standIn.workspace, card };
  }

  function whispered(workspace: SlackWorkspace, userId: string) {
    return workspace.until(`a private message to ${userId}`, () => workspace.ephemeral(userId).at(-1));
  }

  function later<Answer>(ms: number, answer: Answer): Promise<Answer> {
    return new Promise((resolve) => setTimeout(resolve, ms, answer));
  }

  describe("a press", () => {
    test("reaches the handler with who pressed and what, before it is acknowledged", async () => {
      const { workspace, card, heard } = await withCard();
      const result = await workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
      expect(result.errorShown).toBeUndefined();
      expect(heard.presses).toEqual([
        {
          user: { platform: "slack", userId: "U0ANN", barred: null },
          press: { action: "acknowledge", incidentId },
        },
      ]);
    });

    test("from the menu is the press of the chosen option", async () => {
      const { workspace, card, heard } = await withCard();
      const value = JSON.stringify({ action: "resolve", incidentId });
      await workspace.click("U0ANN", CHANNEL, card.messageId, "more", { value });
      expect(heard.presses.map(({ press }) => press)).toEqual([{ action: "resolve", incidentId }]);
    });

    test("that is refused is answered to the clicker alone, at the card", async () => {
      const { workspace, card, handlers } = await withCard();
      Object.assign(handlers, { press: async () => ({ kind: "told", text: "You <!channel> may not *approve*" }) });
      await workspace.click("U0BEN", CHANNEL, card.messageId, "acknowledge.7");
      const said = await whispered(workspace, "U0BEN");
      expect(said).toMatchObject({ channelId: CHANNEL, threadTs: undefined });
      expect(said.text).toBe("You &lt;!channel&gt; may not ∗approve∗");
      expect(workspace.ephemeral("U0ANN")).toEqual([]);
    });

    test("in a thread is answered in the thread", async () => {
      const { workspace, card, slack, handlers } = await withCard();
      Object.assign(handlers, { press: async () => ({ kind: "told", text: "Not you." }) });
      const reply = { card: { ...cardWithButtons(), subject: "approval-1" }, channel: INCIDENT, thread: card } as const;
      const request = await slack.platform.post(reply, noLinks);
      await workspace.click("U0BEN", CHANNEL, request.messageId, "acknowledge.7");
      expect((await whispered(workspace, "U0BEN")).threadTs).toBe(card.messageId);
      await workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
      expect((await whispered(workspace, "U0ANN")).threadTs).toBeUndefined();
    });

    test("is answered through the response URL when Slack refuses the private message", async () => {
      const { workspace, card, handlers, standIn } = await withCard();
      Object.assign(handlers, { press: async () => ({ kind: "told", text: "Not you." }) });
      standIn.inject({ kind: "error", method: "chat.postEphemeral", error: "user_not_in_channel" });
      await workspace.click("U0BEN", CHANNEL, card.messageId, "acknowledge.7");
      expect((await whispered(workspace, "U0BEN")).text).toBe("Not you.");
    });

    test("of a button that nobody knows gets a sentence", async () => {
      const { workspace, standIn, heard } = await withCard();
      const url = `${standIn.apiUrl}chat.postMessage`;
      const blocks = [
        {
          type: "actions",
          elements: [
            { type: "button", action_id: "launch", text: { type: "plain_text", text: "Launch" }, value: '{"a":1}' },
          ],
        },
      ];
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${standIn.botToken}` },
        body: JSON.stringify({ channel: CHANNEL, text: "old", blocks }),
      });
      const { ts } = JSON.parse(await response.text());
      const result = await workspace.click("U0ANN", CHANNEL, ts, "launch");
      expect(result.errorShown).toBeUndefined();
      expect((await whispered(workspace, "U0ANN")).text).toContain("older version");
      expect(heard.unknown).toMatchObject([{ action: "launch" }]);
      expect(heard.presses).toEqual([]);
    });

    test("that takes too long is acknowledged in time and told to try again, then answered", async () => {
      const { workspace, card, handlers } = await withCard();
      Object.assign(handlers, { press: () => later(2700, { kind: "told", text: "The late truth." }) });
      const result = await workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
      expect(result).toMatchObject({ ok: true, errorShown: undefined });
      await workspace.until("the late answer", () => (workspace.ephemeral("U0ANN").length > 1 ? true : undefined));
      const [first, second] = workspace.ephemeral("U0ANN").map((message) => message.text);
      expect(first).toContain("Try again");
      expect(second).toBe("The late truth.");
    });

    test("whose handler breaks is answered, not met with silence", async () => {
      const { workspace, card, handlers } = await withCard();
      Object.assign(handlers, { press: () => Promise.reject(new Error("a bug")) });
      const result = await workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
      expect(result.errorShown).toBeUndefined();
      expect((await whispered(workspace, "U0ANN")).text).toContain("Something went wrong");
    });
  });

  describe("who pressed", () => {
    test.each([
      ["U0GUS", "guest"],
      ["U0EVE", "other-workspace"],
      ["U0ANN", null],
    ])("%s is barred as %s", async (userId, barred) => {
      const { workspace, card, heard } = await withCard();
      await workspace.click(userId, CHANNEL, card.messageId, "acknowledge.7");
      expect(heard.presses).toMatchObject([{ user: { userId, barred } }]);
    });

    test("costs no look-up for somebody whom the roster does not know", async () => {
      const { workspace, card, standIn } = await withCard();
      await workspace.click("U0CEM", CHANNEL, card.messageId, "acknowledge.7");
      expect(standIn.calls.filter((call) => call.method === "users.info")).toEqual([]);
    });

    test("is looked up once in ten minutes", async () => {
      let nowMs = Date.now();
      const clock = { now: () => nowMs };
      const { workspace, card, standIn } = await withCard({ clock, standIn: { clock } });
      const press = () => workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
      const lookUps = () => standIn.calls.filter((call) => call.method === "users.info").length;
      await press();
      nowMs += 9 * 60_000;
      await press();
      expect(lookUps()).toBe(1);
      nowMs += 2 * 60_000;
      await press();
      expect(lookUps()).toBe(2);
    });

    test("who was not found is looked for again within the minute that they were told", async () => {
      let nowMs = Date.now();
      const clock = { now: () => nowMs };
      const { workspace, card, heard, standIn } = await withCard({ clock, standIn: { clock } });
      standIn.inject({ kind: "error", method: "users.info", error: "user_not_found" });
      const press = () => workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
      await press();
      nowMs += 45_000;
      await press();
      expect(heard.presses.map(({ user }) => user.barred)).toEqual(["unknown-user", null]);
    });

    test("is unknown, and not for good, when Slack cannot be asked", async () => {
      const { workspace, card, heard, standIn } = await withCard();
      standIn.inject({ kind: "server-error", method: "users.info" });
      await workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
      await workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
      expect(heard.presses.map(({ user }) => user.barred)).toEqual(["unknown-user", null]);
    });

    test("is unknown when Slack does not say within its budget, and the press still counts in time", async () => {
      const { workspace, card, heard, standIn } = await withCard();
      standIn.inject({ kind: "delay", method: "users.info", ms: 1500 });
      const result = await workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
      expect(result.errorShown).toBeUndefined();
      expect(heard.presses).toMatchObject([{ user: { barred: "unknown-user" } }]);
    });
  });

  describe("a dialog", () => {
    const asks = { press: async () => ({ kind: "dialog" as const, opening, fill: () => later(1500, filled) }) };

    test("opens at once and brings Submit when its facts are there", async () => {
      let read = () => {};
      const facts = new Promise<Dialog>((resolve) => {
        read = () => resolve(filled);
      });
      const press = async () => ({ kind: "dialog" as const, opening, fill: () => facts });
      const { workspace, card } = await withCard({ handlers: { press } });
      await workspace.click("U0ANN", CHANNEL, card.messageId, "request.7.suspend-subaccount");
      const first = await workspace.until("the dialog", () => workspace.views("U0ANN")[0]);
      expect(first.definition["submit"]).toBeUndefined();
      read();
      const second = await workspace.until("Submit", () =>
        workspace.views("U0ANN").find((view) => view.definition["submit"] !== undefined),
      );
      expect(second.id).toBe(first.id);
      expect(wordsOf(second.definition)).toContain("Live calls");
      expect(second.definition["private_metadata"]).toBe('{"form":"request","previewId":"preview-1"}');
    });

    test("whose facts fail says so and has no Submit", async () => {
      const fails = {
        press: async () => ({ kind: "dialog" as const, opening, fill: () => Promise.reject(new Error("no")) }),
      };
      const { workspace, card } = await withCard({ handlers: fails });
      await workspace.click("U0ANN", CHANNEL, card.messageId, "request.7.suspend-subaccount");
      const view = await workspace.until("the sentence", () =>
        workspace.views("U0ANN").find((each) => wordsOf(each.definition).includes("could not be read")),
      );
      expect(view.definition["submit"]).toBeUndefined();
    });

    test("that Slack does not open is explained privately", async () => {
      const { workspace, card, standIn } = await withCard({ handlers: asks });
      standIn.inject({ kind: "error", method: "views.open", error: "expired_trigger_id" });
      await workspace.click("U0ANN", CHANNEL, card.messageId, "request.7.suspend-subaccount");
      expect((await whispered(workspace, "U0ANN")).text).toContain("press again");
    });

    test("is brought up to date although the first answer of Slack was lost", async () => {
      const { workspace, card, standIn } = await withCard({ handlers: asks });
      standIn.inject({ kind: "cut-answer", method: "views.update" });
      await workspace.click("U0ANN", CHANNEL, card.messageId, "request.7.suspend-subaccount");
      await workspace.until("Submit", () =>
        workspace.views("U0ANN").find((view) => view.definition["submit"] !== undefined),
      );
    });

    async function openedDialog(submit: NonNullable<StartOptions>["handlers"]) {
      const press = async () => ({ kind: "dialog" as const, opening, fill: async () => filled });
      const started = await withCard({ handlers: { press, ...submit } });
      await started.workspace.click("U0ANN", CHANNEL, started.card.messageId, "request.7.suspend-subaccount");
      const view = await started.workspace.until("Submit", () =>
        started.workspace.views("U0ANN").find((each) => each.definition["submit"] !== undefined),
      );
      return { ...started, view };
    }

    test("sends what was entered with the preview that it showed, and closes", async () => {
      const { workspace, view, heard } = await openedDialog({});
      const result = await workspace.submit("U0ANN", view.id, { reason: "Toll fraud" });
      expect(result.responseAction).toBe("clear");
      expect(heard.submissions).toEqual([
        {
          user: { platform: "slack", userId: "U0ANN", barred: null },
          form: { form: "request", previewId: "preview-1" },
          values: { reason: ["Toll fraud"] },
        },
      ]);
    });

    test("shows a problem beside its field, in the acknowledgement itself", async () => {
      const problems = { reason: "Say why", account: "It was closed" };
      const { workspace, view } = await openedDialog({ submit: async () => ({ kind: "errors", problems }) });
      const result = await workspace.submit("U0ANN", view.id, { reason: "x" });
      expect(result.responseAction).toBe("errors");
      expect(result.errors).toEqual({ reason: "Say why It was closed" });
    });

    test("says a sentence instead when there is nothing to correct", async () => {
      const { workspace, view } = await openedDialog({
        submit: async () => ({ kind: "told", text: "Somebody else asked for the same" }),
      });
      const result = await workspace.submit("U0ANN", view.id, { reason: "x" });
      expect(result.responseAction).toBe("update");
      expect(wordsOf(result.view?.definition)).toContain("Somebody else asked");
    });

    test("that is not answered in time keeps what was typed, then says how it ended", async () => {
      const { workspace, view } = await openedDialog({ submit: () => later(2700, { kind: "done" as const }) });
      const result = await workspace.submit("U0ANN", view.id, { reason: "x" });
      expect(result.responseAction).toBe("errors");
      await workspace.until("how it ended", () =>
        workspace.views("U0ANN").find((each) => wordsOf(each.definition).includes("sent after all")),
      );
    });
  });

  describe("a command", () => {
    test("is acknowledged at once and answered to the asker alone", async () => {
      const { workspace, heard } = await withCard();
      const result = await workspace.slash("U0CEM", CHANNEL, "/twilio-usage", " today calls ");
      expect(result.errorShown).toBeUndefined();
      const said = await whispered(workspace, "U0CEM");
      expect(wordsOf(said.blocks)).toContain("answer to usage");
      expect(heard.commands).toMatchObject([{ command: "usage", words: "today calls", user: { userId: "U0CEM" } }]);
      expect(workspace.messages(CHANNEL)).toHaveLength(1);
    });

    test("that takes longer than Slack waits is still answered", async () => {
      const { workspace, handlers } = await withCard();
      Object.assign(handlers, { command: () => later(3200, replyOf("slow answer")) });
      const result = await workspace.slash("U0CEM", CHANNEL, "/twilio-usage", "today");
      expect(result.errorShown).toBeUndefined();
      expect(wordsOf((await whispered(workspace, "U0CEM")).blocks)).toContain("slow answer");
    });

    test("that breaks is answered with a sentence", async () => {
      const { workspace, handlers } = await withCard();
      Object.assign(handlers, { command: () => Promise.reject(new Error("a bug")) });
      await workspace.slash("U0CEM", CHANNEL, "/twilio-usage", "today");
      expect((await whispered(workspace, "U0CEM")).text).toContain("Something went wrong");
    });
  });

  test("an event that we do not listen to is acknowledged, and nobody is asked about it", async () => {
    const { workspace, heard } = await withCard();
    const event = { type: "app_mention", user: "U0ANN", text: "hi", channel: CHANNEL, ts: "1.0" };
    expect((await workspace.deliverEvent(event)).status).toBe(200);
    // What comes after it is heard, and nothing else was.
    await workspace.slash("U0CEM", CHANNEL, "/twilio-usage", "today");
    await whispered(workspace, "U0CEM");
    const commands = [expect.objectContaining({ command: "usage", words: "today" })];
    expect(heard).toEqual({ presses: [], unknown: [], submissions: [], commands, homes: [] });
  });
});
