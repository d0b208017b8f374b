import { afterEach, beforeEach, expect, test } from "vitest";
import { Fault } from "../../../src/lib/fault.ts";
import { Secret } from "../../../src/lib/secret.ts";
import { ACME_TEAMS } from "../../../src/sandbox/teams/seed.ts";
import { auditChannel, incidentChannel, startTeamsWorld, type TeamsWorld } from "./teams-world.ts";

let world: TeamsWorld;

beforeEach(async () => {
  world = await startTeamsWorld();
});

afterEach(() => world.close());

test("nothing is wrong when all is well, and it is really tried", async () => {
  expect(await world.teams.start()).toEqual([]);
  const steps = await world.teams.rehearse();
  expect(steps).toEqual([
    { name: "get a token from Microsoft", problem: null },
    { name: "read Microsoft's signing keys", problem: null },
    ...[
      [incidentChannel, "TEAMS_INCIDENT_CHANNEL"],
      [auditChannel, "TEAMS_AUDIT_CHANNEL"],
    ].flatMap(([id, where]) => [
      { name: `post a test card in ${id} (${where})`, problem: null },
      { name: `edit it in ${id}`, problem: null },
      { name: `take it away from ${id}`, problem: null },
    ]),
  ]);
  expect(world.standIn.calls.map(({ operation }) => operation)).toContain("delete");
  expect(world.standIn.tenant.messages(incidentChannel)).toEqual([]);
});

test("a password that Microsoft refuses is named, without it", async () => {
  expect(await world.teams.start()).toEqual([]);
  world.standIn.inject({ kind: "token-refused" });
  const [problem = ""] = await world.teams.problems();
  expect(problem).toContain("MicrosoftAppPassword");
  expect(problem).toContain("invalid_client");
  expect(problem).not.toContain(world.standIn.appPassword);
  expect(await world.teams.rehearse()).toEqual([
    { name: "get a token from Microsoft", problem },
    { name: "read Microsoft's signing keys", problem: null },
  ]);
});

test("a wrong password and a wrong tenant are the same sentence", async () => {
  for (const change of [
    { appPassword: new Secret("wrong~password") },
    { tenantId: "00000000-0000-4000-8000-000000000000" },
  ]) {
    const { appId, appPassword, tenantId } = world.standIn;
    const identity = {
      kind: "app",
      appId,
      appPassword: new Secret(appPassword),
      appType: "SingleTenant",
      tenantId,
      ...change,
    } as const;
    const other = await startTeamsWorld({ teams: { identity, loginUrl: world.standIn.loginUrl } });
    expect((await other.teams.problems())[0]).toContain("Microsoft refuses them");
    await other.close();
  }
});

test("a login that does not answer is no reason to change anything", async () => {
  await world.standIn.goDown("unavailable");
  expect((await world.teams.problems())[0]).toContain("messages wait until it answers");
});

test("a channel without the app is named, with the way out", async () => {
  world.standIn.inject({ kind: "bot-removed", conversationId: auditChannel });
  const problems = await world.teams.problems();
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("TEAMS_AUDIT_CHANNEL");
  expect(problems[0]).toContain("install the app in that team");
  const failed = (await world.teams.rehearse()).filter(({ problem }) => problem !== null);
  expect(failed.map(({ name }) => name)).toEqual([`post a test card in ${auditChannel} (TEAMS_AUDIT_CHANNEL)`]);
});

test("who could never act in the incident channel is found out by their object id", async () => {
  const { ben, gus, eve } = ACME_TEAMS;
  expect(await world.teams.whyBarred(ben)).toBe(null);
  expect(await world.teams.whyBarred(gus)).toBe("guest");
  expect(await world.teams.whyBarred(eve)).toBe("other-workspace");
  expect(await world.teams.whyBarred("5f0c2d1e-0000-4000-8000-0000000f0f0f")).toBe("unknown-user");
  await world.standIn.goDown("unavailable");
  await expect(world.teams.whyBarred(ben)).rejects.toThrow(Fault);
});

test("without an app nothing is asked of Microsoft, and nothing is said of it", async () => {
  const other = await startTeamsWorld({ teams: { identity: { kind: "anonymous" }, serviceUrl: null } });
  const steps = await other.teams.rehearse();
  expect(steps.map(({ name }) => name)).toEqual([
    `post a test card in ${incidentChannel} (TEAMS_INCIDENT_CHANNEL)`,
    `post a test card in ${auditChannel} (TEAMS_AUDIT_CHANNEL)`,
  ]);
  await other.close();
});

test("a channel that the policy leads to is checked as well", async () => {
  const other = await startTeamsWorld({ teams: { routedChannels: () => ["19:nowhere@thread.tacv2"] } });
  expect(await other.teams.problems()).toEqual([
    expect.stringContaining("channels in tollgate.yml: the bot does not reach 19:nowhere"),
  ]);
  await other.close();
});

test("an address that nobody told us is asked for", async () => {
  const other = await startTeamsWorld({ teams: { serviceUrl: null } });
  const problems = await other.teams.problems();
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain("mention the bot in that channel, or set TEAMS_SERVICE_URL");
  await other.close();
});
