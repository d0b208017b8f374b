import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type SlackStandIn, startSlackStandIn } from "../../src/sandbox/slack/stand-in.ts";
import { type Acme, seedAcme } from "../../src/sandbox/twilio/seed.ts";
import type { RecordedRequest } from "../../src/sandbox/twilio/server.ts";
import { startTwilioStandIn, type TwilioStandIn } from "../../src/sandbox/twilio/start.ts";
import { openApiProblems } from "../support/openapi.ts";
import { databaseUrl, testDatabase } from "../support/postgres.ts";
import { freePort, prepareTollgate, type Tollgate } from "../support/tollgate.ts";
import { makeFolder, startTollgate, tollgate } from "./tollgate.ts";

const POLICY = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder, approver] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, roles: [responder, approver] }
detection: { allowedCountries: [US, GB] }
`;

let acme: Acme;
let slack: SlackStandIn;
let twilio: TwilioStandIn;
let database: Awaited<ReturnType<typeof testDatabase>>;
let server: Tollgate;
let env: Readonly<Record<string, string>>;
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

const setup = (...words: readonly string[]) => tollgate(["setup", ...words], { folder, env });

/** Requests that changed something since then. */
function writes(since: number): readonly string[] {
  return twilio.requests.slice(since).flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
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
    const { code, stdout, stderr } = await setup("--apply");
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
    const again = await setup("--apply");
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
    const { code, stdout } = await setup("--check", "--json");
    expect(code).toBe(1);
    const Report = z.object({
      ok: z.literal(false),
      accounts: z.array(
        z.object({ sid: z.string(), steps: z.array(z.object({ verb: z.string(), what: z.string() })) }),
      ),
    });
    const steps = Report.parse(JSON.parse(stdout)).accounts.find(({ sid }) => sid === acme.voiceEuSid)?.steps ?? [];
    expect(steps.map(({ verb }) => verb).sort()).toEqual(["create", "replace"]);
    expect((await setup("--apply")).code).toBe(0);
    expect(twilio.state.triggers.has(other.sid)).toBe(false);
    expect((await setup("--check")).code).toBe(0);
  });

  test("an account that is suspended is told and skipped; one whose credentials are refused makes it exit 1", async () => {
    const support = twilio.state.account(acme.supportSid);
    support.status = "suspended";
    const skipped = await setup("--check");
    expect(skipped.stdout).toContain(`Acme Support Desk (${acme.supportSid})\n  SKIPPED  suspended`);
    expect(skipped.code).toBe(0);
    support.status = "active";

    twilio.inject({
      on: "request",
      host: "events.twilio.com",
      path: /Sinks/,
      times: 100,
      fault: { kind: "status", status: 401 },
    });
    const refused = await setup("--apply", "--account", acme.supportSid);
    twilio.clearFaults();
    expect(refused.stdout).toContain("SKIPPED  Twilio refuses its credentials");
    expect(refused.code).toBe(1);
  });

  test("an unknown account and contrary flags are wrong usage", async () => {
    const wrong = [
      ["--account", `AC${"f".repeat(32)}`],
      ["--apply", "--check"],
    ];
    const outcomes = await Promise.all(wrong.map((words) => setup(...words)));
    expect(outcomes.map(({ code }) => code)).toEqual([2, 2]);
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

    const { code, stdout } = await setup("--apply");
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
