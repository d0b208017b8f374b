import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { Clock } from "../../../src/lib/clock.ts";
import { isFault } from "../../../src/lib/fault.ts";
import type { PersonId } from "../../../src/lib/id.ts";
import { cardWithButtons, plainCard, type SlackWorld, startSlackWorld, wordsOf } from "./slack-world.ts";

const CHANNEL = "C0INCIDENTS";
const AUDIT = "C0AUDIT";
const INCIDENT = { role: "incident", id: null } as const;
const AUDIT_CHANNEL = { role: "audit", id: null } as const;
const noLinks = async () => null;

let world: SlackWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Parameters<typeof startSlackWorld>[0] = {}) {
  world = await startSlackWorld(options);
  const { standIn, slack } = world;
  return { standIn, workspace: standIn.workspace, platform: slack.platform, slack };
}

const incident = { card: cardWithButtons(), channel: INCIDENT, thread: null } as const;

/** No room comes back while it stands still, however long a test takes. */
function standingClock(): Clock {
  const nowMs = Date.now();
  return { now: () => nowMs };
}

function faultOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "nothing failed",
    (error: unknown) => error,
  );
}

describe("a card", () => {
  test("is posted, edited in place and found by its subject", async () => {
    const { platform, workspace } = await start();
    const ref = await platform.post(incident, noLinks);
    await platform.edit(ref, plainCard("Contained"), noLinks, "now");
    expect(workspace.messages(CHANNEL)).toHaveLength(1);
    expect(wordsOf(workspace.messages(CHANNEL)[0]?.blocks)).toContain("Contained");
    expect(await platform.find("incident-7", INCIDENT, null)).toEqual(ref);
    expect(await platform.find("incident-8", INCIDENT, null)).toBeNull();
    expect(await platform.find("incident-7", AUDIT_CHANNEL, null)).toBeNull();
    expect(platform.isIn(ref, INCIDENT)).toBe(true);
    expect(platform.isIn(ref, { role: "incident", id: CHANNEL })).toBe(true);
    expect(platform.isIn(ref, AUDIT_CHANNEL)).toBe(false);
    expect(platform.isIn(ref, { role: "incident", id: "C0OTHER" })).toBe(false);
  });

  test("mentions people when it is new, and disturbs nobody when it is edited", async () => {
    const { platform, workspace } = await start();
    const people = ["ann" as PersonId];
    const card = plainCard("New", { elements: [{ kind: "mention", people, text: "look at <@U0BEN> <!channel>" }] });
    const ref = await platform.post({ card, channel: INCIDENT, thread: null }, noLinks);
    await platform.edit(ref, card, noLinks, "now");
    expect(workspace.notifications().map(({ userId, reason }) => [userId, reason])).toEqual([["U0ANN", "mention"]]);
  });

  test("in a thread is found there and not in the channel", async () => {
    const { platform } = await start();
    const parent = await platform.post(incident, noLinks);
    const card = { ...cardWithButtons(), subject: "approval-1" };
    const ref = await platform.post({ card, channel: INCIDENT, thread: parent }, noLinks);
    expect(await platform.find("approval-1", INCIDENT, parent)).toEqual(ref);
    expect(await platform.find("approval-1", INCIDENT, null)).toBeNull();
  });

  test("whose thread was deleted is found where Slack put it", async () => {
    const { platform, workspace } = await start();
    const parent = await platform.post(incident, noLinks);
    workspace.deleteMessage(CHANNEL, parent.messageId);
    const card = { ...cardWithButtons(), subject: "approval-1" };
    const ref = await platform.post({ card, channel: INCIDENT, thread: parent }, noLinks);
    expect(await platform.find("approval-1", INCIDENT, parent)).toEqual(ref);
  });

  test("leads to another message of ours, and shows words when that cannot be found", async () => {
    const { platform, workspace } = await start();
    const parent = await platform.post(incident, noLinks);
    const permalink = await platform.permalink(parent);
    const card = plainCard("Linked", { elements: [{ kind: "link", label: "The request", subject: "incident-7" }] });
    const ref = await platform.post({ card, channel: INCIDENT, thread: null }, async () => permalink);
    expect(wordsOf(workspace.messages(CHANNEL).at(-1)?.blocks)).toContain(`<${permalink}|The request>`);
    await platform.edit(ref, card, noLinks, "now");
    expect(wordsOf(workspace.messages(CHANNEL).at(-1)?.blocks)).toContain('"The request"');
  });

  test("whose answer was lost is found before it would be posted again", async () => {
    const { platform, standIn, workspace } = await start();
    standIn.inject({ kind: "cut-answer", method: "chat.postMessage" });
    const fault = await faultOf(platform.post(incident, noLinks));
    expect(isFault(fault) && fault.leavesOutcomeUnknown).toBe(true);
    const [message] = workspace.messages(CHANNEL);
    expect(await platform.find("incident-7", INCIDENT, null)).toEqual({ channelId: CHANNEL, messageId: message?.ts });
  });

  test("that Slack never answers about is given up in time, with an unknown outcome", async () => {
    const { platform, standIn } = await start();
    standIn.inject({ kind: "hang", method: "chat.postMessage", when: "after-effect" });
    const fault = await faultOf(platform.post(incident, noLinks));
    expect(isFault(fault, "timeout")).toBe(true);
    expect(await platform.find("incident-7", INCIDENT, null)).not.toBeNull();
  });

  test("is not taken for ours when another app used the same metadata", async () => {
    const metadata = { event_type: "tollgate_message", event_payload: { subject: "incident-7" } };
    const foreign = { ts: "1700000002.000000", user: "U0OTHER", bot_id: "B0OTHER", metadata };
    const ours = { ts: "1700000001.000000", user: "U0TOLLGATE", bot_id: "B0TOLLGATE", metadata };
    const answers: Record<string, unknown> = {
      "/auth.test": { ok: true, team_id: "T0ACME", user_id: "U0TOLLGATE", bot_id: "B0TOLLGATE" },
      "/conversations.history": { ok: true, messages: [foreign, ours] },
      "/conversations.replies": { ok: true, messages: [foreign] },
    };
    const server = createServer((request, response) => response.end(JSON.stringify(answers[request.url ?? ""])));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { platform } = await start({ slack: { apiUrl: `http://127.0.0.1:${port}/` } });
    const thread = { channelId: CHANNEL, messageId: "1700000000.000000" };
    expect(await platform.find("incident-7", INCIDENT, null)).toEqual({ channelId: CHANNEL, messageId: ours.ts });
    expect(await platform.find("incident-7", INCIDENT, thread)).toBeNull();
    server.close();
    server.closeAllConnections();
  });
});

