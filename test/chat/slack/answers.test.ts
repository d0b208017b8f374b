import { afterEach, describe, expect, test } from "vitest";
import type { DialogAnswer } from "../../../src/chat/platform.ts";
import type { SlackWorkspace } from "../../../src/sandbox/slack/workspace.ts";
import {
  cardWithButtons,
  filled,
  incidentId,
  opening,
  plainCard,
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

type StartOptions = NonNullable<Parameters<typeof startSlackWorld>[0]>;

async function withCard(options: StartOptions = {}) {
  const started = await startSlackWorld(options);
  world = started;
  const card = await started.slack.platform.post({ card: cardWithButtons(), channel: INCIDENT, thread: null }, noLinks);
  return { ...started, workspace: started.standIn.workspace, card };
}

function later<Answer>(ms: number, answer: Answer): Promise<Answer> {
  return new Promise((resolve) => setTimeout(resolve, ms, answer));
}

function dialogSaying(workspace: SlackWorkspace, words: string) {
  return workspace.until(`a dialog with ${words}`, () =>
    workspace.views("U0ANN").find((view) => wordsOf(view.definition).includes(words)),
  );
}

const TRANSPORTS = ["http", "socket"] as const;

describe.each(TRANSPORTS)("over %s", (transport) => {
  test("a card that answers a press is seen by the clicker alone, with its buttons", async () => {
    const { workspace, card } = await withCard({
      transport,
      handlers: { press: async () => ({ kind: "card", card: cardWithButtons() }) },
    });
    await workspace.click("U0BEN", CHANNEL, card.messageId, "acknowledge.7");
    const shown = await workspace.until("the card", () => workspace.ephemeral("U0BEN").at(-1));
    expect(wordsOf(shown.blocks)).toContain('"action_id":"acknowledge.7"');
    expect(workspace.ephemeral("U0ANN")).toEqual([]);
    expect(workspace.messages(CHANNEL)).toHaveLength(1);
    const again = await workspace.click("U0BEN", CHANNEL, shown.ts, "acknowledge.7");
    expect(again.errorShown).toBeUndefined();
  });

  test("a command with `share` is answered to everybody who is there, any other to the asker alone", async () => {
    const command = async (_user: unknown, _name: string, words: string) => replyOf("42 calls", words === "share");
    const { workspace } = await withCard({ transport, handlers: { command } });
    await workspace.slash("U0CEM", CHANNEL, "/twilio-usage", "share");
    const shared = await workspace.until("the shared answer", () => workspace.messages(CHANNEL)[1]);
    expect(wordsOf(shared.blocks)).toContain("42 calls");
    expect(workspace.ephemeral("U0CEM")).toEqual([]);
    await workspace.slash("U0CEM", CHANNEL, "/twilio-usage", "today");
    await workspace.until("the private answer", () => workspace.ephemeral("U0CEM")[0]);
    expect(workspace.messages(CHANNEL)).toHaveLength(2);
  });

  describe("a dialog that goes on", () => {
    const nextOpening = { ...opening, title: "Which one?" };
    const nextFilled = { ...filled, title: "Which one?" };

    async function submitted(next: DialogAnswer) {
      const press = async () => ({ kind: "dialog" as const, opening, fill: async () => filled });
      const started = await withCard({ transport, handlers: { press, submit: async () => next } });
      const { workspace, card } = started;
      await workspace.click("U0ANN", CHANNEL, card.messageId, "request.7.suspend-subaccount");
      const first = await dialogSaying(workspace, "Live calls");
      const result = await workspace.submit("U0ANN", first.id, { reason: "x" });
      return { ...started, first, result };
    }

    test("shows its facts at once when they are there", async () => {
      const { result, first } = await submitted({ kind: "dialog", opening: nextOpening, fill: async () => nextFilled });
      expect(result.responseAction).toBe("update");
      expect(result.view?.id).toBe(first.id);
      expect(wordsOf(result.view?.definition)).toMatch(/Which one\?.*Live calls/);
    });

    test("opens without Submit and brings its facts later", async () => {
      const fill = () => later(1500, nextFilled);
      const { result, workspace } = await submitted({ kind: "dialog", opening: nextOpening, fill });
      expect(wordsOf(result.view?.definition)).toContain("Reading the facts");
      expect(result.view?.definition["submit"]).toBeUndefined();
      const view = await dialogSaying(workspace, "Live calls");
      expect(view.definition["submit"]).toBeDefined();
      expect(view.id).toBe(result.view?.id);
    });

    test("says so when its facts cannot be read", async () => {
      const fill = () => Promise.reject(new Error("no"));
      const { result } = await submitted({ kind: "dialog", opening: nextOpening, fill });
      expect(wordsOf(result.view?.definition)).toContain("could not be read");
    });

    test("can be sent in its turn", async () => {
      const { workspace, result, heard } = await submitted({
        kind: "dialog",
        opening: nextOpening,
        fill: async () => nextFilled,
      });
      Object.assign(world?.handlers ?? {}, { submit: async () => ({ kind: "done" }) });
      expect((await workspace.submit("U0ANN", result.view?.id ?? "", { reason: "y" })).responseAction).toBe("clear");
      expect(heard.submissions.map(({ values }) => values["reason"])).toEqual([["x"], ["y"]]);
    });
  });

  test("a press inside a dialog is answered on top of it, and the dialog below stays", async () => {
    const inDialog = {
      ...filled,
      elements: [
        {
          kind: "entry" as const,
          text: ["Incident 7"],
          button: {
            label: "Show",
            press: { action: "show" as const, incidentId },
            style: "plain" as const,
            confirm: null,
          },
        },
      ],
    };
    const press: NonNullable<StartOptions["handlers"]>["press"] = async (_user, { action }) =>
      action === "show"
        ? { kind: "told", text: "It is contained." }
        : { kind: "dialog", opening, fill: async () => inDialog };
    const { workspace, card } = await withCard({ transport, handlers: { press } });
    await workspace.click("U0ANN", CHANNEL, card.messageId, "request.7.suspend-subaccount");
    const lower = await dialogSaying(workspace, "Incident 7");
    await workspace.clickInView("U0ANN", lower.id, "show.7");
    const upper = await dialogSaying(workspace, "It is contained.");
    expect(upper.previousViewId).toBe(lower.id);
  });
});

describe("a link to another message of ours", () => {
  const linking = plainCard("Incidents", { elements: [{ kind: "link", label: "The card", subject: "incident-7" }] });

  async function withLinks(change: StartOptions["handlers"] = {}) {
    const command = async () => ({ card: linking, isShared: false });
    const started = await withCard({ handlers: { command, ...change } });
    Object.assign(started.handlers, {
      refOf: async (platform: string, subject: string) =>
        platform === "slack" && subject === "incident-7" ? started.card : null,
      ...change,
    });
    return { ...started, permalink: await started.slack.platform.permalink(started.card) };
  }

  test("leads there from a command's answer, and is looked up once", async () => {
    const { workspace, standIn, permalink } = await withLinks();
    for (const count of [1, 2]) {
      await workspace.slash("U0ANN", CHANNEL, "/twilio-usage");
      const said = await workspace.until("the answer", () => workspace.ephemeral("U0ANN")[count - 1]);
      expect(wordsOf(said.blocks)).toContain(`<${permalink}|The card>`);
    }
    expect(standIn.calls.filter(({ method }) => method === "chat.getPermalink")).toHaveLength(1);
  });

  test("leads there from a dialog", async () => {
    const dialog = { ...filled, elements: linking.elements };
    const press = async () => ({ kind: "dialog" as const, opening, fill: async () => dialog });
    const { workspace, card, permalink } = await withLinks({ press });
    await workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
    await dialogSaying(workspace, `<${permalink}|The card>`);
  });

  test.each([
    ["is not there", async () => null],
    ["is never found", () => new Promise<null>(() => {})],
  ])("is shown as words when the message %s", async (_why, refOf) => {
    const { workspace } = await withLinks({ refOf });
    await workspace.slash("U0ANN", CHANNEL, "/twilio-usage");
    const said = await workspace.until("the answer", () => workspace.ephemeral("U0ANN")[0]);
    expect(wordsOf(said.blocks)).toContain('"The card"');
  });
});
