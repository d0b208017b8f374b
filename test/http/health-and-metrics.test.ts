import { afterEach, describe, expect, test } from "vitest";
import { createMetrics } from "../../src/http/metrics.ts";
import { Fault } from "../../src/lib/fault.ts";
import { Secret } from "../../src/lib/secret.ts";
import { type IntakeServer, PARENT, startIntake } from "../support/intake-server.ts";
import { debuggerForm } from "../support/webhook-forms.ts";

let intake: IntakeServer | undefined;
afterEach(() => intake?.close(0));

async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch((intake?.address ?? "") + path, { headers });
  return { status: answer.status, body: await answer.text() };
}

describe("health", () => {
  test("is up, and for HEAD too", async () => {
    intake = await startIntake();
    expect(await get("/healthz")).toEqual({ status: 200, body: '{"status":"up"}' });
    expect((await fetch(`${intake.address}/healthz`, { method: "HEAD" })).status).toBe(200);
  });

  test("is ready while signals can be stored; trouble elsewhere is only told", async () => {
    const troubles = [{ part: "queue", problem: "Redis cannot be reached" }];
    const pollLagSeconds = async () => new Map([["usage", 61.5]]);
    intake = await startIntake({ health: { troubles: async () => troubles, pollLagSeconds } });
    const { status, body } = await get("/readyz");
    expect([status, JSON.parse(body)]).toEqual([200, { status: "ready", troubles, pollLagSeconds: { usage: 61.5 } }]);
  });

  test("is not ready when the store is down, and does not quote it", async () => {
    const canStore = () => Promise.reject(new Fault("unavailable", "postgres://user:secret@db is down"));
    intake = await startIntake({ health: { canStore, pollLagSeconds: canStore } });
    const { status, body } = await get("/readyz");
    expect([status, JSON.parse(body)]).toEqual([
      503,
      { status: "not-ready", troubles: [{ part: "store", problem: "signals cannot be stored" }] },
    ]);
  });

  test("waits for nobody longer than a second or so", async () => {
    const never = () => new Promise<never>(() => {});
    intake = await startIntake({ health: { canStore: never, troubles: never, pollLagSeconds: never } });
    const beganMs = performance.now();
    const { status, body } = await get("/readyz");
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    expect(status).toBe(503);
    expect(JSON.parse(body).troubles).toHaveLength(2);
    expect((await get("/healthz")).status).toBe(200);
  });
});

describe("metrics", () => {
  test("count webhooks by source and outcome", async () => {
    intake = await startIntake();
    await intake.post(`/twilio/debugger/${PARENT}`, debuggerForm(PARENT));
    const { status, body } = await get("/metrics");
    expect(status).toBe(200);
    expect(body).toContain('tollgate_webhooks_total{source="debugger",outcome="accepted"} 1');
  });

  test("without a token are for this machine alone, and not for its reverse proxy", async () => {
    intake = await startIntake();
    expect((await get("/metrics")).status).toBe(200);
    expect((await get("/metrics", { "x-forwarded-for": "203.0.113.7" })).status).toBe(403);
    expect((await get("/metrics", { forwarded: "for=203.0.113.7" })).status).toBe(403);
  });

  test("with a token are for its bearer, from anywhere", async () => {
    intake = await startIntake({ metricsToken: new Secret("open sesame") });
    expect((await get("/metrics")).status).toBe(401);
    expect((await get("/metrics", { authorization: "Bearer open" })).status).toBe(401);
    expect((await get("/metrics", { authorization: "Basic open sesame" })).status).toBe(401);
    const bearer = { authorization: "Bearer open sesame", "x-forwarded-for": "203.0.113.7" };
    expect((await get("/metrics", bearer)).status).toBe(200);
  });

  test("two servers in one process do not share numbers", async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.webhook("debugger", "accepted");
    expect((await other.text()).body).not.toContain("debugger");
  });

  test("a gauge is read when asked for, and one that fails hides no other", async () => {
    const metrics = createMetrics();
    let waiting = 3;
    metrics.gauge("tollgate_outbox_waiting", "Follow-ups not done", () => waiting);
    metrics.gauge("tollgate_broken", "Cannot be read", () => Promise.reject(new Error("down")));
    const delivered = metrics.counter("tollgate_delivered_total", "Messages", ["platform"]);
    delivered({ platform: "slack" });
    waiting = 4;
    const { body } = await metrics.text();
    expect(body).toContain("tollgate_outbox_waiting 4");
    expect(body).toContain('tollgate_delivered_total{platform="slack"} 1');
  });

  test("a gauge by label has a number for each value", async () => {
    const metrics = createMetrics();
    let read = async (): Promise<ReadonlyMap<string, number>> =>
      new Map([
        ["notify", 4.5],
        ["run", 0],
      ]);
    metrics.gaugeBy("tollgate_oldest_seconds", "Waiting", "job", () => read());
    expect((await metrics.text()).body).toContain('tollgate_oldest_seconds{job="notify"} 4.5');
    read = async () =>
      new Map([
        ["notify", 0],
        ["run", 0],
      ]);
    expect((await metrics.text()).body).toContain('tollgate_oldest_seconds{job="notify"} 0');
    read = () => Promise.reject(new Error("down"));
    expect((await metrics.text()).body).toContain('tollgate_oldest_seconds{job="run"} 0');
  });
});
