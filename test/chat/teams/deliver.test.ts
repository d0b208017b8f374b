import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isFault } from "../../../src/lib/fault.ts";
import { plain } from "../../../src/notice/markdown.ts";
import {
  ann,
  auditChannel,
  cardWithButtons,
  gus,
  incidentChannel,
  noLinks,
  plainCard,
  startTeamsWorld,
  type TeamsWorld,
  wordsOf,
} from "./teams-world.ts";

let world: TeamsWorld;

beforeEach(async () => {
  world = await startTeamsWorld();
});

afterEach(() => world.close());

const channel = { role: "incident", id: null } as const;

function post(card = cardWithButtons(), thread: { channelId: string; messageId: string } | null = null) {
  return world.teams.platform.post({ card, channel, thread }, noLinks);
}

async function faultOf(work: Promise<unknown>) {
  try {
    await work;
  } catch (error) {
    if (isFault(error)) return error;
    throw error;
  }
  throw new Error("that worked");
}

describe("a card", () => {
  test("is a message of its own in the channel, told to those whom it mentions", async () => {
    const ref = await post();
    expect(ref.channelId).toBe(incidentChannel);
    const message = world.standIn.tenant.message(ref.messageId);
    expect(message).toMatchObject({ conversationId: incidentChannel, text: "", summary: "Calls to Latvia in short" });
    expect(message?.mentions.map(({ name }) => name)).toEqual(["Ann Ito", "Ben Okafor"]);
    expect(world.standIn.tenant.notifications(ann)).toHaveLength(1);
  });

  test("is edited in place, and disturbs nobody", async () => {
    const ref = await post();
    await world.teams.platform.edit(ref, cardWithButtons("Calls to Estonia"), noLinks, "now");
    expect(world.standIn.tenant.messages(incidentChannel)).toHaveLength(1);
    expect(wordsOf(world.standIn.tenant.card(ann, ref.messageId))).toContain("Calls to Estonia");
    expect(world.standIn.tenant.notifications(ann)).toHaveLength(1);
  });

  test("goes to the thread that it belongs to, and is edited there", async () => {
    const root = await post();
    const ref = await post(plainCard("A request"), root);
    expect(world.standIn.tenant.thread(root.messageId).map(({ id }) => id)).toEqual([root.messageId, ref.messageId]);
    await world.teams.platform.edit(ref, plainCard("A request, approved"), noLinks, "now");
    expect(wordsOf(world.standIn.tenant.card(ann, ref.messageId))).toContain("approved");
    const deeper = await post(plainCard("An answer"), ref);
    expect(world.standIn.tenant.thread(root.messageId).map(({ id }) => id)).toContain(deeper.messageId);
  });

  test("is in the channel where it was posted, and so are the replies to it", async () => {
    const { platform } = world.teams;
    const root = await post();
    for (const ref of [root, await post(plainCard("Details", { subject: "details-7" }), root)]) {
      expect(platform.isIn(ref, channel)).toBe(true);
      expect(platform.isIn(ref, { role: "incident", id: incidentChannel })).toBe(true);
      expect(platform.isIn(ref, { role: "audit", id: null })).toBe(false);
      expect(platform.isIn(ref, { role: "incident", id: auditChannel })).toBe(false);
    }
  });

  test("goes to the channel that the policy names", async () => {
    const routed = { role: "incident", id: auditChannel } as const;
    const ref = await world.teams.platform.post({ card: plainCard("routed"), channel: routed, thread: null }, noLinks);
    expect(world.standIn.tenant.messages(auditChannel).map(({ id }) => id)).toEqual([ref.messageId]);
  });

  test("leads to another message", async () => {
    const card = plainCard("x", { elements: [{ kind: "link", label: "The request", subject: "approval-1" }] });
    const ref = await world.teams.platform.post(
      { card, channel, thread: null },
      async (subject) => `https://teams.microsoft.com/l/${subject}`,
    );
    expect(wordsOf(world.standIn.tenant.card(ann, ref.messageId))).toContain(
      "[The request](https://teams.microsoft.com/l/approval-1)",
    );
  });
});

