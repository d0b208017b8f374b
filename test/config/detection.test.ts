import { describe, expect, test } from "vitest";
import { policyForAudit } from "../../src/config/policy.ts";
import { parsePolicy } from "../../src/config/policy-file.ts";
import { otherWarnings } from "../../src/config/warnings.ts";
import { DEFAULT_DETECTION, settingsFor } from "../../src/detection/settings.ts";
import { ACCOUNT } from "../support/fixtures.ts";

const PEOPLE = "people: [{ id: ann, name: Ann Ito, slack: U0ANN, roles: [responder] }]\n";

function parse(section: string) {
  return parsePolicy({ text: `${PEOPLE}${section}`, fileName: "tollgate.yml", dataDir: "./data" });
}

function policyOf(section: string) {
  const parsed = parse(section);
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.policy;
}

function problemsOf(section: string) {
  const parsed = parse(section);
  return parsed.ok ? [] : parsed.problems;
}

test("nothing said: the defaults, on every account", () => {
  expect(settingsFor(policyOf("").detection, ACCOUNT)).toEqual(DEFAULT_DETECTION);
});

test("an account has its own settings over the general ones", () => {
  const { detection } = policyOf(`detection:
  allowedCountries: [US, CA]
  spikeFactor: 3
  ignore: [quiet-source]
  accounts:
    ${ACCOUNT}: { allowedCountries: [US, LV, LV], longCallMinutes: 90, ignore: [] }
    AC${"9".repeat(32)}:
`);
  expect(settingsFor(detection, ACCOUNT)).toEqual({
    allowedCountries: ["US", "LV"],
    baseline: "seasonal",
    spikeFactor: 3,
    spikeFloorUsd: 5,
    longCallMinutes: 90,
    ignoredThreats: [],
  });
  expect(settingsFor(detection, `AC${"9".repeat(32)}` as typeof ACCOUNT)).toMatchObject({
    allowedCountries: ["US", "CA"],
    ignoredThreats: ["quiet-source"],
  });
});

describe("a spike's factor that nobody set follows the way of reckoning", () => {
  test.each([
    ["baseline: simple", 1.2, 1.2],
    ["baseline: simple, spikeFactor: 4", 4, 4],
    [`baseline: simple, accounts: { ${ACCOUNT}: { baseline: seasonal } }`, 1.2, 2],
    [`accounts: { ${ACCOUNT}: { baseline: simple } }`, 2, 1.2],
    [`spikeFactor: 4, accounts: { ${ACCOUNT}: { baseline: simple } }`, 4, 4],
    [`accounts: { ${ACCOUNT}: { spikeFactor: 5 } }`, 2, 5],
  ])("%s: %d, there %d", (section, general, there) => {
    const { detection } = policyOf(`detection: { ${section} }\n`);
    expect(detection.spikeFactor).toBe(general);
    expect(settingsFor(detection, ACCOUNT).spikeFactor).toBe(there);
  });
});

describe("what is wrong is told with line, path, value, expectation and the nearest", () => {
  test.each([
    [
      "detection: { spikeFaktor: 3 }",
      "tollgate.yml:2: detection.spikeFaktor is not a setting (did you mean spikeFactor?)",
    ],
    [
      "detection: { spikeFactor: 1 }",
      "tollgate.yml:2: detection.spikeFactor is the number 1, expected a number from 1.05 to 100",
    ],
    [
      "detection: { baseline: simpel }",
      'tollgate.yml:2: detection.baseline is the text "simpel", expected seasonal or simple (did you mean simple?)',
    ],
    [
      "detection:\n  ignore: [quiet-sorce]",
      'tollgate.yml:3: detection.ignore[0] is the text "quiet-sorce", expected a threat such as quiet-source, errors-30007 or usage-spike-recordings (did you mean quiet-source?)',
    ],
    [
      "detection: { ignore: [reported-by-person] }",
      'tollgate.yml:2: detection.ignore[0] is the text "reported-by-person", expected a threat such as quiet-source, errors-30007 or usage-spike-recordings',
    ],
    [
      `detection:\n  accounts:\n    ${ACCOUNT}: { allowedCountries: [US, UK] }`,
      `tollgate.yml:4: detection.accounts.${ACCOUNT}.allowedCountries[1] is the text "UK", expected a country as two capital letters of ISO 3166, e.g. LV`,
    ],
    [
      `detection:\n  accounts:\n    ${ACCOUNT}: { ignored: [] }`,
      `tollgate.yml:4: detection.accounts.${ACCOUNT}.ignored is not a setting (did you mean ignore?)`,
    ],
    [
      "detection:\n  accounts:\n    AC123: { ignore: [] }",
      "tollgate.yml:4: detection.accounts.AC123 is not a name for this place, expected an account SID such as AC followed by 32 hex digits",
    ],
    [
      "detection: { accounts: [] }",
      "tollgate.yml:2: detection.accounts is an empty list, expected a mapping from account SIDs to their settings",
    ],
  ])("%s", (section, problem) => {
    expect(problemsOf(`${section}\n`)).toEqual([problem]);
  });

  test("codes and categories that have no threat of their own may be ignored", () => {
    const { detection } = policyOf("detection: { ignore: [errors-30007, usage-spike-recordings] }\n");
    expect(detection.ignoredThreats).toEqual(["errors-30007", "usage-spike-recordings"]);
  });
});

test("the digest covers it, and the audit record says what is not looked for", () => {
  const section = `detection: { accounts: { ${ACCOUNT}: { ignore: [quiet-source] } } }\n`;
  expect(policyOf(section).digest).not.toBe(policyOf("").digest);
  expect(policyForAudit(policyOf(section))).toMatchObject({
    detection: { spikeFactor: 2, ignoredThreats: [], accounts: { [ACCOUNT]: { ignoredThreats: ["quiet-source"] } } },
  });
});

test("a warning names what nobody would hear of any more", () => {
  const section = `detection: { allowedCountries: [US], accounts: { ${ACCOUNT}: { ignore: [toll-fraud, quiet-source] } } }\n`;
  expect(otherWarnings(policyOf(section), ["slack"])).toEqual([
    `detection.accounts.${ACCOUNT}.ignore: nobody will hear of toll-fraud there, however bad it is.`,
  ]);
});
