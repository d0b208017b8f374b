import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../src/config/policy-file.ts";

const PEOPLE = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, roles: [responder, approver] }
`;

function parse(text: string) {
  return parsePolicy({ text, fileName: "tollgate.yml", dataDir: "./data" });
}

function problemsOf(text: string): readonly string[] {
  const result = parse(text);
  return result.ok ? [] : result.problems;
}

function policyOf(text: string) {
  const result = parse(text);
  if (!result.ok) throw new Error(result.problems.join("\n"));
  return result.policy;
}

describe("defaults", () => {
  test("people alone is enough, and four eyes are the rule", () => {
    const policy = policyOf(PEOPLE);
    const fourEyes = { approvals: 1, who: ["approver"], expiresMs: 900_000, selfApproval: false };
    expect(policy.remediations).toEqual({
      "suspend-subaccount": fourEyes,
      "rotate-auth-token": fourEyes,
      "delete-api-keys": fourEyes,
      "disable-geo-regions": fourEyes,
    });
    expect(policy).toMatchObject({
      detection: { allowedCountries: [] },
      intake: { perAccountPerMinute: 10_000 },
      reopenWithinMs: 1_800_000,
      retentionSignalsMs: 3_024_000_000,
      secretSink: { kind: "file", folder: "./data/secrets" },
    });
    expect(policy.people[0]).toEqual({
      id: "ann",
      name: "Ann Ito",
      slack: "U0ANN",
      teams: null,
      phone: null,
      roles: ["responder"],
    });
  });

  test("reminders come after ten minutes, and every incident goes to the configured channel", () => {
    expect(policyOf(PEOPLE)).toMatchObject({ remindAfterMs: 600_000, channels: [] });
    expect(policyOf(`${PEOPLE}incident: { remindAfter: 0s }\n`).remindAfterMs).toBe(0);
  });

  test("a channel rule leaves out what it does not care for", () => {
    const text = `${PEOPLE}channels:\n  - { severity: critical, slack: C0CRITICAL }\n`;
    expect(policyOf(text).channels).toEqual([
      { accountSid: null, severity: "critical", threat: null, slack: "C0CRITICAL", teams: null },
    ]);
  });

  test("a channel rule must name a channel, by its id", () => {
    expect(problemsOf(`${PEOPLE}channels:\n  - { severity: critical }\n`).join()).toMatch(
      /channels\[0\].*expected slack or teams/,
    );
    expect(problemsOf(`${PEOPLE}channels:\n  - { slack: "#incidents" }\n`).join()).toMatch(
      /channels\[0\]\.slack.*expected a Slack channel id/,
    );
    expect(problemsOf(`${PEOPLE}channels:\n  - { chanel: C0CRITICAL }\n`).join()).toMatch(/chanel/);
  });

  test("an entry without content keeps the defaults", () => {
    const policy = policyOf(`${PEOPLE}policy:\n  delete-api-keys:\n  rotate-auth-token: {}\nincident:\n`);
    expect(policy.digest).toBe(policyOf(PEOPLE).digest);
  });

  test("an empty list of roles that may approve means nobody, never everybody", () => {
    expect(policyOf(`${PEOPLE}policy: { delete-api-keys: { who: [] } }\n`).remediations["delete-api-keys"].who).toEqual(
      [],
    );
  });

  test("a command may receive new tokens instead of a folder", () => {
    expect(policyOf(`${PEOPLE}secretSink: { command: vault kv put secret/twilio - }\n`).secretSink).toEqual({
      kind: "command",
      command: "vault kv put secret/twilio -",
    });
  });
});

describe("the digest", () => {
  test("is of what the file means, not of how it is written", () => {
    const written = policyOf(`# another comment\n${PEOPLE}policy: { delete-api-keys: { expires: 900s } }\n`);
    expect(written.digest).toBe(policyOf(PEOPLE).digest);
    expect(written.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("changes with the roster and with a rule", () => {
    const digests = [
      PEOPLE,
      PEOPLE.replace("[responder, approver]", "[approver]"),
      `${PEOPLE}policy: { delete-api-keys: { approvals: 2 } }\n`,
    ].map((text) => policyOf(text).digest);
    expect(new Set(digests).size).toBe(3);
  });
});

