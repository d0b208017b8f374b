import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { Problem } from "../../src/cli/problem.ts";
import { setup as setupCommand } from "../../src/cli/setup.ts";
import { loadConfig } from "../../src/config.ts";
import type { Finding } from "../../src/doctor/contract.ts";
import { lookAtTripwires } from "../../src/doctor/tripwires.ts";
import { type SlackStandIn, startSlackStandIn } from "../../src/sandbox/slack/stand-in.ts";
import { type Acme, seedAcme } from "../../src/sandbox/twilio/seed.ts";
import type { RecordedRequest } from "../../src/sandbox/twilio/server.ts";
import { startTwilioStandIn, type TwilioStandIn } from "../../src/sandbox/twilio/start.ts";
import { openApiProblems } from "../support/openapi.ts";
import { databaseUrl, testDatabase } from "../support/postgres.ts";
import { freePort, prepareTollgate, type Tollgate } from "../support/tollgate.ts";
import { inThisProcess } from "./in-this-process.ts";
import { makeFolder, type Outcome, startTollgate, tollgate } from "./tollgate.ts";

const POLICY = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder, approver] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, roles: [responder, approver] }
detection: { allowedCountries: [US, GB] }
`;

type Env = Readonly<Record<string, string>>;

let acme: Acme;
let slack: SlackStandIn;
let twilio: TwilioStandIn;
let database: Awaited<ReturnType<typeof testDatabase>>;
let server: Tollgate;
let env: Env;
let folder: string;

beforeAll(async () => {
  const port = await freePort();
  // As the README makes it: the customer's own trigger calls us too.
  acme = seedAcme({ publicUrl: `http://127.0.0.1:${port}` });
  [slack, twilio, database] = await Promise.all([
    startSlackStandIn(),
    // Triggers are not what this is about: none fires.
    startTwilioStandIn({ seed: acme.seed, evaluateEveryMs: 3_600_000 }),
    testDatabase(),
  ]);
  const store = { kind: "database", databaseUrl: databaseUrl(database.connection), auditKey: "k".repeat(40) } as const;
  const vendors = {
    TWILIO_ACCOUNT_SID: acme.parent.sid,
    TWILIO_AUTH_TOKEN: acme.parent.authToken,
    TWILIO_API_BASE_URL: twilio.url,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    SLACK_INCIDENT_CHANNEL: "C0INCIDENTS",
    SLACK_AUDIT_CHANNEL: "C0AUDIT",
  };
  server = await prepareTollgate({ port, store, policy: POLICY, env: vendors });
  await server.start();
  folder = makeFolder();
  writeFileSync(join(folder, "tollgate.yml"), POLICY);
  env = { ...vendors, PUBLIC_URL: server.url, DATABASE_URL: store.databaseUrl, AUDIT_KEY: store.auditKey };
});

afterAll(async () => {
  await server.cleanUp();
  const problems = [...new Set(twilio.requests.flatMap(openApiProblems))];
  await Promise.all([slack.close(), twilio.close()]);
  await database.close();
  rmSync(folder, { recursive: true, force: true });
  expect(problems).toEqual([]);
});

type Options = Parameters<typeof setupCommand>[0];

const NONE: Options = { apply: false, check: false, stop: false, account: [], json: false };

/** The command in this process: one of its own costs seconds, so only where that is what the test is about. */
function setup(options: Partial<Options> = {}, change: Env = {}): Promise<Outcome> {
  const sources = { env: { ...env, ...change }, readFile: () => POLICY };
  return inThisProcess((output) => setupCommand({ ...NONE, ...options }, sources, output));
}

const setupProcess = (...words: readonly string[]) => tollgate(["setup", ...words], { folder, env });

/** Requests that changed something since then. */
function writes(since: number): readonly string[] {
  return twilio.requests.slice(since).flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
}

/** What the doctor says of tripwires. */
async function doctorsFindings(): Promise<readonly Finding[]> {
  const loaded = loadConfig({ env, readFile: () => POLICY });
  if (!loaded.ok) throw new Error("the configuration is wrong");
  const findings: Finding[] = [];
  for await (const finding of lookAtTripwires(loaded.config)) findings.push(finding);
  return findings;
}

/** Twilio refuses credentials there. */
function refuse(path: RegExp): void {
  twilio.inject({ on: "request", path, times: 100, fault: { kind: "status", status: 401 } });
  onTestFinished(() => twilio.clearFaults());
}

