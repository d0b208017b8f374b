import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type IntakeServer, PARENT, sign, startIntake } from "../support/intake-server.ts";
import { debuggerForm } from "../support/webhook-forms.ts";

const FAST = { headersMs: 200, requestMs: 400, idleMs: 2_000 };
const PATH = `/twilio/debugger/${PARENT}`;

let intake: IntakeServer | undefined;
afterEach(() => intake?.close(0));

/** Writes this on a bare connection and answers what comes back until the server closes it. */
async function converse(port: number, ...parts: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  for (const part of parts) socket.write(part);
  return text(socket);
}

describe("who is slow does not keep a connection", () => {
  test.each([
    ["headers that never end", ["POST /x HTTP/1.1\r\nhost: a\r\nx-one: 1\r\n"]],
    [
      "a body that never ends",
      [
        `POST ${PATH} HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\n`,
        "AccountSid=",
      ],
    ],
  ])("%s: 408 and closed, good requests are served meanwhile", async (_name, parts) => {
    intake = await startIntake({ timeouts: FAST });
    const slow = Array.from({ length: 20 }, () => converse(intake?.port ?? 0, ...parts));
    expect((await intake.post(PATH, debuggerForm(PARENT))).status).toBe(204);
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(await intake.metricsText()).toContain("tollgate_broken_connections_total 20");
  });

  test("what is no HTTP: 400; headers of 20 kB: 431", async () => {
    intake = await startIntake();
    expect(await converse(intake.port, "\x16\x03\x01 hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    const long = `GET /healthz HTTP/1.1\r\nhost: a\r\nx-long: ${"x".repeat(20_000)}\r\n\r\n`;
    expect(await converse(intake.port, long)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe("closing", () => {
  test("waits for what is being answered, and keeps no idle connection", async () => {
    const server = await startIntake();
    intake = server;
    const agent = new Agent({ keepAlive: true });
    const form = debuggerForm(PARENT);
    server.signals.become("hung");
    const post = request(server.address + PATH, {
      agent,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": sign(PATH, form) },
    });
    post.end(new URLSearchParams(form).toString());
    const answered = once(post, "response");
    await vi.waitFor(() => expect(server.signals.hanging()).toBe(1), { interval: 5 });

    const closed = server.close(30_000);
    server.signals.become("up");
    const [response] = await answered;
    expect(response.statusCode).toBe(204);
    response.resume();
    await closed;
    expect(server.signals.kept()).toHaveLength(1);
    await expect(fetch(`${server.address}/healthz`)).rejects.toThrow();
    agent.destroy();
  });

  test("does not wait for ever for a request that never ends", async () => {
    intake = await startIntake();
    const slow = connect(intake.port, "127.0.0.1").on("error", () => {});
    slow.write(`POST ${PATH} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 100\r\n`);
    slow.write("content-type: application/x-www-form-urlencoded\r\n\r\n");
    // `100 Continue`: the server now waits for the body.
    await once(slow, "data");
    const beganMs = performance.now();
    await intake.close(50);
    // It would last until the connection counts as idle: 30 s.
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });
});

describe("other adapters", () => {
  test("register routes whose parsers do not leak into ours", async () => {
    intake = await startIntake({
      routes: async (server) => {
        server.removeAllContentTypeParsers();
        server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
        server.post("/slack/events", async (incoming) => ({ got: incoming.body }));
      },
    });
    const answer = await fetch(`${intake.address}/slack/events`, { method: "POST", body: "a=%zz" });
    expect(await answer.json()).toEqual({ got: "a=%zz" });
    expect((await intake.post(PATH, debuggerForm(PARENT))).status).toBe(204);
  });

  test("a route that throws answers 500 without the reason", async () => {
    intake = await startIntake({
      routes: async (server) => {
        server.get("/broken", async () => {
          throw new Error("token 12345 is wrong");
        });
      },
    });
    const answer = await fetch(`${intake.address}/broken`);
    expect([answer.status, await answer.json()]).toEqual([500, { error: "Internal Server Error" }]);
  });
});