describe("what Teams refuses", () => {
  test.each([
    ["conversation-gone", "not-found"],
    ["bot-removed", "not-found"],
  ] as const)("%s is %s", async (kind, expected) => {
    world.standIn.inject({ kind, conversationId: incidentChannel });
    expect((await faultOf(post())).kind).toBe(expected);
  });

  test("a message that was deleted is not there", async () => {
    const ref = await post();
    world.standIn.inject({ kind: "message-deleted", messageId: ref.messageId });
    expect((await faultOf(world.teams.platform.edit(ref, plainCard("x"), noLinks, "now"))).kind).toBe("not-found");
  });

  test.each([412, 429])("%d is tried again, since nothing has happened", async (status) => {
    for (const _ of [1, 2]) {
      if (status === 429) world.standIn.inject({ kind: "rate-limited", operation: "create", times: 1 });
      else world.standIn.inject({ kind: "status", status: 412, operation: "create", times: 1 });
    }
    await post();
    expect(world.standIn.tenant.messages(incidentChannel)).toHaveLength(1);
    expect(world.standIn.calls.map((call) => call.status)).toEqual([status, status, 201]);
  });

  test("a wait that is too long is handed on", async () => {
    world.standIn.inject({ kind: "rate-limited", operation: "create", retryAfterSeconds: 60 });
    expect(await faultOf(post())).toMatchObject({ kind: "rate-limited", retryAfterMs: 60_000 });
    expect(world.standIn.calls).toHaveLength(1);
  });

  test("a short wait is kept", async () => {
    world.standIn.inject({ kind: "rate-limited", operation: "create", retryAfterSeconds: 1 });
    const started = performance.now();
    await post();
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
  });

  test.each([502, 504] as const)("%d after a post is not repeated here: it may be there", async (status) => {
    world.standIn.inject({ kind: "status", status, operation: "create", times: 1 });
    expect((await faultOf(post())).leavesOutcomeUnknown).toBe(true);
    expect(world.standIn.calls.map((call) => call.status)).toEqual([status]);
  });

  test("502 after an edit is tried three times: the same twice is the same", async () => {
    const ref = await post();
    world.standIn.inject({ kind: "status", status: 502, operation: "update", times: 2 });
    await world.teams.platform.edit(ref, plainCard("edited"), noLinks, "now");
    expect(wordsOf(world.standIn.tenant.card(ann, ref.messageId))).toContain("edited");
  });

  test("500 is not repeated, and its outcome not known", async () => {
    world.standIn.inject({ kind: "status", status: 500, operation: "create", times: 1 });
    expect((await faultOf(post())).leavesOutcomeUnknown).toBe(true);
    expect(world.standIn.calls).toHaveLength(1);
  });

  test("an answer that is cut off leaves the outcome unknown, and is not repeated", async () => {
    world.standIn.inject({ kind: "cut-answer", operation: "create" });
    expect((await faultOf(post())).leavesOutcomeUnknown).toBe(true);
    expect(world.standIn.tenant.messages(incidentChannel)).toHaveLength(1);
  });

  test("no answer at all is a time-out", async () => {
    world.standIn.inject({ kind: "hang", operation: "create" });
    expect((await faultOf(post())).kind).toBe("timeout");
  }, 15_000);

  test("a refused password is said so, in words without it", async () => {
    world.standIn.inject({ kind: "token-refused" });
    const fault = await faultOf(post());
    expect(fault.kind).toBe("unauthorised");
    expect(fault.message).not.toContain(world.standIn.appPassword);
  });

  test("a login that does not answer is a fault, and nothing was posted for certain", async () => {
    world.standIn.inject({ kind: "status", status: 503, operation: "token" });
    const fault = await faultOf(post());
    expect(fault.kind).toBe("unavailable");
    expect(fault.leavesOutcomeUnknown).toBe(false);
  });

  test("Teams being down is a fault", async () => {
    await post();
    await world.standIn.goDown("refused");
    // The connection that was open breaks.
    await faultOf(post());
    const fault = await faultOf(post());
    expect(fault.kind).toBe("unavailable");
    // No connection was made, so that nothing can be there.
    expect(fault.leavesOutcomeUnknown).toBe(false);
    await world.standIn.comeBack();
    await post();
  });
});

describe("lines", () => {
  test("are a message of text, and say nothing but themselves", async () => {
    const ref = await world.teams.platform.postLines("audit", "audit-1", [
      "Ann approved #1",
      "<at>Ben</at> **now** [x](http://evil.example)",
    ]);
    const message = world.standIn.tenant.message(ref.messageId);
    expect(message?.conversationId).toBe(auditChannel);
    expect(message?.text).toBe("Ann approved #1\n\n‹at›Ben‹/at› ∗∗now∗∗ [x] (http://evil.example)");
    expect(message?.card).toBeUndefined();
  });
});

describe("a file", () => {
  test("is posted as text, in parts that Teams takes, in the thread", async () => {
    const root = await post();
    const lines = Array.from({ length: 400 }, (_, index) => `- line ${index} ${"x".repeat(60)}`);
    const text = [
      "# Report of incident 7",
      "",
      `Note: ${plain("<at>Ben</at> **now** [x](https://evil.example)")}`,
      ...lines,
    ].join("\n");
    const ref = await world.teams.platform.postFile({
      subject: "report-7",
      name: "incident-7.md",
      title: "Report of incident 7",
      text,
      thread: root,
    });
    const parts = world.standIn.tenant.thread(root.messageId).slice(1);
    expect(parts[0]?.id).toBe(ref.messageId);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts[0]?.text.split("\n\n").slice(0, 3)).toEqual([
      "**Report of incident 7**",
      "Note: ‹at›Ben‹/at› ∗∗now∗∗ [x] (https://evil.example)",
      `- line 0 ${"x".repeat(60)}`,
    ]);
    expect(parts.at(-1)?.text).toContain("line 399");
  });
});

