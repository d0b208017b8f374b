import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { doctor as doctorCommand } from "../../src/cli/doctor.ts";
import { type SeedChannel, type SlackSeed, seedAcmeWorkspace } from "../../src/sandbox/slack/seed.ts";
import { type SlackStandIn, startSlackStandIn } from "../../src/sandbox/slack/stand-in.ts";
import { ACME_TEAMS } from "../../src/sandbox/teams/seed.ts";
import { startTeamsStandIn, type TeamsStandIn } from "../../src/sandbox/teams/stand-in.ts";
import { type Acme, seedAcme } from "../../src/sandbox/twilio/seed.ts";
import { startTwilioStandIn } from "../../src/sandbox/twilio/start.ts";
import { redisServer, withoutRedis } from "../queue/redis-server.ts";
import { freePort, prepareTollgate, type Tollgate } from "../support/tollgate.ts";
import { inThisProcess } from "./in-this-process.ts";
import { newFolder, type Outcome, tollgate } from "./tollgate.ts";

const PEOPLE = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, teams: ${ACME_TEAMS.ann}, roles: [responder] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, teams: ${ACME_TEAMS.ben}, roles: [responder, approver] }
  - { id: cem, name: Cem Demir, slack: U0CEM, roles: [approver] }
detection: { allowedCountries: [US] }
`;

/** Channels as people leave them: one without the bot, one that was archived. */
const LEFT_OUT: readonly SeedChannel[] = [
  { id: "C0NOBOT", name: "no-bot-here", members: ["U0ANN"] },
  { id: "C0OLD", name: "old-incidents", members: ["U0ANN", "U0TOLLGATE"], isArchived: true },
];

type Env = Readonly<Record<string, string>>;

let acme: Acme;
let slack: SlackStandIn;
let teams: TeamsStandIn;
let twilio: Awaited<ReturnType<typeof startTwilioStandIn>>;
let server: Tollgate;
let env: Env;
/** What turns Teams on as well. */
let withTeams: Env;

function workspace(change: (scopes: readonly string[]) => readonly string[] = (scopes) => scopes): SlackSeed {
  const seed = seedAcmeWorkspace();
  const app = { ...seed.app, scopes: change(seed.app.scopes) };
  return { ...seed, app, channels: [...seed.channels, ...LEFT_OUT] };
}

beforeAll(async () => {
  acme = seedAcme();
  [slack, teams, twilio] = await Promise.all([
    startSlackStandIn({ seed: workspace() }),
    startTeamsStandIn(),
    startTwilioStandIn({ seed: acme.seed }),
  ]);
  const port = await freePort();
  const vendors: Env = {
    TWILIO_ACCOUNT_SID: acme.parent.sid,
    TWILIO_AUTH_TOKEN: acme.parent.authToken,
    TWILIO_API_BASE_URL: twilio.url,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    SLACK_INCIDENT_CHANNEL: "C0INCIDENTS",
    SLACK_AUDIT_CHANNEL: "C0AUDIT",
  };
  withTeams = {
    MicrosoftAppId: teams.appId,
    MicrosoftAppPassword: teams.appPassword,
    MicrosoftAppTenantId: teams.tenantId,
    TEAMS_INCIDENT_CHANNEL: ACME_TEAMS.incidentChannel,
    TEAMS_AUDIT_CHANNEL: ACME_TEAMS.auditChannel,
    TEAMS_SERVICE_URL: teams.serviceUrl,
    TEAMS_OPENID_METADATA_URL: teams.openIdMetadataUrl,
    TEAMS_LOGIN_URL: teams.loginUrl,
  };
  server = await prepareTollgate({
    port,
    store: { kind: "embedded" },
    policy: PEOPLE,
    env: { ...vendors, ...withTeams },
  });
  slack.connectApp(`${server.url}/slack/events`);
  teams.connectBot(`${server.url}/api/messages`);
  await server.start();
  for (const sid of [acme.voiceEuSid, acme.notificationsSid, acme.verifySid, acme.supportSid]) await watch(sid);
  env = { ...vendors, HOST: "127.0.0.1", PORT: String(port), PUBLIC_URL: server.url, DATA_DIR: server.dataDir };
});

afterAll(async () => {
  await server.cleanUp();
  await Promise.all([slack.close(), teams.close(), twilio.close()]);
});

/** A usage trigger as the README makes it. */
async function watch(sid: string): Promise<void> {
  const credentials = Buffer.from(`${acme.parent.sid}:${acme.parent.authToken}`).toString("base64");
  const answer = await fetch(`${twilio.url}/api.twilio.com/2010-04-01/Accounts/${sid}/Usage/Triggers.json`, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({
      CallbackUrl: `${server.url}/twilio/usage-trigger/${sid}`,
      UsageCategory: "calls-outbound",
      TriggerBy: "price",
      TriggerValue: "50",
      Recurring: "daily",
    }),
  });
  expect(answer.status).toBe(201);
}

interface Change {
  readonly env?: Env;
  readonly people?: string;
}

/** What the doctor says of the set-up above with these changes. */
async function doctor(change: Change = {}) {
  const sources = { env: { ...env, ...change.env }, readFile: () => change.people ?? PEOPLE };
  return findingsOf(await inThisProcess((output) => doctorCommand({ json: false }, sources, output)));
}

/** The same from a real command line: a process of its own costs seconds, so only where that is what the test is about. */
async function doctorProcess(words: readonly string[], change: Change = {}) {
  const folder = newFolder();
  writeFileSync(join(folder, "tollgate.yml"), change.people ?? PEOPLE);
  return findingsOf(await tollgate(["doctor", ...words], { folder, env: { ...env, ...change.env } }));
}

function findingsOf(outcome: Outcome) {
  const lines = outcome.stdout.trimEnd().split("\n");
  const said = (label: string) =>
    lines.flatMap((line) => (line.trimStart().startsWith(`${label} `) ? [line.trim().slice(label.length).trim()] : []));
  return { ...outcome, lines, ok: said("ok"), warnings: said("WARN"), missing: said("MISSING") };
}

describe("doctor, beside a Tollgate that runs", () => {
  test("really tries every step, in the order of the README, and leaves nothing behind", async () => {
    const before = await server.audit("export");
    const [slackCalls, teamsCalls] = [slack.calls.length, teams.calls.length];
    const { code, lines, missing, warnings } = await doctorProcess([], { env: withTeams });
    expect({ missing, warnings }).toEqual({ missing: [], warnings: [] });
    expect(code).toBe(0);
    expect(lines.filter((line) => !line.startsWith(" "))).toEqual([
      "Configuration (README.md: Configuration)",
      "Slack (README.md: Set up Slack)",
      "Teams (README.md: Set up Teams)",
      "Twilio (README.md: Twilio)",
      "People (README.md: People)",
      "Stores (README.md: Run it)",
      "Tripwires (README.md: Twilio)",
      "Secret sink (README.md: Configuration)",
      "The way in (README.md: Run it)",
      "Nothing is missing.",
    ]);
    expect(lines).toContain(`  ok       Take it away from ${ACME_TEAMS.auditChannel}`);
    for (const channel of ["C0INCIDENTS", "C0AUDIT"]) {
      const made = slack.calls.slice(slackCalls).filter(({ arguments: sent }) => sent["channel"] === channel);
      expect(made.map(({ method }) => method)).toEqual(
        expect.arrayContaining(["chat.postMessage", "chat.update", "conversations.history", "chat.delete"]),
      );
    }
    const operations = teams.calls.slice(teamsCalls).map(({ operation }) => operation);
    for (const operation of ["create", "update", "delete"]) {
      expect(operations.filter((one) => one === operation)).toHaveLength(2);
    }
    expect((await server.audit("export")).said).toBe(before.said);
    expect(slack.workspace.messages("C0INCIDENTS")).toEqual([]);
  });

  test("--json says the same as one document", async () => {
    const { stdout, code } = await doctorProcess(["--json"], { env: { SLACK_INCIDENT_CHANNEL: "C0NOBOT" } });
    const Report = z.object({
      ok: z.boolean(),
      findings: z.array(
        z.object({ step: z.string(), verdict: z.enum(["ok", "warning", "missing"]), text: z.string() }),
      ),
    });
    const report = Report.parse(JSON.parse(stdout));
    expect({ ok: report.ok, code }).toEqual({ ok: false, code: 1 });
    expect(report.findings.filter(({ verdict }) => verdict === "missing")).toEqual([
      { step: "Slack", verdict: "missing", text: expect.stringContaining("#no-bot-here") },
    ]);
  });

  test("a token that Slack refuses is named, with where the right one is", async () => {
    const { code, missing } = await doctor({ env: { SLACK_BOT_TOKEN: "xoxb-of-somebody-else" } });
    expect(missing).toEqual([expect.stringMatching(/SLACK_BOT_TOKEN: Slack refuses it.*Bot User OAuth Token/)]);
    expect(code).toBe(1);
  });

  test("channels that the bot is not in, or that are archived, are named with the way out", async () => {
    const { code, missing } = await doctor({
      env: { SLACK_INCIDENT_CHANNEL: "C0NOBOT", SLACK_AUDIT_CHANNEL: "C0OLD" },
    });
    expect(missing).toEqual([
      expect.stringMatching(/SLACK_INCIDENT_CHANNEL: the bot is not in #no-bot-here; invite it/),
      expect.stringMatching(/SLACK_AUDIT_CHANNEL: #old-incidents is archived/),
    ]);
    expect(code).toBe(1);
  });

  test("a scope that the token lacks is named", async () => {
    const poor = await startSlackStandIn({ seed: workspace((scopes) => scopes.filter((one) => one !== "users:read")) });
    onTestFinished(() => poor.close());
    const { code, missing } = await doctor({ env: { SLACK_API_URL: poor.apiUrl } });
    expect(missing).toContainEqual(expect.stringMatching(/the scope users:read is missing; add it and install/));
    expect(code).toBe(1);
  });

  test("people whom Slack does not know, and guests, are named", async () => {
    const people = PEOPLE.replace("U0CEM", "U0NOBODY").replace("U0ANN", "U0GUS");
    const { warnings } = await doctor({ people });
    expect(warnings).toEqual([
      "people: ann can do nothing in Slack, as U0GUS is a guest there.",
      "people: cem can do nothing in Slack, as U0NOBODY is not known there, or has left.",
    ]);
  });

  test("people whom Teams does not know, and guests, are named once its channels work", async () => {
    const { ann, ben, gus } = ACME_TEAMS;
    const people = PEOPLE.replace(ann, gus).replace(ben, "5f0c2d1e-0000-4000-8000-0000000f0f0f");
    const { warnings } = await doctor({ env: withTeams, people });
    expect(warnings).toEqual([
      `people: ann can do nothing in Teams, as ${gus} is a guest there.`,
      "people: ben can do nothing in Teams, as 5f0c2d1e-0000-4000-8000-0000000f0f0f is not in the team of TEAMS_INCIDENT_CHANNEL, or is nobody's Object ID in Microsoft Entra.",
    ]);
    const nowhere = ACME_TEAMS.incidentChannel.replace("a001", "ffff");
    const elsewhere = await doctor({ env: { ...withTeams, TEAMS_INCIDENT_CHANNEL: nowhere }, people });
    expect(elsewhere.warnings).toEqual([]);
  });

  test("what Azure does with a message is said to be unproved", async () => {
    const { ok } = await doctor({ env: withTeams });
    expect(ok).toContainEqual(expect.stringMatching(/\/api\/messages is there.*Azure.*type help to the bot in Teams/));
  });

  test("with Teams alone, people who are on Slack only can do nothing, and nothing could be carried out", async () => {
    const off = { SLACK_BOT_TOKEN: "", SLACK_SIGNING_SECRET: "", SLACK_INCIDENT_CHANNEL: "", SLACK_AUDIT_CHANNEL: "" };
    const people = PEOPLE.replaceAll(/ teams: [^,]*,/g, "");
    const { code, missing, warnings } = await doctor({ env: { ...withTeams, ...off }, people });
    expect(warnings).toContain("people: ann has no teams id, and Slack is off, so they can do nothing.");
    expect(missing.at(-1)).toMatch(/^No request of anybody could be carried out: .* each with an id on Teams\.$/);
    expect(code).toBe(1);
  });

  test("another signing secret than the running Tollgate's is named", async () => {
    const { code, missing } = await doctor({ env: { SLACK_SIGNING_SECRET: "another-signing-secret-here" } });
    expect(missing).toEqual([expect.stringMatching(/^SLACK_SIGNING_SECRET: .* refuses it.*Signing Secret/)]);
    expect(code).toBe(1);
  });

  test("Socket Mode is tried by opening the socket, and asks for no address of Slack's", async () => {
    const socket = { SLACK_APP_TOKEN: slack.appToken, SLACK_SIGNING_SECRET: "" };
    const works = await doctor({ env: socket });
    expect({ missing: works.missing, code: works.code }).toEqual({ missing: [], code: 0 });
    expect(works.stdout).not.toContain("/slack/events");
    const refused = await doctor({ env: { ...socket, SLACK_APP_TOKEN: "xapp-of-somebody-else" } });
    expect(refused.missing).toEqual([expect.stringMatching(/SLACK_APP_TOKEN/)]);
  });

  test("a client secret that Microsoft refuses is named", async () => {
    const { code, missing } = await doctor({ env: { ...withTeams, MicrosoftAppPassword: "an-old-client-secret" } });
    expect(missing).toEqual([expect.stringMatching(/MicrosoftAppPassword.*refuses.*new client secret/)]);
    expect(code).toBe(1);
  });

  test("a channel of Teams that the bot does not reach is named, with the way out", async () => {
    const nowhere = ACME_TEAMS.incidentChannel.replace("a001", "ffff");
    const { code, missing } = await doctor({ env: { ...withTeams, TEAMS_INCIDENT_CHANNEL: nowhere } });
    expect(missing).toEqual([
      expect.stringMatching(/TEAMS_INCIDENT_CHANNEL: the bot does not reach 19:.*ffff.*install the app in that team/),
    ]);
    expect(code).toBe(1);
  });

  test("a Tollgate that was started without Teams is named", async () => {
    const elsewhere = await proxy((path) => (path === "/api/messages" ? "/nothing" : path));
    const { missing } = await doctor({ env: { ...withTeams, PUBLIC_URL: elsewhere } });
    expect(missing).toContainEqual(
      expect.stringMatching(/\/api\/messages: the Tollgate that runs there does not use Teams/),
    );
  });

  test("a Twilio token that is refused is named, and so is what it cannot sign", async () => {
    const { code, missing } = await doctor({ env: { TWILIO_AUTH_TOKEN: "0".repeat(32) } });
    expect(missing).toEqual([
      expect.stringMatching(/^TWILIO_AUTH_TOKEN: Twilio refuses it/),
      expect.stringMatching(/^A webhook signed for .* is refused: .*another PUBLIC_URL or token/),
    ]);
    expect(code).toBe(1);
  });

  test("accounts that no usage trigger watches are named", async () => {
    const other = seedAcme({ publicUrl: server.url });
    const bare = await startTwilioStandIn({ seed: other.seed });
    onTestFinished(() => bare.close());
    const vendor = {
      TWILIO_API_BASE_URL: bare.url,
      TWILIO_ACCOUNT_SID: other.parent.sid,
      TWILIO_AUTH_TOKEN: other.parent.authToken,
    };
    const { warnings } = await doctor({ env: vendor });
    expect(warnings).toEqual([expect.stringMatching(/^No usage trigger calls .* for (?!.*Acme Voice EU).*Acme/)]);
    const elsewhere = await doctor({ env: { PUBLIC_URL: server.url.replace("127.0.0.1", "localhost") } });
    expect(elsewhere.missing).toContainEqual(
      expect.stringMatching(/^No usage trigger of any account calls .*localhost/),
    );
  });

  test("an address that is not the running Tollgate's own is named: its signatures would not fit", async () => {
    const { code, missing } = await doctor({ env: { PUBLIC_URL: server.url.replace("127.0.0.1", "localhost") } });
    expect(missing).toContainEqual(expect.stringMatching(/^A webhook signed for http:\/\/localhost.* is refused/));
    expect(code).toBe(1);
  });

  test("a proxy that leaves the path is named, and one that changes it", async () => {
    const asIs = await proxy((path) => path);
    const leaves = await doctor({ env: { PUBLIC_URL: `${asIs}/tollgate` } });
    expect(leaves.missing).toContainEqual(expect.stringMatching(/the proxy must take \/tollgate away/));
    const stripping = await proxy((path) => path.replace(/^\/[^/]*/, "/"));
    const strips = await doctor({ env: { PUBLIC_URL: stripping } });
    expect(strips.missing).toContainEqual(expect.stringMatching(/the proxy changes the path: let it pass/));
  });

  test("a proxy that leads elsewhere is told from a Tollgate that does not run", async () => {
    const elsewhere = createServer((_, answer) => answer.writeHead(502).end("Bad gateway"));
    const { code, missing } = await doctor({ env: { PUBLIC_URL: await listening(elsewhere) } });
    expect(missing).toContainEqual(
      expect.stringMatching(/answers 502.*Tollgate does run on port \d+ of this machine: look at the proxy/),
    );
    expect(code).toBe(1);
  });

  test("a request that nobody could ever approve is missing; one of several people is a warning", async () => {
    const alone = PEOPLE.replaceAll("approver", "responder");
    const nobody = await doctor({ people: alone.replaceAll("responder, responder", "responder") });
    expect(nobody.missing).toContainEqual(expect.stringMatching(/nobody could approve a request by ann/));
    expect(nobody.missing.at(-1)).toMatch(/No request of anybody could be carried out/);
    expect(nobody.code).toBe(1);
    const two = PEOPLE.replace(/ {2}- \{ id: cem.*\n/, "");
    const some = await doctor({ people: two });
    expect(some.warnings).toEqual([expect.stringMatching(/nobody could approve a request by ben/)]);
    expect(some.code).toBe(0);
  });

  test("a secret sink that is no folder is named; a command cannot be tried, and that is said", async () => {
    const file = join(newFolder(), "secrets");
    writeFileSync(file, "");
    const wrong = await doctor({ people: `${PEOPLE}secretSink: { file: ${file} }\n` });
    expect(wrong.missing).toEqual([expect.stringContaining(`${file} is not a folder`)]);
    const command = await doctor({ people: `${PEOPLE}secretSink: { command: "vault write -" }\n` });
    expect(command.warnings).toEqual([expect.stringMatching(/^secretSink\.command cannot be tried/)]);
  });

  test("an audit key that the record was not begun with is named", async () => {
    const { code, missing } = await doctor({ env: { AUDIT_KEY: "k".repeat(40) } });
    expect(missing).toEqual([expect.stringMatching(/^The audit key does not fit the record/)]);
    expect(code).toBe(1);
  });

  test("a database that is not there is named, without its password", async () => {
    const databaseUrl = `postgres://tollgate:hunter2@127.0.0.1:${await freePort()}/tollgate`;
    const { code, missing, stdout } = await doctor({ env: { DATABASE_URL: databaseUrl, AUDIT_KEY: "k".repeat(40) } });
    expect(missing[0]).toBe("DATABASE_URL: PostgreSQL is not reachable.");
    expect(stdout).not.toContain("hunter2");
    expect(code).toBe(1);
  });

  test.skipIf(withoutRedis)("a Redis that throws jobs away is refused; one that works is told", async () => {
    const evicting = await redisServer("--maxmemory-policy", "allkeys-lru");
    const refused = await doctor({ env: { REDIS_URL: evicting.url.reveal() } });
    expect(refused.missing).toEqual([expect.stringMatching(/^REDIS_URL: .*allkeys-lru.*noeviction/)]);
    const keeping = await redisServer();
    const taken = await doctor({ env: { REDIS_URL: keeping.url.reveal() } });
    expect(taken.ok).toContain("REDIS_URL answers, and throws no job away.");
    expect(taken.warnings).toEqual([expect.stringContaining("Redis has no persistence")]);
  });
});

