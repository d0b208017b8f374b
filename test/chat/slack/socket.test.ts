import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { isFault } from "../../../src/lib/fault.ts";
import { Secret } from "../../../src/lib/secret.ts";
import type { SlackStandIn } from "../../../src/sandbox/slack/stand-in.ts";
import { cardWithButtons, type SlackWorld, startSlackWorld } from "./slack-world.ts";

const CHANNEL = "C0INCIDENTS";
const INCIDENT = { role: "incident", id: null } as const;

let world: SlackWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

type StartOptions = NonNullable<Parameters<typeof startSlackWorld>[0]>;

async function start(options: StartOptions = {}) {
  const started = await startSlackWorld({ transport: "socket", ...options });
  world = started;
  return { ...started, workspace: started.standIn.workspace };
}

async function postCard({ slack }: SlackWorld) {
  return slack.platform.post({ card: cardWithButtons(), channel: INCIDENT, thread: null }, async () => null);
}

function opened({ calls }: SlackStandIn): number {
  return calls.filter(({ method }) => method === "apps.connections.open").length;
}

/** Looks again until it is so: connections come and go without telling the workspace. */
async function until(what: string, isSo: () => boolean | Promise<boolean>, withinMs = 8000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("a web socket to Slack", () => {
  test("takes the place of the route: nothing answers there", async () => {
    const { requestUrl, standIn, slack } = await start();
    expect((await fetch(requestUrl, { method: "POST", body: "{}" })).status).toBe(404);
    expect(standIn.socketConnections()).toBe(1);
    expect(await slack.problems()).toEqual([]);
  });

  test("is opened anew when Slack renews it, and then hears what people do", async () => {
    const { standIn, workspace, slack, heard } = await start();
    const card = await postCard(world as SlackWorld);
    standIn.inject({ kind: "socket-disconnect", reason: "refresh_requested" });
    await until("a new connection", () => standIn.socketConnections() === 1);
    expect((await workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7")).errorShown).toBeUndefined();
    expect(heard.presses).toHaveLength(1);
    await until("all to be well", async () => (await slack.problems()).length === 0);
  });

  test("is opened anew when the line breaks", async () => {
    const { standIn, slack } = await start();
    standIn.inject({ kind: "socket-cut" });
    await until("a second connection", () => opened(standIn) === 2 && standIn.socketConnections() === 1);
    await until("all to be well", async () => (await slack.problems()).length === 0);
  });

  test("is tried again although Slack cannot be reached just when it is renewed", async () => {
    const { standIn, slack } = await start();
    standIn.inject({ kind: "server-error", method: "apps.connections.open", times: 2 });
    standIn.inject({ kind: "socket-cut" });
    await until("the trouble to be known", async () =>
      (await slack.problems()).some((problem) => problem.startsWith("Socket Mode is not connected")),
    );
    await until("a fourth try", () => opened(standIn) === 4 && standIn.socketConnections() === 1);
    await until("all to be well", async () => (await slack.problems()).length === 0);
  });

  test("that breaks between a click and its answer takes nobody down, and what was done is done", async () => {
    const { standIn, workspace, heard } = await start({
      handlers: { press: () => new Promise((resolve) => setTimeout(resolve, 300, { kind: "told", text: "Done." })) },
    });
    const card = await postCard(world as SlackWorld);
    const clicked = workspace.click("U0ANN", CHANNEL, card.messageId, "acknowledge.7");
    await until("the press to arrive", () => heard.presses.length === 1);
    standIn.inject({ kind: "socket-cut" });
    expect((await clicked).errorShown).toBeDefined();
    await workspace.until("what is said about it", () => workspace.ephemeral("U0ANN")[0]);
    await until("a new connection", () => standIn.socketConnections() === 1);
  });

  test("shares what people do with the others of the same app: each request goes to one of them", async () => {
    const { standIn, workspace, heard } = await start();
    const second = await startSlackWorld({
      transport: "socket",
      slack: { apiUrl: standIn.apiUrl },
    });
    await until("two connections", () => standIn.socketConnections() === 2);
    for (let count = 0; count < 4; count += 1) await workspace.slash("U0ANN", CHANNEL, "/twilio-usage", `${count}`);
    await workspace.until("four answers", () => (workspace.ephemeral("U0ANN").length === 4 ? true : undefined));
    const words = [heard, second.heard].map(({ commands }) => commands.map((each) => each.words));
    await second.close();
    expect(words.flat().toSorted()).toEqual(["0", "1", "2", "3"]);
    expect(words.map((each) => each.length)).toEqual([2, 2]);
  });

  test("that Slack closes for good is told with the way out", async () => {
    const { standIn, slack } = await start();
    standIn.inject({ kind: "socket-disconnect", reason: "link_disabled" });
    await until("the sentence", async () =>
      (await slack.problems()).some((problem) => problem.includes("switched off in the app's settings")),
    );
    standIn.clearFaults();
    await until("a new connection", () => standIn.socketConnections() === 1);
  });
});

describe("at the start", () => {
  test("that Socket Mode is off is told with the way out, and goes on being told", async () => {
    const { slack, standIn } = await start({ isStarted: false });
    standIn.inject({ kind: "socket-disconnect", reason: "link_disabled" });
    const sentence = expect.stringMatching(/^Socket Mode was switched off in the app's settings; switch it on/);
    expect(await slack.start()).toEqual([sentence]);
    expect(await slack.problems()).toEqual([sentence]);
    standIn.clearFaults();
    await until("all to be well", async () => (await slack.problems()).length === 0);
  });

  test("a token without its scope is named", async () => {
    const { slack } = await start({ standIn: { appTokenScopes: [] }, isStarted: false });
    const sentence = expect.stringMatching(/^SLACK_APP_TOKEN: the scope connections:write is missing/);
    expect(await slack.start()).toEqual([sentence]);
    expect(await slack.problems()).toEqual([sentence]);
  });

  test.each(["invalid_auth", "account_inactive", "token_revoked"])("a refused token (%s) is named", async (error) => {
    const { slack, standIn } = await start({ isStarted: false });
    standIn.inject({ kind: "error", method: "apps.connections.open", error });
    expect(await slack.start()).toEqual([
      expect.stringMatching(new RegExp(`^SLACK_APP_TOKEN: Slack refuses it \\(${error}\\)`)),
    ]);
  });

  test("a bot token in the place of the app's is refused", async () => {
    const transport = { kind: "socket", appToken: new Secret("xoxb-stand-in") } as const;
    const { slack } = await start({ slack: { transport }, isStarted: false });
    expect(await slack.start()).toEqual([expect.stringContaining("Slack refuses it (not_allowed_token_type)")]);
  });

  test("Slack that does not answer does not hold us up, and is connected when it does", async () => {
    const { slack, standIn } = await start({ isStarted: false });
    standIn.inject({ kind: "hang", method: "apps.connections.open" });
    const before = performance.now();
    expect(await slack.start()).toEqual([expect.stringMatching(/^Socket Mode is not connected/)]);
    expect(performance.now() - before).toBeLessThan(6000);
    await until("all to be well", async () => (await slack.problems()).length === 0);
  });

  test("a rate limit on connections is kept to", async () => {
    const { slack, standIn } = await start({ isStarted: false });
    standIn.inject({ kind: "rate-limited", method: "apps.connections.open", retryAfterSeconds: 2 });
    expect(await slack.start()).toEqual([expect.stringMatching(/^Socket Mode is not connected \(ratelimited\)/)]);
    await until("a connection", () => standIn.socketConnections() === 1);
    const [first, second] = standIn.calls.filter(({ method }) => method === "apps.connections.open");
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(2000);
  });
});

test("closing takes less than five seconds although the other side says nothing any more", async () => {
  // Takes the connection and then is silent, also when it is asked to close.
  const silent = createServer((socket) => {
    socket.on("data", () => {});
    socket.on("error", () => {});
  });
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { slack } = await start({ slack: { apiUrl: `http://127.0.0.1:${port}/` }, isStarted: false });
  const starting = slack.start().catch((error: unknown) => isFault(error));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const before = performance.now();
  await slack.close();
  expect(performance.now() - before).toBeLessThan(5000);
  await starting;
  silent.close();
});

test("closing ends the connection", async () => {
  const { slack, standIn } = await start();
  await slack.close();
  await until("the end of the connection", () => standIn.socketConnections() === 0);
  expect(opened(standIn)).toBe(1);
});
