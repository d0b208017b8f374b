import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  type ConfigSources,
  loadConfig,
  policyForAudit,
  readAuditEnvironment,
  readEnvironment,
  warnings,
} from "../src/config.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

const complete = {
  PUBLIC_URL: "https://bot.example.com/",
  TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`,
  TWILIO_AUTH_TOKEN: TOKEN,
  SLACK_BOT_TOKEN: "xoxb-very-secret-token",
  SLACK_SIGNING_SECRET: "8f742231b10e8888abcd99yyyzzz85a5",
  SLACK_INCIDENT_CHANNEL: "C0INCIDENTS",
  SLACK_AUDIT_CHANNEL: "C0AUDIT",
};

const teams = {
  MicrosoftAppId: "5f0c2d1e-0000-4000-8000-0000000000aa",
  MicrosoftAppPassword: "a~client~secret",
  MicrosoftAppTenantId: "5f0c2d1e-0000-4000-8000-0000000000bb",
  TEAMS_INCIDENT_CHANNEL: "19:incidents@thread.tacv2",
  TEAMS_AUDIT_CHANNEL: "19:audit@thread.tacv2",
};

const PEOPLE = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, roles: [approver] }
`;

function sources(env: Record<string, string | undefined>, yaml: string = PEOPLE): ConfigSources {
  return { env, readFile: () => yaml };
}

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  const result = readEnvironment(env);
  return result.ok ? [] : result.problems;
}

