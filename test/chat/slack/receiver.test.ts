import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SlackWorld, startSlackWorld } from "./slack-world.ts";

const BODY = new URLSearchParams({
  payload: JSON.stringify({
    type: "block_actions",
    user: { id: "U0CEM", team_id: "T0ACME" },
    team: { id: "T0ACME" },
    trigger_id: "1.2.3",
    actions: [{ action_id: "acknowledge", value: '{"action":"acknowledge","incidentId":"7"}' }],
  }),
}).toString();
const FORM = "application/x-www-form-urlencoded";

let world: SlackWorld;
beforeAll(async () => {
  world = await startSlackWorld();
});
afterAll(() => world.close());

interface Change {
  readonly body?: string;
  readonly secondsAgo?: number;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send({ body = BODY, secondsAgo = 0, secret, headers = {} }: Change = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
  const signature = createHmac("sha256", secret ?? world.standIn.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest("hex");
  const signed = { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${signature}` };
  const response = await fetch(world.requestUrl, {
    method: "POST",
    headers: { "content-type": FORM, ...signed, ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

describe("a request", () => {
  test("that Slack signed is let in, up to five minutes later", async () => {
    const before = world.heard.presses.length;
    expect(await send()).toEqual({ status: 200, text: "" });
    expect((await send({ secondsAgo: 290 })).status).toBe(200);
    expect((await send({ secondsAgo: -50 })).status).toBe(200);
    expect(world.heard.presses.length).toBe(before + 3);
  });

  test.each<readonly [string, Change]>([
    ["signed with another secret", { secret: "another" }],
    ["five minutes old", { secondsAgo: 301 }],
    ["from the future", { secondsAgo: -90 }],
    ["far from the future", { secondsAgo: -301 }],
    ["without a signature", { headers: { "x-slack-signature": "" } }],
    ["with a signature of another version", { headers: { "x-slack-signature": "v1=00" } }],
    ["without a readable time", { headers: { "x-slack-request-timestamp": "now" } }],
  ])("%s is refused with 401 and nothing else", async (_what, change) => {
    const before = world.heard.presses.length;
    expect(await send(change)).toEqual({ status: 401, text: "" });
    expect(world.heard.presses.length).toBe(before);
  });

  test("whose body was changed by one character is refused", async () => {
    const { status } = await send({ headers: { "x-slack-signature": await signatureOf(`${BODY}x`) } });
    expect(status).toBe(401);
  });

  test("that is larger than a megabyte is refused", async () => {
    expect((await send({ body: `payload=${"x".repeat(1_100_000)}` })).status).toBe(413);
  });

  test("that is signed and unreadable is refused as such", async () => {
    expect((await send({ body: "{", headers: { "content-type": "application/json" } })).status).toBe(400);
  });

  test("of a kind that nobody handles is not called a success", async () => {
    expect(
      (await send({ body: JSON.stringify({ type: "strange" }), headers: { "content-type": "application/json" } }))
        .status,
    ).toBe(404);
  });

  test("with bytes beyond ASCII is checked as it came", async () => {
    const body = new URLSearchParams({
      command: "/twilio-usage",
      text: "größe 東京",
      user_id: "U0CEM",
      channel_id: "C0INCIDENTS",
    });
    expect((await send({ body: body.toString().replace("gr%C3%B6%C3%9Fe", "größe") })).status).toBe(200);
  });
});

test("Slack's check of our certificate is answered without a signature, and does nothing", async () => {
  const before = world.heard.commands.length;
  const body = "ssl_check=1&command=/twilio-usage&user_id=U0ANN&channel_id=C0INCIDENTS&text=";
  expect((await send({ body, secret: "none" })).status).toBe(200);
  expect(world.heard.commands.length).toBe(before);
  expect((await send({ body: `ssl_check=1&${BODY}`, secret: "none" })).status).toBe(401);
});

test("Slack's check of our address is answered only when it is signed", async () => {
  const body = JSON.stringify({ type: "url_verification", challenge: "abc" });
  const headers = { "content-type": "application/json" };
  expect(await send({ body, headers })).toEqual({ status: 200, text: '{"challenge":"abc"}' });
  expect((await send({ body, headers, secret: "another" })).status).toBe(401);
});

async function signatureOf(body: string): Promise<string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return `v0=${createHmac("sha256", world.standIn.signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}