function ours(accountSid: string) {
  return [...twilio.state.triggers.values()].filter(
    (trigger) => trigger.accountSid === accountSid && trigger.friendlyName.startsWith("Tollgate"),
  );
}

const accountSids = () => [acme.parent.sid, acme.voiceEuSid, acme.notificationsSid, acme.verifySid, acme.supportSid];

describe("setup, beside a Tollgate that runs", () => {
  test("without flags shows the plan with values and reasons, what is left to do by hand, and changes nothing", async () => {
    const before = twilio.requests.length;
    const { code, stdout } = await setup();
    expect(code).toBe(0);
    expect(stdout).toContain(`Acme Voice EU (${acme.voiceEuSid})`);
    expect(stdout).toMatch(
      /create {3}usage trigger calls-outbound at \d+ USD a day: a busy ordinary day is [\d.]+ USD/,
    );
    expect(stdout).toContain("create   usage trigger lookups at 50 a day: this account does not use it");
    expect(stdout).toContain(`create   Event Streams sink to ${server.url}/twilio/events/${acme.voiceEuSid}`);
    expect(stdout).toContain(`create   porting webhook to ${server.url}/twilio/porting/${acme.parent.sid}`);
    expect(stdout).toContain(`Acme Verify: ${server.url}/twilio/debugger/${acme.verifySid}`);
    expect(stdout).toContain("allow US, GB, and nothing else");
    expect(stdout).toContain("Nothing was changed: `setup --apply` does it.");
    expect(writes(before)).toEqual([]);
  });

  test("--apply makes it, the test events are answered, and doing it again changes nothing", async () => {
    const customers = [...twilio.state.triggers.values()];
    const { code, stdout, stderr } = await setupProcess("--apply");
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("tollgate:") });
    expect(stdout).toMatch(/\d+ created\./);
    for (const sid of accountSids()) {
      expect(ours(sid).length).toBeGreaterThan(5);
      const [sink] = [...twilio.state.sinks.values()].filter(({ accountSid }) => accountSid === sid);
      expect(sink).toMatchObject({
        status: "active",
        configuration: { destination: `${server.url}/twilio/events/${sid}` },
      });
      const subscriptions = [...twilio.state.subscriptions.values()].filter(({ accountSid }) => accountSid === sid);
      expect(subscriptions).toMatchObject([{ sinkSid: sink?.sid }]);
    }
    expect(twilio.state.account(acme.parent.sid).porting).toMatchObject({
      portOutUrl: `${server.url}/twilio/porting/${acme.parent.sid}`,
    });
    for (const trigger of customers) expect(twilio.state.triggers.get(trigger.sid)).toEqual(trigger);
    // Tollgate answers each test by itself.
    await until(() => validations().length === accountSids().length);

    const before = twilio.requests.length;
    const again = await setup({ apply: true });
    expect({ code: again.code, stdout: again.stdout.split("\n")[0] }).toEqual({
      code: 0,
      stdout: "Nothing had to change.",
    });
    expect(writes(before)).toEqual([]);
    const audit = await server.audit("export");
    expect(audit.said).toContain("setup-applied");
    expect(audit.said.match(/tripwires-changing/g)).toHaveLength(accountSids().length);
  });

  test("drift is found by --check with what it was, and mended by --apply", async () => {
    const [gone, other] = ours(acme.voiceEuSid);
    if (gone === undefined || other === undefined) throw new Error("no triggers");
    twilio.state.triggers.delete(gone.sid);
    other.triggerValue = 100_000;
    const { code, stdout } = await setup({ check: true, json: true });
    expect(code).toBe(1);
    const Report = z.object({
      ok: z.literal(false),
      accounts: z.array(
        z.object({ sid: z.string(), steps: z.array(z.object({ verb: z.string(), what: z.string() })) }),
      ),
    });
    const steps = Report.parse(JSON.parse(stdout)).accounts.find(({ sid }) => sid === acme.voiceEuSid)?.steps ?? [];
    expect(steps.map(({ verb }) => verb).sort()).toEqual(["create", "replace"]);
    expect((await setup({ apply: true })).code).toBe(0);
    expect(twilio.state.triggers.has(other.sid)).toBe(false);
    expect((await setup({ check: true })).code).toBe(0);
  });

  test("an account that is suspended is told and skipped; one whose credentials are refused could not be looked at", async () => {
    const support = twilio.state.account(acme.supportSid);
    support.status = "suspended";
    const skipped = await setup({ check: true });
    expect(skipped.stdout).toContain(`Acme Support Desk (${acme.supportSid})\n  SKIPPED  suspended`);
    expect(skipped.code).toBe(0);
    support.status = "active";

    refuse(/Sinks/);
    const refused = await setup({ apply: true, account: [acme.supportSid] });
    expect(refused.stdout).toContain("SKIPPED  Twilio refuses its credentials");
    expect(refused.code).toBe(3);
    twilio.clearFaults();
    refuse(new RegExp(`${acme.supportSid}/Usage/Triggers`));
    const [gone] = ours(acme.voiceEuSid);
    if (gone === undefined) throw new Error("no trigger");
    twilio.state.triggers.delete(gone.sid);
    const both = await setup({ check: true, account: [acme.supportSid, acme.voiceEuSid] });
    expect({ code: both.code, skipped: both.stdout.match(/SKIPPED/g) }).toEqual({ code: 1, skipped: ["SKIPPED"] });
    twilio.state.triggers.set(gone.sid, gone);
  });

  test("what keeps it from looking at all is no drift: another exit code, and in JSON why", async () => {
    const isWhy = (json: string) =>
      z.object({ ok: z.literal(false), verdict: z.literal("could-not-look"), why: z.string() }).parse(JSON.parse(json))
        .why;
    refuse(/Accounts/);
    const refused = await setupProcess("--check", "--json");
    twilio.clearFaults();
    expect(refused.code).toBe(3);
    expect(isWhy(refused.stdout)).toMatch(/Twilio/);
    const nobody = `postgres://tollgate:hunter2@127.0.0.1:${await freePort()}/tollgate`;
    const noDatabase = await setup({ check: true, json: true }, { DATABASE_URL: nobody });
    expect({ code: noDatabase.code, why: isWhy(noDatabase.stdout) }).toEqual({
      code: 3,
      why: "PostgreSQL is not reachable",
    });
    const noData = { DATABASE_URL: "", DATA_DIR: join(folder, "no-data") };
    for (const options of [{ apply: true }, { stop: true }]) {
      const unborn = await setup({ ...options, json: true }, noData);
      expect({ code: unborn.code, why: isWhy(unborn.stdout) }).toEqual({
        code: 3,
        why: expect.stringContaining("set DATA_DIR to what Tollgate runs with"),
      });
      const unknown = { publicUrl: null, upkeep: null, accounts: [], byHand: [] };
      expect(JSON.parse(unborn.stdout)).toMatchObject(unknown);
    }
    const unset = await setup({ check: true, json: true }, { PUBLIC_URL: "" });
    expect({ code: unset.code, why: isWhy(unset.stdout) }).toEqual({
      code: 3,
      why: expect.stringContaining("PUBLIC_URL"),
    });
  });

  test("--stop ends upkeep for good, leaves every tripwire, and is told everywhere; --apply begins it again", async () => {
    const before = [...twilio.state.triggers.values()];
    const requests = twilio.requests.length;
    const stopped = await setupProcess("--stop");
    expect({ code: stopped.code, stderr: stopped.stderr }).toEqual({
      code: 0,
      stderr: expect.not.stringContaining("tollgate:"),
    });
    expect(stopped.stdout).toMatch(/^Upkeep is off\. Every tripwire stays.*\n`setup --apply` begins upkeep again\.\n$/);
    expect(writes(requests)).toEqual([]);
    expect([...twilio.state.triggers.values()]).toEqual(before);

    const off = /Upkeep has been off since \d{4}-\d\d-\d\d \d\d:\d\d UTC \(`setup --stop` by .+ on .+\)/;
    const again = await setup({ stop: true });
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: expect.stringMatching(off) });
    const { ok, verdict, accounts } = JSON.parse((await setup({ stop: true, json: true })).stdout);
    expect({ ok, verdict, accounts }).toEqual({ ok: true, verdict: "as-it-should-be", accounts: [] });
    const check = await setup({ check: true });
    expect({ code: check.code, stdout: check.stdout }).toEqual({ code: 0, stdout: expect.stringMatching(off) });
    const json = JSON.parse((await setup({ check: true, json: true })).stdout);
    expect(json).toMatchObject({ ok: true, upkeep: { state: "off", by: expect.stringContaining(" on ") } });
    expect(await doctorsFindings()).toEqual([
      {
        verdict: "warning",
        text: expect.stringMatching(new RegExp(`^${off.source}.*\`tollgate setup --apply\` begins it again`)),
      },
      { verdict: "ok", text: expect.stringContaining("The tripwires are as ") },
    ]);

    // What begins again for one account alone leaves the others out, and that is told everywhere too.
    const partial =
      "Tollgate keeps 1 account by itself, the other 4 not: run `setup --apply` without --account for all.";
    const one = await setup({ apply: true, account: [acme.supportSid] });
    expect(one.stdout).toContain(`\`setup --stop\` ends that.\n${partial}\n`);
    expect(await setup({ check: true })).toMatchObject({ code: 0, stdout: expect.stringContaining(partial) });
    const ofOne = JSON.parse((await setup({ check: true, json: true, account: [acme.supportSid] })).stdout);
    expect(ofOne).toMatchObject({ ok: true, upkeep: { state: "on", accounts: [acme.supportSid] } });
    expect((await doctorsFindings())[0]).toEqual({ verdict: "warning", text: partial });

    const applied = await setup({ apply: true });
    expect({ code: applied.code, stdout: applied.stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Nothing had to change\.\nBy hand/),
    });
    expect((await setup({ check: true })).stdout).not.toMatch(/Upkeep|by itself/);
    const { said } = await server.audit("export");
    expect(said.match(/setup-(applied|stopped)/g)?.slice(-3)).toEqual([
      "setup-stopped",
      "setup-applied",
      "setup-applied",
    ]);
    expect(said.match(/setup-stopped/g)).toHaveLength(1);
  });

  test("an unknown account and contrary flags are wrong usage, which the command line answers with 2", async () => {
    const wrong: readonly Partial<Options>[] = [
      { account: [`AC${"f".repeat(32)}`] },
      { apply: true, check: true },
      { stop: true, apply: true },
      { stop: true, check: true },
      { stop: true, account: [acme.supportSid] },
    ];
    for (const options of wrong) await expect(setup(options)).rejects.toThrow(Problem);
    expect((await setupProcess("--apply", "--check")).code).toBe(2);
  });
});

