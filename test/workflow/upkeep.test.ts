import { beforeEach, describe, expect, test } from "vitest";
import type { AccountSid } from "../../src/lib/id.ts";
import { nextApplied, readApplied, stoppedBy, toJson } from "../../src/setup/applied.ts";
import { type House, house, PUBLIC_URL } from "../support/workflow.ts";

const DAY_MS = 86_400_000;

let h: House;
let sid: AccountSid;

beforeEach(async () => {
  h = await house();
  sid = h.account;
  // Nobody listens at PUBLIC_URL.
  h.world.standIn.inject({ on: "webhook", path: /./, times: 1_000, fault: { kind: "drop" } });
});

/** A person ran `setup --apply`. */
function apply(publicUrl = PUBLIC_URL, accountSids: readonly AccountSid[] | null = null): Promise<void> {
  const applied = nextApplied(null, { by: "alice on ops-1", atMs: 1, publicUrl, accountSids });
  return h.store.setup.save(toJson(applied), 1);
}

/** A person ran `setup --stop`. */
async function stop(): Promise<void> {
  const applied = readApplied(await h.store.setup.load());
  if (applied === null) throw new Error("nobody applied set-up");
  await h.store.setup.save(toJson(stoppedBy(applied, { by: "alice on ops-1", atMs: 2 })), 2);
}

/** The daily job, or at once when somebody asks. Answers what it changed at Twilio. */
async function upkeep(): Promise<readonly string[]> {
  const before = h.writes().length;
  await h.store.outbox.add({ job: "upkeep", key: sid, dueAtMs: null }, h.world.clock.now());
  await h.work("upkeep", sid);
  return h.writes().slice(before);
}

function ours() {
  return [...h.world.standIn.state.triggers.values()].filter(({ accountSid }) => accountSid === sid);
}

async function recorded(type: string): Promise<readonly unknown[]> {
  return (await h.records()).filter((record) => record.type === type).map(({ data }) => data);
}

/** Twilio sent our sink a test event that nobody has answered yet. */
async function testWaits() {
  const [sink] = h.world.standIn.state.sinks.values();
  const [testId] = sink?.testIds ?? [];
  if (sink === undefined || testId === undefined) throw new Error("no test");
  sink.status = "initialized";
  await h.store.setup.saveSinkTest(sid, testId, h.world.clock.now());
  return sink;
}

