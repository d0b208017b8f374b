import { afterEach, describe, expect, test } from "vitest";
import type { RehearsalStep } from "../../../src/chat/platform.ts";
import type { SlackFault } from "../../../src/sandbox/slack/faults.ts";
import { seedAcmeWorkspace } from "../../../src/sandbox/slack/seed.ts";
import { type SlackWorld, startSlackWorld } from "./slack-world.ts";

let world: SlackWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Parameters<typeof startSlackWorld>[0] = {}) {
  world = await startSlackWorld({ isStarted: false, ...options });
  return world;
}

function problemsOf(steps: readonly RehearsalStep[]): readonly string[] {
  return steps.flatMap(({ problem }) => (problem === null ? [] : [problem]));
}

const CHANNEL_STEPS = ["find the channel", "post a test card", "edit it", "read it back", "delete it"];

describe.each(["http", "socket"] as const)("a rehearsal over %s", (transport) => {
  test("does in each channel what an incident will do, and leaves nothing there", async () => {
    const { slack, standIn } = await start({ transport });
    const steps = await slack.rehearse();
    expect(problemsOf(steps)).toEqual([]);
    const first = ["ask Slack who we are", "check what the bot may do"];
    const socket = transport === "socket" ? ["ask Slack for a web socket"] : [];
    const names = [...first, ...socket, ...CHANNEL_STEPS, ...CHANNEL_STEPS];
    expect(steps.map(({ name }) => names.find((each) => name.startsWith(each)))).toEqual(names);
    expect(standIn.workspace.messages("C0INCIDENTS")).toEqual([]);
    expect(standIn.workspace.messages("C0AUDIT")).toEqual([]);
    expect(standIn.calls.filter(({ method }) => method === "chat.postMessage")).toHaveLength(2);
    expect(standIn.workspace.notifications()).toEqual([]);
  });
});

test("it tries the channels that the policy leads to as well", async () => {
  const { slack } = await start({ slack: { routedChannels: () => ["C0NOWHERE", "C0AUDIT"] } });
  const steps = await slack.rehearse();
  expect(steps.map(({ name }) => name).filter((name) => name.startsWith("find"))).toHaveLength(3);
  expect(problemsOf(steps)).toEqual([expect.stringMatching(/^tollgate\.yml, channel C0NOWHERE: the bot sees no/)]);
});

describe("what is wrong is named with its way out", () => {
  test.each<readonly [string, SlackFault, RegExp]>([
    ["a revoked token", { kind: "token-revoked" }, /^SLACK_BOT_TOKEN: Slack refuses it \(token_revoked\); copy/],
    [
      "an archived channel",
      { kind: "channel-archived", channel: "C0AUDIT" },
      /#twilio-audit is archived; name another/,
    ],
    [
      "a post that is refused",
      { kind: "error", method: "chat.postMessage", error: "restricted_action", times: 2 },
      /restricted_action; install the app again/,
    ],
    [
      "an edit that is refused",
      { kind: "error", method: "chat.update", error: "cant_update_message" },
      /chat\.update answered cant_update_message; /,
    ],
    [
      "a history that cannot be read",
      { kind: "error", method: "conversations.history", error: "missing_scope" },
      /conversations\.history answered missing_scope; install/,
    ],
    [
      "a message that stays",
      { kind: "error", method: "chat.delete", error: "cant_delete_message" },
      /chat\.delete answered cant_delete_message; compare/,
    ],
    [
      "a rate limit",
      { kind: "rate-limited", method: "chat.update", channel: "C0AUDIT", retryAfterSeconds: 30 },
      /rate limited; try again in 30 seconds/,
    ],
    ["Slack that is down", { kind: "server-error", method: "auth.test" }, /could not be asked who we are/],
  ])("%s", async (_what, fault, sentence) => {
    const { slack, standIn } = await start();
    standIn.inject(fault);
    const problems = problemsOf(await slack.rehearse());
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toMatch(sentence);
  });

  test("a missing scope", async () => {
    const seed = seedAcmeWorkspace();
    const scopes = seed.app.scopes.filter((scope) => scope !== "files:write");
    const { slack } = await start({ standIn: { seed: { ...seed, app: { ...seed.app, scopes } } } });
    expect(problemsOf(await slack.rehearse())).toEqual([
      "SLACK_BOT_TOKEN: the scope files:write is missing; add it and install the app again.",
    ]);
  });

  test("a message that does not say what it was changed to", async () => {
    const { slack, standIn } = await start();
    standIn.workspace.onChange((change) => {
      const isEdit = change.kind === "message-edited" && change.message.channelId === "C0AUDIT";
      if (isEdit) standIn.workspace.deleteMessage("C0AUDIT", change.message.ts);
    });
    expect(problemsOf(await slack.rehearse())[0]).toMatch(/^SLACK_AUDIT_CHANNEL: the message is not in the channel/);
  });

  test("an app token that is refused", async () => {
    const { slack, standIn } = await start({ transport: "socket" });
    standIn.inject({ kind: "error", method: "apps.connections.open", error: "invalid_auth" });
    expect(problemsOf(await slack.rehearse())).toEqual([expect.stringMatching(/^SLACK_APP_TOKEN: Slack refuses it/)]);
  });
});

test("it opens no web socket, which would take clicks from the service that runs meanwhile", async () => {
  const { slack, standIn } = await start({ transport: "socket" });
  expect(problemsOf(await slack.rehearse())).toEqual([]);
  expect(standIn.socketConnections()).toBe(0);
});

test("a card that was posted is taken away although it could not be edited", async () => {
  const { slack, standIn } = await start();
  standIn.inject({ kind: "error", method: "chat.update", error: "internal_error", times: 2 });
  await slack.rehearse();
  expect(standIn.workspace.messages("C0INCIDENTS")).toEqual([]);
});
