import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ann, cardWithButtons, incidentChannel, noLinks, startTeamsWorld, type TeamsWorld } from "./teams-world.ts";

const HOUR_MS = 3_600_000;

let metadata: Awaited<ReturnType<typeof startMetadata>>;
let world: TeamsWorld;

beforeEach(async () => {
  // Everybody's clock: botbuilder asks no other.
  vi.useFakeTimers({ toFake: ["Date"] });
  metadata = await startMetadata();
  world = await startTeamsWorld({ teams: { openIdMetadataUrl: metadata.url } });
  metadata.set(world.standIn.openIdMetadataUrl);
});

afterEach(async () => {
  vi.useRealTimers();
  await world.close();
  await metadata.close();
});

function say() {
  return world.standIn.tenant.say(ann, incidentChannel, "help", { mentionsBot: true });
}

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

test.each([
  ["answers with 503", "503"],
  ["does not answer at all", "hang"],
] as const)("keys that were read are good for as long as Microsoft %s, and nobody waits", async (_case, how) => {
  expect((await say()).status).toBe(200);
  metadata.set(how);
  pass(25 * HOUR_MS);
  for (let time = 1; time <= 2; time += 1) {
    expect((await say()).status).toBe(200);
    expect(world.standIn.tenant.deliveries.at(-1)?.tookMs).toBeLessThan(2500);
  }
});

test("keys are read anew after a day, and at once when Microsoft answers again", async () => {
  await say();
  metadata.set("503");
  pass(25 * HOUR_MS);
  await say();
  await until(() => metadata.asked() === 2 && world.logged.join("").includes("could not be read"));
  metadata.set(world.standIn.openIdMetadataUrl);
  pass(2 * 60_000);
  await say();
  await until(() => metadata.asked() === 3);
  pass(2 * 60_000);
  await say();
  expect(metadata.asked()).toBe(3);
});

test("keys are read at the start, so that the first press finds them", async () => {
  expect(await world.teams.start()).toEqual([]);
  metadata.set("503");
  expect((await say()).status).toBe(200);
});

test("keys that cannot be read are a problem, by name", async () => {
  metadata.set("503");
  const problems = await world.teams.start();
  expect(problems).toEqual([expect.stringContaining("signing keys cannot be read")]);
  expect(problems[0]).toContain("nobody can act in Teams");
  const steps = await world.teams.rehearse();
  expect(steps.find(({ name }) => name === "read Microsoft's signing keys")?.problem).toBe(problems[0]);
  metadata.set(world.standIn.openIdMetadataUrl);
  expect(await world.teams.problems()).toEqual([]);
  metadata.set("503");
  pass(25 * HOUR_MS);
  expect(await world.teams.problems()).toEqual([expect.stringContaining("those of 25 h ago still count")]);
});

test("an answer is there before Teams gives up, also when the keys came late", async () => {
  vi.useRealTimers();
  metadata.setDelayMs(1200);
  world.handlers.press = () => new Promise(() => {});
  const { messageId } = await world.teams.platform.post(
    { card: cardWithButtons(), channel: { role: "incident", id: null }, thread: null },
    noLinks,
  );
  const result = await world.standIn.tenant.press(ann, messageId, "Acknowledge");
  expect(result.ok).toBe(true);
  expect(world.standIn.tenant.deliveries.at(-1)?.problem).toBe("none");
}, 15_000);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Forwards to Microsoft's stand-in, or answers as it is told. */
async function startMetadata() {
  let answer = "503";
  let delayMs = 0;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (answer === "hang") return;
    const said = answer === "503" ? Promise.resolve(new Response(null, { status: 503 })) : fetch(answer);
    void said.then(async (one) => {
      const text = await one.text();
      setTimeout(() => response.writeHead(one.status).end(text), delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    set: (next: string) => {
      answer = next;
    },
    setDelayMs: (ms: number) => {
      delayMs = ms;
    },
    asked: () => asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
