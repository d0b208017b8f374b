import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../src/config/policy-file.ts";
import type { Alert } from "../../src/detection/contract.ts";
import { proposeConfig } from "../../src/detection/proposal.ts";
import { DEFAULT_DETECTION, settingsFor } from "../../src/detection/settings.ts";
import { KNOWN_THREATS, REPORTED_BY_PERSON } from "../../src/detection/threats.ts";
import { ACCOUNT, alertFixture } from "../support/fixtures.ts";

const settings = { ...DEFAULT_DETECTION, allowedCountries: ["US", "CA"] };

function proposed(changes: Partial<Alert>, own = settings) {
  return proposeConfig(alertFixture({ countries: [], reportedTodayUsd: null, ...changes }), own, ACCOUNT);
}

/** What the account's settings are once somebody wrote it into the file. */
function settingsAfter(yaml: string) {
  const text = `people: [{ id: ann, name: Ann Ito, slack: U0ANN, roles: [responder] }]\n${yaml}`;
  const parsed = parsePolicy({ text, fileName: "tollgate.yml", dataDir: "./data" });
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return settingsFor(parsed.policy.detection, ACCOUNT);
}

test("traffic to new countries: allows them on this account, beside those that were allowed", () => {
  const answer = proposed({ threat: "toll-fraud", countries: ["LV", "US"] });
  expect(answer).toEqual({
    yaml: `detection:\n  accounts:\n    ${ACCOUNT}:\n      allowedCountries: [US, CA, LV]\n`,
    why: "Traffic to Latvia counts as normal on this account from then on.",
  });
});

describe("more money than usual", () => {
  test("a multiple of what is usual: raises the factor just above it", () => {
    const answer = proposed({
      threat: "spend-spike",
      reportedTodayUsd: 90,
      money: { perHourUsd: null, lostTodayUsd: 55 },
    });
    expect(answer?.yaml).toContain("spikeFactor: 3\n");
    expect(answer?.why).toMatch(/^Up to 3 times what is usual is no spike .* instead of 2 times\.$/);
  });

  test("where nothing is usual: raises the floor above what was spent", () => {
    const answer = proposed({
      threat: "unused-product",
      reportedTodayUsd: 80,
      money: { perHourUsd: 4, lostTodayUsd: 80 },
    });
    expect(answer?.yaml).toContain("spikeFloorUsd: 100\n");
    expect(answer?.why).toContain("Less than 100 USD a day");
  });

  test("a usage trigger that somebody set: nothing here would change it", () => {
    expect(proposed({ threat: "toll-fraud", reportedTodayUsd: 63 })).toBeNull();
  });
});

test("what is only noise is ignored on this account", () => {
  const own = { ...settings, ignoredThreats: ["errors-30007"] };
  expect(proposed({ threat: "quiet-source" }, own)).toEqual({
    yaml: `detection:\n  accounts:\n    ${ACCOUNT}:\n      ignore: [errors-30007, quiet-source]\n`,
    why: expect.stringMatching(/^“Tollgate hears too little: .*” is not raised on this account any more/),
  });
});

test("nobody is told to be deaf to fraud, takeovers and ports", () => {
  const dangerous = KNOWN_THREATS.filter((threat) => proposed({ threat })?.yaml.includes("ignore") !== true);
  expect(dangerous).toEqual(
    expect.arrayContaining(["account-takeover", "ported-out", "toll-fraud", "messaging-pumping"]),
  );
  expect(proposed({ threat: REPORTED_BY_PERSON })).toBeNull();
});

test("whatever is proposed can be written into the file, and changes what it says", () => {
  const money = { perHourUsd: 1, lostTodayUsd: 40 };
  for (const threat of [...KNOWN_THREATS, "errors-30007", "usage-spike-recordings"]) {
    for (const changes of [{}, { countries: ["LV"] }, { money }, { money, reportedTodayUsd: 60 }]) {
      const answer = proposed({ threat, ...changes });
      if (answer !== null) expect(settingsAfter(answer.yaml)).not.toEqual(settingsAfter(""));
    }
  }
});