describe("problems", () => {
  test.each([
    [
      "a role",
      PEOPLE.replace("[responder, approver]", "[responder, aprover]"),
      'tollgate.yml:3: people[1].roles[1] is the text "aprover", expected one of responder, approver (did you mean approver?)',
    ],
    [
      "a missing name",
      PEOPLE.replace("name: Ann Ito, ", ""),
      "tollgate.yml:2: people[0].name is missing, expected a name of at most 80 characters",
    ],
    [
      "a wrong kind",
      PEOPLE.replace("id: ben", "id: 7"),
      "tollgate.yml:3: people[1].id is the number 7, expected a short id of lower-case letters, digits, dots and dashes",
    ],
    [
      "a Slack name",
      PEOPLE.replace("U0BEN", "ben"),
      'tollgate.yml:3: people[1].slack is the text "ben", expected a Slack user id such as U0123456789 (their profile > ⋮ > Copy member ID)',
    ],
    [
      "a double id",
      PEOPLE.replace("id: ben", "id: ann"),
      'tollgate.yml:3: people[1].id is the text "ann" again, expected a value that people[0] does not have',
    ],
    [
      "a double Slack user",
      PEOPLE.replace("U0BEN", "U0ANN"),
      'tollgate.yml:3: people[1].slack is the text "U0ANN" again, expected a value that people[0] does not have',
    ],
    ["an unknown section", `${PEOPLE}polcy: {}\n`, "tollgate.yml:4: polcy is not a setting (did you mean policy?)"],
    [
      "an unknown remediation",
      `${PEOPLE}policy:\n  rotate-auth-token: {}\n  suspend-account: {}\n`,
      "tollgate.yml:6: policy.suspend-account is not a setting (did you mean suspend-subaccount?)",
    ],
    [
      "an undo's own policy",
      `${PEOPLE}policy: { reactivate-subaccount: {} }\n`,
      "tollgate.yml:4: policy.reactivate-subaccount is not a setting: an undo follows the policy of suspend-subaccount",
    ],
    [
      "an unknown rule",
      `${PEOPLE}policy:\n  delete-api-keys: { approvers: 2 }\n`,
      "tollgate.yml:5: policy.delete-api-keys.approvers is not a setting (did you mean approvals?)",
    ],
    [
      "a bare number of minutes",
      `${PEOPLE}incident: { reopenWithin: 30 }\n`,
      "tollgate.yml:4: incident.reopenWithin is the number 30, expected a duration such as 90s, 15m, 24h or 35d, at most 7d",
    ],
    [
      "a duration too long",
      `${PEOPLE}policy: { delete-api-keys: { expires: 8d } }\n`,
      'tollgate.yml:4: policy.delete-api-keys.expires is the text "8d", expected a duration such as 90s, 15m, 24h or 35d, from 1s to 7d',
    ],
    [
      "no approvals",
      `${PEOPLE}policy: { delete-api-keys: { approvals: 0 } }\n`,
      "tollgate.yml:4: policy.delete-api-keys.approvals is the number 0, expected a whole number from 1 to 10",
    ],
    [
      "a country that is none",
      `${PEOPLE}detection: { allowedCountries: [US, UK] }\n`,
      'tollgate.yml:4: detection.allowedCountries[1] is the text "UK", expected a country as two capital letters of ISO 3166, e.g. LV',
    ],
    [
      "two sinks",
      `${PEOPLE}secretSink: { file: a, command: b }\n`,
      "tollgate.yml:4: secretSink is a mapping, expected either file (a folder) or command (a shell line), and not both",
    ],
    ["nobody", "people: []\n", "tollgate.yml:1: people is an empty list, expected at least one person"],
    ["nothing at all", "", "tollgate.yml:1: people is missing, expected a list of people"],
    ["a list instead", "- ann\n", "tollgate.yml:1: the file is a list, expected a mapping that begins with people:"],
  ])("%s is named with line, path, value and expectation", (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test("all of them are told at once, in the order of lines", () => {
    const text = `${PEOPLE.replace("[responder]", "responder").replace("U0BEN", "U0ANN")}policy: { delete-api-keys: { selfApproval: 1 } }\nretention: { signals: never }\n`;
    expect(problemsOf(text).map((problem) => problem.split(" ")[0])).toEqual([
      "tollgate.yml:2:",
      "tollgate.yml:3:",
      "tollgate.yml:4:",
      "tollgate.yml:5:",
    ]);
  });

  test("a phone number is never shown", () => {
    const [problem] = problemsOf(PEOPLE.replace("slack: U0ANN", "phone: 14155559876"));
    expect(problem).toMatch(
      /^tollgate\.yml:2: people\[0\]\.phone is a number of another form, expected a phone number/,
    );
    expect(problem).not.toContain("14155559876");
  });

  test.each([
    ["a tab", "people:\n\t- ann\n", 2],
    ["a name twice", `${PEOPLE}people: []\n`, 4],
    ["an open bracket", "people: [\n", 2],
    ["two documents", `${PEOPLE}---\n${PEOPLE}`, 4],
  ])("%s is not valid YAML, and its line is named", (_, text, line) => {
    expect(problemsOf(text)[0]).toMatch(new RegExp(`^tollgate\\.yml:${line}: this is not valid YAML: `));
  });

  test("aliases that would fill the memory are refused", () => {
    const bomb = [
      "a: &a [1,1,1,1,1,1,1,1,1,1]",
      ..."bcdefgh"
        .split("")
        .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[index]}`).join(",")}]`),
    ];
    expect(problemsOf(`${bomb.join("\n")}\n`)[0]).toMatch(/^tollgate\.yml:1: this cannot be read: /);
  });
});