describe("what Slack refuses", () => {
  test("a deleted message is gone", async () => {
    const { platform, standIn } = await start();
    const ref = await platform.post(incident, noLinks);
    standIn.inject({ kind: "message-deleted", channel: CHANNEL, ts: ref.messageId });
    expect(await faultOf(platform.edit(ref, incident.card, noLinks, "now"))).toMatchObject({
      kind: "not-found",
      code: "message_not_found",
    });
    expect(await platform.permalink(ref)).toBeNull();
  });

  test.each([
    ["is_archived", "not-found"],
    ["channel_not_found", "not-found"],
    ["cant_update_message", "not-found"],
    ["token_revoked", "unauthorised"],
    ["missing_scope", "unauthorised"],
    ["not_in_channel", "not-found"],
    ["msg_blocks_too_long", "rejected"],
    ["internal_error", "unavailable"],
    ["ratelimited", "rate-limited"],
  ])("%s is a fault of kind %s", async (error, kind) => {
    const { platform, standIn } = await start();
    standIn.inject({ kind: "error", method: "chat.postMessage", error });
    expect(await faultOf(platform.post(incident, noLinks))).toMatchObject({ kind, code: error });
  });

  test("a proxy's page is no answer of Slack", async () => {
    const { platform, standIn } = await start();
    standIn.inject({ kind: "server-error", method: "chat.postMessage", status: 502 });
    expect(await faultOf(platform.post(incident, noLinks))).toMatchObject({ kind: "unavailable" });
    standIn.inject({ kind: "server-error", method: "chat.postMessage", status: 200 });
    expect(await faultOf(platform.post(incident, noLinks))).toMatchObject({ kind: "unavailable" });
  });

  test("a server that is gone is unavailable", async () => {
    const { platform } = await start({ slack: { apiUrl: "http://127.0.0.1:9/api/" } });
    expect(await faultOf(platform.post(incident, noLinks))).toMatchObject({ kind: "unavailable" });
  });
});