describe("upkeep", () => {
  test("does nothing before a person applied set-up, for another account, or at another address", async () => {
    expect(await upkeep()).toEqual([]);
    await apply(PUBLIC_URL, [h.world.notifications]);
    expect(await upkeep()).toEqual([]);
    await apply("https://staging.example.com");
    expect(await upkeep()).toEqual([]);
    expect(h.logged()).toContain("PUBLIC_URL is not the one of the last set-up");
    expect(await h.records()).toEqual([]);
  });

  test("makes what is missing, says so beforehand, and then changes nothing until something changed", async () => {
    await apply();
    const made = await upkeep();
    expect(made.filter((write) => write.includes("/Triggers.json"))).toHaveLength(ours().length);
    expect(ours().length).toBeGreaterThan(5);
    expect(await recorded("tripwires-changing")).toMatchObject([
      { changes: expect.arrayContaining(["create usage trigger lookups at 50 a day"]), removed: [] },
    ]);
    expect(await upkeep()).toEqual([]);
    expect(await h.store.outbox.load("upkeep", sid)).toMatchObject({ dueAtMs: expect.any(Number) });
    // Its own changes explain themselves, and nobody is alarmed by them.
    const changes = await h.store.setup.changesSince(sid, 0);
    expect(changes).toMatchObject([{ eventTypes: ["usage-trigger.created"], resourceSids: null }]);
    expect(await h.store.incidents.unresolved()).toEqual([]);
  });

  test("renews a value that is far off, quietly", async () => {
    await apply();
    await upkeep();
    const old = ours().find(({ usageCategory }) => usageCategory === "calls-outbound");
    if (old === undefined) throw new Error("no trigger");
    const { triggerValue } = old;
    old.triggerValue *= 3;
    expect(await upkeep()).toMatchObject([
      expect.stringMatching(/^POST .*Triggers\.json 201$/),
      expect.stringMatching(/^DELETE /),
    ]);
    expect(ours().find(({ usageCategory }) => usageCategory === "calls-outbound")).toMatchObject({ triggerValue });
    expect(await h.store.incidents.unresolved()).toEqual([]);
    expect(await h.store.setup.changesSince(sid, 0)).toContainEqual(
      expect.objectContaining({
        resourceSids: [old.sid],
        eventTypes: expect.arrayContaining(["usage-trigger.deleted"]),
      }),
    );
  });

  test("puts back what somebody removed, and raises a takeover once", async () => {
    await apply();
    await upkeep();
    const gone = ours().find(({ usageCategory }) => usageCategory === "totalprice");
    const [sink] = h.world.standIn.state.sinks.values();
    if (gone === undefined || sink === undefined) throw new Error("no tripwires");
    h.world.standIn.state.triggers.delete(gone.sid);
    h.world.standIn.state.sinks.delete(sink.sid);
    h.world.standIn.state.subscriptions.clear();
    h.world.clock.pass(DAY_MS);
    const put = await upkeep();
    expect(put).toHaveLength(4);
    await h.work("detect", sid);
    const [id] = await h.store.incidents.unresolved();
    const incident = await h.incident(id ?? "");
    expect(incident).toMatchObject({ alert: { threat: "account-takeover" } });
    expect((await recorded("tripwires-changing")).at(-1)).toMatchObject({
      removed: ["usage trigger totalprice", "Event Streams sink"],
    });
    expect(await upkeep()).toEqual([]);
  });

  test("answers a test event that waits, and looks no further when it has looked today", async () => {
    await apply();
    await upkeep();
    const sink = await testWaits();
    const requests = h.world.newRequests().length;
    expect(requests).toBeGreaterThan(0);
    expect(await upkeep()).toEqual([expect.stringMatching(/\/Validate 201$/)]);
    expect(sink.status).toBe("active");
    expect(h.world.newRequests()).toHaveLength(2);
  });

  test("a test event that could not be answered just now waits, and one that was answered is not answered twice", async () => {
    await apply();
    await upkeep();
    const sink = await testWaits();
    const fault = { kind: "status", status: 503 } as const;
    h.world.standIn.inject({ on: "request", method: "POST", path: /Validate$/, times: 1, fault });
    await upkeep();
    expect(sink.status).toBe("initialized");
    expect(await upkeep()).toEqual([expect.stringMatching(/\/Validate 201$/)]);
    expect(sink.status).toBe("active");
    expect(await upkeep()).toEqual([]);
  });

  test("a test event of an account whose credentials are refused waits until tomorrow, not for the next minute", async () => {
    await h.store.setup.saveSinkTest(sid, "test-1", h.world.clock.now());
    h.world.standIn.inject({ on: "request", path: /Sinks/, times: 9, fault: { kind: "status", status: 401 } });
    await upkeep();
    const todo = await h.store.outbox.load("upkeep", sid);
    expect(todo?.dueAtMs).toBeGreaterThan(h.world.clock.now() + 60 * 60_000);
    expect(await h.store.setup.sinkTests(sid)).toEqual(["test-1"]);
  });

  test("a sink that stays inactive is not tested again each time its test event comes, but an hour later", async () => {
    await apply();
    await upkeep();
    const [sink] = h.world.standIn.state.sinks.values();
    const [testId] = sink?.testIds ?? [];
    if (sink === undefined || testId === undefined) throw new Error("no test");
    sink.status = "initialized";
    h.world.clock.pass(DAY_MS);
    await h.store.setup.saveSinkTest(sid, "a test that Twilio does not know", h.world.clock.now());
    expect((await upkeep()).filter((write) => write.includes("/Test "))).toEqual([]);
    expect(await h.store.outbox.load("upkeep", sid)).toMatchObject({ dueAtMs: h.world.clock.now() + 3_600_000 });
    h.world.clock.pass(3_600_001);
    expect(await upkeep()).toContainEqual(expect.stringContaining("/Test "));
  });

  test("what Twilio could not do just now is tried again when it said, not tomorrow", async () => {
    await apply();
    const fault = { kind: "status", status: 429, retryAfterSeconds: 120 } as const;
    h.world.standIn.inject({ on: "request", method: "POST", path: /Sinks$/, times: 9, fault });
    await upkeep();
    expect(await h.store.outbox.load("upkeep", sid)).toMatchObject({ dueAtMs: h.world.clock.now() + 120_000 });
  });

  test("leaves a suspended account alone, and comes back", async () => {
    await apply();
    h.world.standIn.state.account(sid).status = "suspended";
    expect(await upkeep()).toEqual([]);
    expect(await h.store.outbox.load("upkeep", sid)).not.toBeNull();
    h.world.standIn.state.account(sid).status = "active";
    expect((await upkeep()).length).toBeGreaterThan(5);
  });

  test("a person who stopped it is obeyed until set-up is applied again", async () => {
    await apply();
    await upkeep();
    const [gone] = ours();
    if (gone === undefined) throw new Error("no trigger");
    h.world.standIn.state.triggers.delete(gone.sid);
    h.world.clock.pass(DAY_MS);
    await stop();
    const requests = h.world.newRequests().length;
    expect(requests).toBeGreaterThan(0);
    expect(await upkeep()).toEqual([]);
    expect(h.world.newRequests()).toEqual([]);
    expect(await h.store.outbox.load("upkeep", sid)).toMatchObject({ dueAtMs: h.world.clock.now() + 3_600_000 });
    await apply();
    expect(await upkeep()).toEqual([expect.stringMatching(/^POST .*Triggers\.json 201$/)]);
  });

  test("waits while set-up is at work", async () => {
    await apply();
    await h.store.withLock("setup", async () => {
      expect(await upkeep()).toEqual([]);
    });
    expect((await upkeep()).length).toBeGreaterThan(5);
  });

  test("who asked while set-up was at work is answered afterwards, not tomorrow", async () => {
    await apply();
    await upkeep();
    const [gone] = ours();
    if (gone === undefined) throw new Error("no trigger");
    h.world.standIn.state.triggers.delete(gone.sid);
    await h.store.withLock("setup", async () => {
      expect(await upkeep()).toEqual([]);
    });
    h.world.clock.pass(15_000);
    const before = h.writes().length;
    await h.work("upkeep", sid);
    expect(h.writes().slice(before)).toEqual([expect.stringMatching(/^POST .*Triggers\.json 201$/)]);
  });
});