describe("a file that is posted in part", () => {
  const line = (index: number) => `- line ${index} ${"x".repeat(60)}`;
  const text = (count: number) => Array.from({ length: count }, (_, index) => line(index)).join("\n");

  async function postFile(root: { channelId: string; messageId: string }, count = 400) {
    const file = { subject: "report-7", name: "incident-7.md", title: "Report", text: text(count), thread: root };
    return world.teams.platform.postFile(file);
  }

  function parts(root: { messageId: string }): readonly string[] {
    return world.standIn.tenant
      .thread(root.messageId)
      .slice(1)
      .map((message) => message.text);
  }

  test("goes on where it was stopped: nothing is posted twice, and nothing is left out", async () => {
    const root = await post();
    const whole = await postFile(root).then(() => parts(root));
    const other = await post();
    world.standIn.inject({ kind: "delay", ms: 1, operation: "send" });
    world.standIn.inject({ kind: "rate-limited", operation: "send", retryAfterSeconds: 60 });
    expect((await faultOf(postFile(other))).kind).toBe("rate-limited");
    expect(parts(other)).toEqual(whole.slice(0, 1));
    // The report may have grown by then.
    const ref = await postFile(other, 401);
    expect(parts(other)).toEqual(whole);
    expect(ref.messageId).toBe(world.standIn.tenant.thread(other.messageId)[1]?.id);
  }, 30_000);
});

describe("a whisper", () => {
  test("comes in the chat with that person", async () => {
    await world.teams.platform.whisper(ann, "incident", "Ben approved it.");
    const chat = world.standIn.tenant.personalChat(ann);
    expect(world.standIn.tenant.messages(chat?.id ?? "").map((message) => message.text)).toEqual(["Ben approved it."]);
  });

  test("to somebody without the app is a fault", async () => {
    expect((await faultOf(world.teams.platform.whisper(gus, "incident", "x"))).kind).toBe("not-found");
  });
});

describe("where messages go", () => {
  test("is learned from what people write, and kept", async () => {
    const chat = world.standIn.tenant.personalChat(ann);
    await world.standIn.tenant.say(ann, chat?.id ?? "", "help");
    await world.standIn.tenant.say(ann, incidentChannel, "help", { mentionsBot: true });
    expect([...world.stored.keys()].toSorted()).toEqual([`teams channel:${incidentChannel}`, `teams user:${ann}`]);
    expect(world.stored.get(`teams user:${ann}`)).toMatchObject({
      chatId: chat?.id,
      serviceUrl: world.standIn.serviceUrl,
    });
  });

  test("is not known before, when nobody said so", async () => {
    const other = await startTeamsWorld({ teams: { serviceUrl: null } });
    try {
      const posting = other.teams.platform.post({ card: plainCard("x"), channel, thread: null }, noLinks);
      expect(await faultOf(posting)).toMatchObject({ kind: "not-found", code: "no-service-url" });
      await other.standIn.tenant.say(ann, incidentChannel, "help", { mentionsBot: true });
      await other.teams.platform.post({ card: plainCard("x"), channel, thread: null }, noLinks);
    } finally {
      await other.close();
    }
  });

  test("a permalink names the channel, the message and its thread", async () => {
    const root = await post();
    const ref = await post(plainCard("A request"), root);
    const link = new URL((await world.teams.platform.permalink(ref)) ?? "");
    expect(decodeURIComponent(link.pathname)).toBe(`/l/message/${incidentChannel}/${ref.messageId}`);
    expect(link.searchParams.get("parentMessageId")).toBe(root.messageId);
    expect(link.searchParams.get("tenantId")).toBe(world.standIn.tenantId);
  });

  test("nothing can be found again", async () => {
    expect(await world.teams.platform.find("incident-7", channel, null)).toBeNull();
  });
});

test("posts keep Teams' own pace: those for which there is no room come back later, and Teams refuses none", async () => {
  await world.close();
  const nowMs = Date.now();
  world = await startTeamsWorld({ clock: { now: () => nowMs } });
  const posts = await Promise.allSettled(Array.from({ length: 12 }, () => post(plainCard("x"))));
  const refused = posts.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  expect(world.standIn.calls.filter((call) => call.status === 429)).toHaveLength(0);
  expect(world.standIn.tenant.messages(incidentChannel)).toHaveLength(6);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(["paced"]));
});