describe("a rate limit", () => {
  test("holds that method on that channel alone, without calling again before its time", async () => {
    let nowMs = Date.now();
    const { platform, standIn } = await start({ clock: { now: () => nowMs } });
    standIn.inject({ kind: "rate-limited", method: "chat.postMessage", channel: CHANNEL, retryAfterSeconds: 60 });
    const posts = () => standIn.calls.filter((call) => call.method === "chat.postMessage").length;

    expect(await faultOf(platform.post(incident, noLinks))).toMatchObject({
      kind: "rate-limited",
      retryAfterMs: 60_000,
    });
    nowMs += 20_000;
    expect(await faultOf(platform.post(incident, noLinks))).toMatchObject({
      kind: "rate-limited",
      retryAfterMs: 40_000,
    });
    expect(posts()).toBe(1);

    await platform.postLines("audit", "audit-1", ["one line"]);
    await platform.whisper("U0ANN", "incident", "you are told");
    expect(posts()).toBe(2);

    nowMs += 40_000;
    await platform.post(incident, noLinks);
    expect(posts()).toBe(3);
  });

  test("is not provoked by many cards at once: those too far back are told when to come", async () => {
    const clock = standingClock();
    const { platform, standIn } = await start({
      clock,
      standIn: { clock, rateLimits: { messagesPerSecond: 1, burst: 4, methodTiers: true } },
    });
    const posts = Array.from({ length: 8 }, () => faultOf(platform.post(incident, noLinks)));
    const results = await Promise.all(posts);
    const faults = results.filter((result) => isFault(result, "rate-limited"));
    expect(standIn.calls.filter((call) => call.status === 429)).toEqual([]);
    expect(results.length - faults.length).toBe(4);
    const waits = faults.map((fault) => (isFault(fault) ? fault.retryAfterMs : 0));
    expect(new Set(waits).size).toBe(4);
  });

  test("on cards does not make people wait for their private answers", async () => {
    const { platform, workspace } = await start({ clock: standingClock() });
    await Promise.all(Array.from({ length: 6 }, () => faultOf(platform.post(incident, noLinks))));
    expect(await faultOf(platform.post(incident, noLinks))).toMatchObject({ kind: "rate-limited", code: "paced" });
    await platform.whisper("U0ANN", "incident", "you are told");
    expect(workspace.ephemeral("U0ANN")).toMatchObject([{ text: "you are told", channelId: CHANNEL }]);
  });
});

test("lines go into one message of the audit channel, escaped, and name how many did not fit", async () => {
  const { platform, workspace } = await start();
  const ref = await platform.postLines("audit", "audit-1-2", ["<!channel> suspended *A*", "second"]);
  const [message] = workspace.messages(AUDIT);
  expect(wordsOf(message?.blocks)).toContain("&lt;!channel&gt; suspended ∗A∗\\nsecond");
  expect(workspace.notifications()).toEqual([]);
  expect(await platform.find("audit-1-2", AUDIT_CHANNEL, null)).toEqual(ref);
  await platform.postLines(
    "audit",
    "audit-3",
    Array.from({ length: 40 }, (_, index) => `${index} ${"x".repeat(490)}`),
  );
  expect(wordsOf(workspace.messages(AUDIT)[1]?.blocks)).toMatch(/… \d+ more/);
});

describe("the check at start", () => {
  test("finds nothing wrong with a good installation", async () => {
    const { slack } = await start();
    expect(await slack.start()).toEqual([]);
  });

  test("names a refused token", async () => {
    const { slack, standIn } = await start();
    standIn.inject({ kind: "token-revoked" });
    expect(await slack.start()).toEqual([expect.stringMatching(/SLACK_BOT_TOKEN.*token_revoked/)]);
  });

  test("names channels that cannot be used", async () => {
    const { slack, standIn } = await start({ slack: { auditChannel: "C0NOWHERE" } });
    standIn.inject({ kind: "channel-archived", channel: CHANNEL });
    expect(await slack.start()).toEqual([
      expect.stringMatching(/SLACK_INCIDENT_CHANNEL: #twilio-incidents is archived/),
      expect.stringMatching(/SLACK_AUDIT_CHANNEL: .*C0NOWHERE/),
    ]);
  });

  test("does not keep us from starting while Slack is down, and who we are is asked again", async () => {
    const { slack, standIn } = await start();
    standIn.inject({ kind: "server-error", method: "auth.test" });
    expect(await slack.start()).toEqual([expect.stringContaining("could not be asked")]);
    expect(await slack.start()).toEqual([]);
  });
});