describe("killed with -9", () => {
  const isTo = (method: string, path: RegExp) => (request: RecordedRequest) =>
    request.method === method && path.test(request.path);

  test.each([
    ["the deletion of an old trigger, when the new one is there too", isTo("DELETE", /Triggers\/UT/)],
    ["a sink without a subscription", isTo("POST", /v1\/Sinks$/)],
  ])("at %s: the next run completes it, and leaves nothing twice", async (_moment, isIt) => {
    tearDown();
    const running = await startTollgate(["setup", "--apply"], { folder, env });
    const stop = twilio.onRequest((request) => {
      if (isIt(request)) running.process.kill("SIGKILL");
    });
    expect((await running.ended).code).toBeNull();
    stop();

    const { code, stdout } = await setup({ apply: true });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.any(String) });
    for (const sid of accountSids()) {
      const categories = ours(sid).map(({ usageCategory }) => usageCategory);
      expect(categories).toContain("totalprice");
      expect(new Set(categories).size).toBe(categories.length);
      expect([...twilio.state.sinks.values()].filter(({ accountSid }) => accountSid === sid)).toHaveLength(1);
      expect([...twilio.state.subscriptions.values()].filter(({ accountSid }) => accountSid === sid)).toHaveLength(1);
    }
  });
});

/** As it was before set-up, except for one trigger with a value of long ago. */
function tearDown(): void {
  for (const sid of accountSids()) {
    for (const trigger of ours(sid)) {
      if (trigger.usageCategory === "totalprice") trigger.triggerValue = 100_000;
      else twilio.state.triggers.delete(trigger.sid);
    }
  }
  twilio.state.sinks.clear();
  twilio.state.subscriptions.clear();
  twilio.state.account(acme.parent.sid).porting = null;
}

function validations(): readonly RecordedRequest[] {
  return twilio.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/Validate"));
}

async function until(isTrue: () => boolean): Promise<void> {
  for (const endMs = Date.now() + 15_000; !isTrue(); await pause(20)) {
    if (Date.now() > endMs) throw new Error("it never came true");
  }
}
