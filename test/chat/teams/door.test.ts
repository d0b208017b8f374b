import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Json } from "../../../src/sandbox/slack/json.ts";
import type { TokenChange } from "../../../src/sandbox/teams/tokens.ts";
import { ann, eve, incidentChannel, startTeamsWorld, type TeamsWorld } from "./teams-world.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

let world: TeamsWorld;
let activity: Json;
const printed = [vi.spyOn(console, "error"), vi.spyOn(console, "warn"), vi.spyOn(console, "log")];

beforeEach(async () => {
  for (const spy of printed) spy.mockClear();
  world = await startTeamsWorld();
  await world.standIn.tenant.say(ann, incidentChannel, "help", { mentionsBot: true });
  const delivery = world.standIn.tenant.deliveries.at(-1);
  if (delivery?.status !== 200) throw new Error("a signed message was not let in");
  activity = delivery.activity;
  await world.teams.close();
  world.heard.commands.length = 0;
});

afterEach(() => world.close());

async function deliver(change: TokenChange, changed: Json = {}) {
  const { status, answer } = await world.standIn.tenant.deliver({ ...activity, ...changed }, change);
  await world.teams.close();
  return { status, answer };
}

async function post(body: string, headers: Record<string, string> = {}) {
  const response = await fetch(world.messagesUrl, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return { status: response.status, answer: await response.text() };
}

describe("a token", () => {
  const now = Date.now();
  test.each<[string, TokenChange]>([
    ["for another app", { audience: "00000000-0000-4000-8000-000000000000" }],
    ["of another issuer", { issuer: "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/" }],
    ["signed by a key that nobody published", { signedBy: "unpublished", keyId: "msteams" }],
    ["of an unknown key", { signedBy: "unpublished" }],
    ["with no signature", { algorithm: "none" }],
    ["signed with the public key as a shared secret", { algorithm: "HS256" }],
    ["that has expired", { expiresAtMs: now - 6 * MINUTE_MS }],
    ["that is not valid yet", { notBeforeMs: now + HOUR_MS, expiresAtMs: now + 2 * HOUR_MS }],
    ["for another service address", { serviceUrl: "https://evil.example/" }],
    ["for no service address", { serviceUrl: null }],
    ["of a key that is endorsed for another channel", { signedBy: "webchat" }],
    ["of a key that is endorsed for nothing", { signedBy: "bare" }],
  ])("%s is 401 with an empty body", async (_case, change) => {
    expect(await deliver(change)).toEqual({ status: 401, answer: "" });
    expect(world.heard.commands).toEqual([]);
  });

  test("a few minutes late is let in: clocks differ", async () => {
    const late = { notBeforeMs: now - HOUR_MS, expiresAtMs: now - 2 * MINUTE_MS };
    expect((await deliver(late)).status).toBe(200);
  });

  test.each([
    ["none", {}],
    ["not a bearer", { authorization: "Basic abc" }],
    ["not three parts", { authorization: "Bearer abc" }],
    ["three parts of nothing", { authorization: "Bearer a.b.c" }],
  ])("that is %s is 401 with an empty body, whatever the body was", async (_case, headers) => {
    expect(await post(JSON.stringify(activity), headers)).toEqual({ status: 401, answer: "" });
    expect(await post("{", headers)).toEqual({ status: 401, answer: "" });
  });

  test("that is refused leaves no trace on the console and no token in the log", async () => {
    for (const change of [{ algorithm: "HS256" }, { signedBy: "unpublished", keyId: "msteams" }] as const) {
      await deliver(change);
    }
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
    expect(world.logged.join("")).toContain("bad-token");
    expect(world.logged.join("")).not.toMatch(/eyJ|BEGIN|PUBLIC/);
  });
});

describe("an activity that Teams vouches for", () => {
  test("is let in, and only once it is one", async () => {
    expect((await deliver({})).status).toBe(200);
    expect(world.heard.commands).toHaveLength(1);
  });

  test("of a conversation in another tenant is 403", async () => {
    const conversation = { ...(activity["conversation"] as Json), tenantId: "9a37e700-0000-4000-8000-00000000bead" };
    expect(await deliver({}, { conversation })).toEqual({ status: 403, answer: "" });
    const { tenantId: _, ...nowhere } = conversation;
    expect(await deliver({}, { conversation: nowhere, channelData: {} })).toEqual({ status: 403, answer: "" });
  });

  test("of another channel than Teams is 403", async () => {
    expect(await deliver({}, { channelId: "emulator" })).toEqual({ status: 403, answer: "" });
  });

  test("that names another address than its token is 401: replies would go there", async () => {
    const elsewhere = { serviceUrl: "https://evil.example/" };
    expect(await deliver({ serviceUrl: world.standIn.serviceUrl }, elsewhere)).toEqual({ status: 401, answer: "" });
  });

  test("at an address without encryption is 401, also when its token says the same", async () => {
    expect(await deliver({}, { serviceUrl: "http://teams.example/" })).toEqual({ status: 401, answer: "" });
  });

  test("with a body that is none is 400, too large is 413, and both are empty", async () => {
    const token = await aToken();
    expect(await post("{", { authorization: token })).toEqual({ status: 400, answer: "" });
    expect(await post("[]", { authorization: token })).toEqual({ status: 400, answer: "" });
    expect(await post(JSON.stringify("x".repeat(300_000)), { authorization: token })).toEqual({
      status: 413,
      answer: "",
    });
  });

  test("of an invoke that is not ours is 501", async () => {
    expect((await deliver({}, { type: "invoke", name: "composeExtension/query" })).status).toBe(501);
  });

  test("of a kind that says nothing is taken", async () => {
    for (const type of ["conversationUpdate", "installationUpdate", "messageReaction", "typing"]) {
      expect(await deliver({}, { type })).toEqual({ status: 200, answer: "" });
    }
  });

  test("of somebody of another tenant in a channel that is shared with it is let in", async () => {
    await world.standIn.tenant.say(eve, incidentChannel, "help", { mentionsBot: true });
    await world.teams.close();
    expect(world.heard.commands.at(-1)?.user.barred).toBe("other-workspace");
  });
});

test("keys that cannot be read are 500 with an empty body, and are asked for again", async () => {
  const metadata = await flakyMetadata();
  const other = await startTeamsWorld({ teams: { openIdMetadataUrl: metadata.url } });
  try {
    const { standIn } = other;
    metadata.forwardTo(undefined);
    const first = await standIn.tenant.say(ann, incidentChannel, "help", { mentionsBot: true });
    expect(first.status).toBe(500);
    expect(standIn.tenant.deliveries.at(-1)?.answer).toBe("");
    metadata.forwardTo(standIn.openIdMetadataUrl);
    const second = await standIn.tenant.say(ann, incidentChannel, "help", { mentionsBot: true });
    expect(second.status).toBe(200);
    expect(printed.some((spy) => spy.mock.calls.length > 0)).toBe(false);
  } finally {
    await other.close();
    await metadata.close();
  }
});

test("without authentication only this machine may be answered", async () => {
  const other = await startTeamsWorld({ teams: { identity: { kind: "anonymous" }, serviceUrl: null } });
  try {
    const send = async (serviceUrl: string) => {
      const response = await fetch(other.messagesUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...activity, channelId: "emulator", serviceUrl }),
      });
      return response.status;
    };
    expect(await send("https://evil.example/")).toBe(401);
    expect(await send("http://127.0.0.1:9/")).toBe(200);
    await other.teams.close();
    expect(other.heard.commands).toHaveLength(1);
  } finally {
    await other.close();
  }
});

/** What the stand-in would send along. */
async function aToken(): Promise<string> {
  let token = "";
  const spy = createServer((request, response) => {
    token = request.headers.authorization ?? "";
    response.end();
  });
  await listening(spy);
  world.standIn.connectBot(urlOf(spy));
  await world.standIn.tenant.deliver(activity);
  world.standIn.connectBot(world.messagesUrl);
  spy.close();
  return token;
}

/** Answers 503 until it is told what to answer instead. */
async function flakyMetadata() {
  let target: string | undefined;
  const server = createServer((_request, response) => {
    const answer = target === undefined ? Promise.resolve(new Response(null, { status: 503 })) : fetch(target);
    void answer.then(async (said) => response.writeHead(said.status).end(await said.text()));
  });
  await listening(server);
  return {
    url: urlOf(server),
    forwardTo: (url: string | undefined) => {
      target = url;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