test("without a running Tollgate it says to start one, goes on with the rest, and leaves no database behind", async () => {
  const { code, missing, ok } = await doctor({
    env: { PUBLIC_URL: `http://127.0.0.1:${await freePort()}`, PORT: String(await freePort()), DATA_DIR: newFolder() },
  });
  expect(missing).toContainEqual(
    expect.stringMatching(/nothing listens there.*does not run on this machine.*start it in another terminal/),
  );
  expect(ok).toContainEqual(expect.stringMatching(/holds no data yet; the first start makes a PostgreSQL/));
  expect(ok).toContain("Twilio takes TWILIO_AUTH_TOKEN.");
  expect(code).toBe(1);
});

test("with nothing set it names everything once, and says how .env is read", async () => {
  const folder = newFolder();
  const { code, stdout } = await tollgate(["doctor"], { folder });
  const lines = stdout.trimEnd().split("\n");
  expect(lines[1]).toMatch(/^ {2}MISSING {2}PUBLIC_URL: The https address/);
  expect(stdout).not.toContain(": missing");
  expect(lines.slice(-2)).toEqual([
    expect.stringMatching(/^\d+ things are missing\. The rest is looked at when this is right\.$/),
    "Of .env nothing is read unless you say so: node --env-file=.env dist/main.js doctor",
  ]);
  expect(code).toBe(1);
});

test("a wrong configuration is all that it tells, every problem at once and never a value", async () => {
  const { code, lines, missing, stdout } = await doctorProcess([], {
    env: { PUBLIC_URL: "hunter2", SLACK_BOT_TOKEN: "hunter2" },
    people: "people: []\n",
  });
  expect(missing.map((line) => line.split(":")[0])).toEqual(["PUBLIC_URL", "SLACK_BOT_TOKEN", "tollgate.yml"]);
  expect(lines.at(-1)).toBe("3 things are missing. The rest is looked at when this is right.");
  expect(stdout).not.toContain("hunter2");
  expect(code).toBe(1);
});

/** In front of the running Tollgate, with its own idea of paths. */
function proxy(rewrite: (path: string) => string): Promise<string> {
  return listening(
    createServer((incoming, answer) => {
      const { method, headers } = incoming;
      const outgoing = request(`${server.url}${rewrite(incoming.url ?? "/")}`, { ...(method && { method }), headers });
      outgoing.on("response", (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      incoming.pipe(outgoing);
    }),
  );
}

async function listening(door: Server): Promise<string> {
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  onTestFinished(() => {
    door.closeAllConnections();
    door.close();
  });
  const address = door.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}