describe("the environment", () => {
  test("with the required variables everything else has a default", () => {
    const result = readEnvironment(complete);
    expect(result).toMatchObject({
      ok: true,
      environment: {
        server: { port: 3000, host: "0.0.0.0", publicUrl: "https://bot.example.com" },
        store: { dataDir: "./data", allowUnsafeStores: false },
        slack: { apiUrl: "https://slack.com/api/", incidentChannel: "C0INCIDENTS", auditChannel: "C0AUDIT" },
        logLevel: "info",
        policyFile: "./tollgate.yml",
        warnings: [],
      },
    });
    if (!result.ok) return;
    expect(result.environment.twilio.authToken.reveal()).toBe(TOKEN);
    expect(Object.keys(result.environment.store)).toEqual(["dataDir", "allowUnsafeStores"]);
  });

  test("with nothing set every missing variable has one line that begins with its name and says how to get it", () => {
    const problems = problemsOf({});
    expect(problems.map((line) => line.split(":")[0])).toEqual([
      "PUBLIC_URL",
      "TWILIO_ACCOUNT_SID",
      "TWILIO_AUTH_TOKEN",
      "SLACK_BOT_TOKEN",
      "SLACK_SIGNING_SECRET",
      "SLACK_INCIDENT_CHANNEL",
      "SLACK_AUDIT_CHANNEL",
    ]);
    expect(problems).toContain(
      "SLACK_SIGNING_SECRET: missing. Slack app page > Basic Information > App Credentials > Signing Secret. (With SLACK_APP_TOKEN it is not needed.)",
    );
    expect(problems[3]).toMatch(/^SLACK_BOT_TOKEN: missing\. No chat platform is configured/);
  });

  test("with a part of Slack set only the rest is missing", () => {
    const { SLACK_AUDIT_CHANNEL: _, ...rest } = complete;
    expect(problemsOf(rest)).toEqual([expect.stringMatching(/^SLACK_AUDIT_CHANNEL: missing\. (?!No chat)/)]);
  });

  test("an empty variable counts as not set, and blanks around a pasted value do not", () => {
    expect(problemsOf({ ...complete, SLACK_BOT_TOKEN: "  " })).toEqual([
      expect.stringMatching(/^SLACK_BOT_TOKEN: missing/),
    ]);
    const result = readEnvironment({ ...complete, TWILIO_AUTH_TOKEN: `${TOKEN}\n` });
    expect(result.ok && result.environment.twilio.authToken.reveal()).toBe(TOKEN);
  });

  test.each([
    ["PORT", "80a"],
    ["PORT", "65536"],
    ["PUBLIC_URL", "http://bot.example.com"],
    ["PUBLIC_URL", "https://bot.example.com/?x=hunter2"],
    ["PUBLIC_URL", "https://ann:hunter2@bot.example.com"],
    ["DATABASE_URL", "mysql://ann:hunter2@db/tollgate"],
    ["REDIS_URL", "http://hunter2"],
    ["AUDIT_KEY", "hunter2"],
    ["ALLOW_UNSAFE_STORES", "hunter2"],
    ["TWILIO_ACCOUNT_SID", `SK${"1".repeat(32)}`],
    ["TWILIO_AUTH_TOKEN", "hunter2"],
    ["TWILIO_API_BASE_URL", "http://hunter2.example.com:4010"],
    ["TWILIO_API_BASE_URL", "https://127.0.0.1:4010"],
    ["SLACK_BOT_TOKEN", "hunter2"],
    ["SLACK_SIGNING_SECRET", "hunt 2"],
    ["SLACK_API_URL", "http://slack.example.com/api/"],
    ["SLACK_INCIDENT_CHANNEL", "#hunter2"],
    ["SLACK_AUDIT_CHANNEL", "hunter2"],
    ["SLACK_APP_TOKEN", "hunter2"],
    ["LOG_LEVEL", "hunter2"],
    ["METRICS_TOKEN", "hunter"],
  ])("a wrong %s is refused by its name and never shown", (name, value) => {
    const problems = problemsOf({ ...complete, AUDIT_KEY: "k".repeat(64), [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: expected `));
    expect(problems[0]).not.toContain(value);
    expect(problems[0]).not.toContain("hunter");
  });

  test.each([
    ["PORT", "0"],
    ["PUBLIC_URL", "http://127.0.0.1:3000"],
    ["PUBLIC_URL", "http://[::1]:3000/path"],
    ["DATABASE_URL", "postgres://ann:p%40ss@db:5432/tollgate"],
    ["DATABASE_URL", "postgres://ann:p%40ss@/tollgate?host=%2Fcloudsql%2Facme"],
    ["REDIS_URL", "rediss://:pass@cache:6380/2"],
    ["TWILIO_API_BASE_URL", "http://127.0.0.1:4010"],
    ["TWILIO_API_BASE_URL", "http://localhost:4010/"],
    ["SLACK_API_URL", "http://127.0.0.1:4103/api"],
    ["SLACK_API_URL", "https://slack-gov.com/api/"],
  ])("%s may be %s", (name, value) => {
    expect(problemsOf({ ...complete, AUDIT_KEY: "k".repeat(64), [name]: value })).toEqual([]);
  });

  test("an external database needs the audit key, the embedded one makes its own", () => {
    const problems = problemsOf({ ...complete, DATABASE_URL: "postgres://db/tollgate" });
    expect(problems).toEqual([expect.stringMatching(/^AUDIT_KEY: missing\..*openssl rand -hex 32/)]);
  });

  test("an app token switches to Socket Mode, which needs no signing secret", () => {
    const { SLACK_SIGNING_SECRET: _, ...rest } = complete;
    const result = readEnvironment({ ...rest, SLACK_APP_TOKEN: "xapp-1-secret" });
    expect(result.ok && result.environment.slack?.transport.kind).toBe("socket");
    expect(result.ok && result.environment.warnings).toEqual([]);
    const both = readEnvironment({ ...complete, SLACK_APP_TOKEN: "xapp-1-secret" });
    expect(both.ok && both.environment.warnings).toEqual([expect.stringMatching(/^SLACK_SIGNING_SECRET: not used/)]);
    expect(problemsOf({ ...rest, SLACK_APP_TOKEN: "xoxb-hunter2" })).toEqual([
      expect.stringMatching(/^SLACK_APP_TOKEN: expected an app-level token(?!.*hunter2)/),
    ]);
  });

  describe("with Teams", () => {
    const { SLACK_BOT_TOKEN: _1, SLACK_SIGNING_SECRET: _2, SLACK_INCIDENT_CHANNEL: _3, ...noSlack } = complete;
    const { SLACK_AUDIT_CHANNEL: _4, ...bare } = noSlack;

    test("either platform is enough, and both may be on", () => {
      const alone = readEnvironment({ ...bare, ...teams });
      expect(alone).toMatchObject({
        ok: true,
        environment: {
          teams: {
            identity: { kind: "app", appId: teams.MicrosoftAppId, appType: "SingleTenant" },
            serviceUrl: "https://smba.trafficmanager.net/teams/",
            openIdMetadataUrl: null,
          },
        },
      });
      expect(alone.ok && alone.environment.slack).toBeUndefined();
      const both = readEnvironment({ ...complete, ...teams });
      expect(both.ok && both.environment.slack !== undefined && both.environment.teams !== undefined).toBe(true);
    });

    test("an empty application id refuses to start it", () => {
      expect(problemsOf({ ...complete, ...teams, MicrosoftAppId: "" })).toEqual([
        expect.stringMatching(/^MicrosoftAppId: missing\..*everybody could speak as Teams/),
      ]);
    });

    test("with a part of it set the rest is missing, each by its name", () => {
      const names = problemsOf({ ...complete, TEAMS_AUDIT_CHANNEL: teams.TEAMS_AUDIT_CHANNEL }).map(
        (line) => line.split(":")[0],
      );
      expect(names).toEqual([
        "MicrosoftAppId",
        "MicrosoftAppPassword",
        "MicrosoftAppTenantId",
        "TEAMS_INCIDENT_CHANNEL",
      ]);
    });

    test("a multi-tenant app names no tenant", () => {
      const { MicrosoftAppTenantId: _, ...rest } = teams;
      expect(problemsOf({ ...complete, ...rest, MicrosoftAppType: "MultiTenant" })).toEqual([]);
    });

    const anonymous = {
      TEAMS_ANONYMOUS: "1",
      TEAMS_INCIDENT_CHANNEL: teams.TEAMS_INCIDENT_CHANNEL,
      TEAMS_AUDIT_CHANNEL: teams.TEAMS_AUDIT_CHANNEL,
    };
    const local = { HOST: "127.0.0.1", PUBLIC_URL: "http://localhost:3000" };

    test("unauthenticated Teams is said loudly, on this machine alone", () => {
      const result = readEnvironment({ ...bare, ...local, ...anonymous });
      expect(result).toMatchObject({ ok: true, environment: { teams: { identity: { kind: "anonymous" } } } });
      expect(result.ok && result.environment.warnings.join()).toMatch(/TEAMS_ANONYMOUS: on; everybody/);
    });

    test.each([
      ["a HOST that others reach", { ...local, HOST: "0.0.0.0" }],
      ["no HOST, which means every address", { PUBLIC_URL: local.PUBLIC_URL }],
      ["a public address, as behind a tunnel", { ...local, PUBLIC_URL: "https://bot.example.com" }],
      ["an application id beside it", { ...local, MicrosoftAppId: teams.MicrosoftAppId }],
    ])("unauthenticated Teams is refused with %s", (_what, place) => {
      expect(problemsOf({ ...bare, ...place, ...anonymous })).toEqual([
        expect.stringMatching(/^TEAMS_ANONYMOUS: refused/),
      ]);
    });
  });

  test("audit needs no vendor's variable", () => {
    expect(readAuditEnvironment({})).toEqual({ ok: true, environment: {} });
    expect(readAuditEnvironment({ DATA_DIR: "/srv/tollgate" })).toMatchObject({
      environment: { dataDir: "/srv/tollgate" },
    });
    expect(readAuditEnvironment({ DATABASE_URL: "postgres://db/tollgate" }).ok).toBe(false);
  });
});

describe("the whole configuration", () => {
  test("names the environment's and the policy file's problems at once", () => {
    const result = loadConfig(sources({ ...complete, PORT: "x" }, "people: []\nincident: { reopenWithn: 30m }\n"));
    expect(result).toEqual({
      ok: false,
      problems: [
        expect.stringMatching(/^PORT: /),
        "tollgate.yml:1: people is an empty list, expected at least one person",
        "tollgate.yml:2: incident.reopenWithn is not a setting (did you mean reopenWithin?)",
      ],
    });
  });

  test("a policy file that is not there is one of the problems", () => {
    const readFile = () => {
      throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    };
    const result = loadConfig({ env: {}, readFile });
    expect(result.ok || result.problems.at(-1)).toMatch(
      /^TOLLGATE_CONFIG: not set, and \.\/tollgate\.yml does not exist/,
    );
    const named = loadConfig({ env: { TOLLGATE_CONFIG: "/etc/hunter2.yml" }, readFile });
    expect(named.ok || named.problems.at(-1)).toMatch(/^TOLLGATE_CONFIG: the file that it names does not exist/);
  });

  test("is frozen and prints no secret", () => {
    const result = loadConfig(sources(complete));
    if (!result.ok) throw new Error(result.problems.join("\n"));
    expect(Object.isFrozen(result.config.environment.slack)).toBe(true);
    expect(Object.isFrozen(result.config.policy.people[0])).toBe(true);
    const printed = inspect(result.config, { depth: 9 }) + JSON.stringify(result.config);
    for (const secret of [TOKEN, complete.SLACK_BOT_TOKEN, complete.SLACK_SIGNING_SECRET]) {
      expect(printed).not.toContain(secret);
    }
  });

  test("what the file says of one remediation holds for that one alone", () => {
    const yaml = `${PEOPLE}policy: { suspend-subaccount: { expires: 90s }, disable-geo-regions: { expires: 24h } }\n`;
    const result = loadConfig(sources(complete, yaml));
    if (!result.ok) throw new Error(result.problems.join("\n"));
    const expiresMs = Object.entries(result.config.policy.remediations).map(([id, rule]) => [id, rule.expiresMs]);
    expect(Object.fromEntries(expiresMs)).toEqual({
      "suspend-subaccount": 90_000,
      "rotate-auth-token": 900_000,
      "delete-api-keys": 900_000,
      "disable-geo-regions": 86_400_000,
    });
  });

  test("warns of a responder whose requests nobody could approve, by name", () => {
    const yaml = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, roles: [responder, approver] }
policy: { delete-api-keys: { approvals: 2 } }
detection: { allowedCountries: [US] }
`;
    const result = loadConfig(sources(complete, yaml));
    if (!result.ok) throw new Error(result.problems.join("\n"));
    expect(warnings(result.config)).toEqual([
      "policy: only ben (2 people are needed) could approve a request by ann (delete-api-keys).",
      "policy: nobody could approve a request by ben (any remediation).",
    ]);
  });

  test("an id on a platform that is off helps nobody", () => {
    const { SLACK_BOT_TOKEN: _, SLACK_SIGNING_SECRET: __, SLACK_INCIDENT_CHANNEL: ___, ...rest } = complete;
    const { SLACK_AUDIT_CHANNEL: ____, ...withoutSlack } = rest;
    const yaml = `${PEOPLE}  - { id: cem, name: Cem Demir, roles: [approver] }\ndetection: { allowedCountries: [US] }\n`;
    const told = (env: Record<string, string>) => {
      const result = loadConfig(sources(env, yaml));
      if (!result.ok) throw new Error(result.problems.join("\n"));
      return warnings(result.config);
    };
    expect(told({ ...withoutSlack, ...teams })).toEqual([
      "policy: nobody could approve a request by ann (any remediation).",
      "people: ann has no teams id, and Slack is off, so they can do nothing.",
      "people: ben has no teams id, and Slack is off, so they can do nothing.",
      "people: cem has neither a slack nor a teams id, so they can do nothing.",
    ]);
    const nobodyElse = "people: cem has neither a slack nor a teams id, so they can do nothing.";
    expect(told(complete)).toEqual([nobodyElse]);
    expect(told({ ...complete, ...teams })).toEqual([nobodyElse]);
  });

  test("the audit keeps roster and rules but no phone number", () => {
    const yaml = PEOPLE.replace("slack: U0ANN", 'slack: U0ANN, phone: "+14155559876"');
    const result = loadConfig(sources(complete, yaml));
    if (!result.ok) throw new Error(result.problems.join("\n"));
    const text = JSON.stringify(policyForAudit(result.config.policy));
    expect(text).toContain('"id":"ben","name":"Ben Okafor","slack":"U0BEN","teams":null,"roles":["approver"]');
    expect(text).not.toContain("4155559876");
  });

  test("the example file loads, shows the defaults, and lacks nothing but the countries", () => {
    const yaml = readFileSync(new URL("../tollgate.example.yml", import.meta.url), "utf8");
    const example = loadConfig(sources(complete, yaml));
    if (!example.ok) throw new Error(example.problems.join("\n"));
    expect(warnings(example.config)).toEqual([expect.stringMatching(/^detection\.allowedCountries: empty/)]);
    const bare = loadConfig(sources(complete));
    if (!bare.ok) throw new Error(bare.problems.join("\n"));
    const { people: _, digest: __, ...defaults } = bare.config.policy;
    const { people: ___, digest: ____, ...shown } = example.config.policy;
    expect(shown).toEqual(defaults);
  });
});
