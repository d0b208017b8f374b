import { afterEach, describe, expect, test } from "vitest";
import type { ChatUser, PressAnswer } from "../../../src/chat/platform.ts";
import { createHome } from "../../../src/chat/slack/home.ts";
import { createLog } from "../../../src/lib/log.ts";
import { incidentId, plainCard, type SlackWorld, startSlackWorld, wordsOf } from "./slack-world.ts";

let world: SlackWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

type StartOptions = NonNullable<Parameters<typeof startSlackWorld>[0]>;

async function start(options: StartOptions = {}) {
  const started = await startSlackWorld(options);
  world = started;
  const { workspace } = started.standIn;
  /** Opens the home and waits until these words are there. */
  const opened = async (words: string) => {
    await workspace.openHome("U0ANN");
    return workspace.until(`a home with ${words}`, () => {
      const view = workspace.home("U0ANN");
      return view !== undefined && wordsOf(view.definition).includes(words) ? view : undefined;
    });
  };
  return { ...started, workspace, opened };
}

/** A home that says how often it was asked for, with a button of each sort. */
function countingHome() {
  let count = 0;
  return async () => {
    count += 1;
    return plainCard(`Home ${count}`, {
      elements: [
        {
          kind: "entry",
          text: ["Incident 7"],
          button: { label: "Acknowledge", press: { action: "acknowledge", incidentId }, style: "plain", confirm: null },
        },
      ],
      buttons: [{ label: "Refresh", press: { action: "refresh-home" }, style: "plain", confirm: null }],
    });
  };
}

describe.each(["http", "socket"] as const)("an App Home over %s", (transport) => {
  test("is published when it is opened, for who opened it", async () => {
    const { opened, heard } = await start({ transport, handlers: { home: countingHome() } });
    await opened("Home 1");
    expect(heard.homes).toEqual([{ platform: "slack", userId: "U0ANN", barred: null }]);
    await opened("Home 2");
  });

  test("is not asked for when the tab with messages is opened", async () => {
    const { workspace, heard } = await start({ transport });
    const event = { type: "app_home_opened", user: "U0ANN", channel: "D0ANN", tab: "messages" };
    expect((await workspace.deliverEvent(event)).status).toBe(200);
    await workspace.openHome("U0BEN");
    await workspace.until("Ben's home", () => workspace.home("U0BEN"));
    expect(heard.homes.map(({ userId }) => userId)).toEqual(["U0BEN"]);
  });

  test("comes to no harm from repeats of the same event", async () => {
    const { workspace, opened } = await start({ transport, handlers: { home: countingHome() } });
    await opened("Home 1");
    const event = { type: "app_home_opened", user: "U0ANN", channel: "D0ANN", tab: "home" };
    for (const num of [1, 2, 3]) {
      await workspace.deliverEvent(event, { num, reason: "http_timeout" });
      // Waited for each time: what comes while a home is being made is looked at once.
      await workspace.until("the home once more", () =>
        wordsOf(workspace.home("U0ANN")?.definition).includes(`Home ${num + 1}`) ? true : undefined,
      );
    }
  });

  test("is shown anew by its button", async () => {
    const press = async (): Promise<PressAnswer> => ({ kind: "card", card: plainCard("Fresh") });
    const { workspace, opened } = await start({ transport, handlers: { press, home: async () => plainCard("Old") } });
    const view = await opened("Old");
    expect(view.definition["type"]).toBe("home");
    Object.assign(world?.handlers ?? {}, { home: countingHome() });
    const withButton = await opened("Home 1");
    await workspace.clickInView("U0ANN", withButton.id, "refresh-home");
    await workspace.until("the fresh one", () =>
      wordsOf(workspace.home("U0ANN")?.definition).includes("Fresh") ? true : undefined,
    );
    expect(workspace.views("U0ANN")).toEqual([]);
  });

  test("tells the truth again after something was done from it", async () => {
    const { workspace, opened, heard } = await start({ transport, handlers: { home: countingHome() } });
    const view = await opened("Home 1");
    await workspace.clickInView("U0ANN", view.id, "acknowledge.7");
    await workspace.until("the new state", () =>
      wordsOf(workspace.home("U0ANN")?.definition).includes("Home 2") ? true : undefined,
    );
    expect(heard.presses.map(({ press }) => press)).toEqual([{ action: "acknowledge", incidentId }]);
  });

  test.each<readonly [string, PressAnswer]>([
    ["a refusal", { kind: "told", text: "You may not do that." }],
    ["a card", { kind: "card", card: plainCard("You may not do that.") }],
  ])("shows %s where the person looks: in a dialog, not in a channel", async (_what, answer) => {
    const { workspace, opened } = await start({
      transport,
      handlers: { home: countingHome(), press: async () => answer },
    });
    const view = await opened("Home 1");
    await workspace.clickInView("U0ANN", view.id, "acknowledge.7");
    const dialog = await workspace.until("the dialog", () => workspace.views("U0ANN")[0]);
    expect(wordsOf(dialog.definition)).toContain("You may not do that.");
    expect(workspace.ephemeral("U0ANN")).toEqual([]);
  });
});

test("what is asked for while a home is being made is looked at once more, not once for each", async () => {
  const user: ChatUser = { platform: "slack", userId: "U0ANN", barred: null };
  const published: unknown[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const counted = countingHome();
  const home = createHome({
    api: {
      call: async (_method, args, shape) => {
        published.push(args["view"]);
        return shape.parse({});
      },
    },
    handlers: { home: async () => held.then(counted) },
    contextFor: async () => ({ slackIdOf: () => null, linkOf: () => null, pictureOf: () => null }),
    log: createLog("silent"),
  });
  const all = Promise.all([home.publish(user), home.publish(user), home.publish(user), home.publish(user)]);
  release();
  await all;
  expect(published.map((view) => /Home \d/.exec(wordsOf(view))?.[0])).toEqual(["Home 1", "Home 2"]);
});

test("a home that Slack does not take now is published the next time", async () => {
  const { standIn, workspace, opened } = await start({ handlers: { home: countingHome() } });
  standIn.inject({ kind: "server-error", method: "views.publish" });
  expect((await workspace.openHome("U0ANN"))?.problem).toBe("none");
  await opened("Home 2");
});

test("whom Slack bars gets what the handlers say to such people", async () => {
  const { workspace, heard } = await start();
  await workspace.openHome("U0GUS");
  await workspace.until("a home", () => workspace.home("U0GUS"));
  expect(heard.homes).toMatchObject([{ userId: "U0GUS", barred: "guest" }]);
});

test("an event that we could not take is sent again by Slack, and then counts", async () => {
  const { standIn, workspace, requestUrl } = await start({ standIn: { retryAfterMs: [0, 10, 10] } });
  standIn.connectApp(`${standIn.url}/not/the/app`);
  expect(await workspace.openHome("U0ANN")).toMatchObject({ problem: "bad-status", status: 404 });
  standIn.connectApp(requestUrl);
  await workspace.until("the home", () => workspace.home("U0ANN"));
  const [, repeat] = workspace.deliveries;
  expect(repeat).toMatchObject({ retryNum: expect.any(Number) });
});
