import { afterEach, beforeEach, expect, test } from "vitest";
import { ann, cardWithButtons, incidentChannel, noLinks, startTeamsWorld, type TeamsWorld } from "./teams-world.ts";

const MINUTE_MS = 60_000;

let world: TeamsWorld;
let messageId: string;
let passedMs: number;

beforeEach(async () => {
  passedMs = 0;
  world = await startTeamsWorld({ clock: { now: () => Date.now() + passedMs } });
  const channel = { role: "incident", id: null } as const;
  ({ messageId } = await world.teams.platform.post({ card: cardWithButtons(), channel, thread: null }, noLinks));
});

afterEach(() => world.close());

async function press() {
  await world.standIn.tenant.press(ann, messageId, "Acknowledge");
  return world.heard.presses.at(-1)?.user.barred;
}

function lookUps(): number {
  return world.standIn.calls.filter(({ operation }) => operation === "members").length;
}

test("somebody is who they are also when Teams takes a second to say so", async () => {
  world.standIn.inject({ kind: "delay", ms: 1100, operation: "members" });
  expect(await press()).toBe(null);
});

test("five quick clicks are one look-up", async () => {
  world.standIn.inject({ kind: "delay", ms: 500, operation: "members" });
  await Promise.all(Array.from({ length: 5 }, press));
  expect(world.heard.presses).toHaveLength(5);
  expect(lookUps()).toBe(1);
});

test("what Teams said counts for half an hour when it does not answer any more, and no longer", async () => {
  await press();
  passedMs += 11 * MINUTE_MS;
  world.standIn.inject({ kind: "status", status: 503, operation: "members" });
  expect(await press()).toBe(null);
  passedMs += 20 * MINUTE_MS;
  world.standIn.inject({ kind: "status", status: 503, operation: "members" });
  expect(await press()).toBe("unknown-user");
});

test("who was not found is looked for again within the minute that they were told", async () => {
  world.standIn.inject({ kind: "bot-removed", conversationId: incidentChannel });
  expect(await press()).toBe("unknown-user");
  world.standIn.clearFaults();
  passedMs += 45_000;
  expect(await press()).toBe(null);
});

test("a failed look-up after one that found nobody is nobody", async () => {
  world.standIn.inject({ kind: "bot-removed", conversationId: incidentChannel });
  await press();
  world.standIn.clearFaults();
  passedMs += 45_000;
  world.standIn.inject({ kind: "status", status: 503, operation: "members" });
  expect(await press()).toBe("unknown-user");
});
