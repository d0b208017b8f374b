import { chmodSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isThreat } from "../../../src/detection/threats.ts";
import { remediations } from "../../../src/remediation/index.ts";
import { runDemo } from "../../../src/sandbox/demo.ts";
import { castOf } from "../../../src/sandbox/twilio/scenarios/cast.ts";
import { scenarios } from "../../../src/sandbox/twilio/scenarios/index.ts";
import { listening } from "../../../src/sandbox/twilio/scenarios/listening.ts";
import { seedAcme } from "../../../src/sandbox/twilio/seed.ts";
import { startTwilioStandIn } from "../../../src/sandbox/twilio/start.ts";
import { newFolder } from "../../cli/tollgate.ts";

const PUBLIC_URL = "https://bot.example.com";

describe("every scenario", () => {
  const titles = remediations.map(({ title }) => title);
  const { cast, seed } = castOf(seedAcme(), PUBLIC_URL, Date.now());

  test.each(scenarios)("$name is aimed at an account of its own kind, and knows what should come of it", (scenario) => {
    expect(scenarios.filter(({ name }) => name === scenario.name)).toHaveLength(1);
    expect(seed.accounts.map(({ sid }) => sid)).toContain(scenario.target(cast));
    if (scenario.expects !== null) expect(isThreat(scenario.expects.threat)).toBe(true);
    for (const title of scenario.remediations) expect(titles).toContain(title);
  });

  test.concurrent.each(scenarios)(
    "$name begins by the stand-in's own rules, and ends when it is stopped",
    async (scenario) => {
      const standIn = await startTwilioStandIn({ seed });
      try {
        const running = scenario.begin(standIn, scenario.target(cast));
        await expect.poll(() => running.beats.length, { timeout: 5_000 }).toBeGreaterThan(0);
        running.stop();
        const { length } = running.beats;
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(running.beats.length).toBe(length);
      } finally {
        await standIn.close();
      }
    },
  );

  test("what they count with before they begin is no secret of theirs: the API shows its sinks and its porting webhook", async () => {
    const standIn = await startTwilioStandIn({ seed });
    listening(standIn, cast, PUBLIC_URL);
    const destinations = [...standIn.state.sinks.values()].map(({ configuration }) => configuration["destination"]);
    expect(destinations.toSorted()).toEqual(
      seed.accounts.map(({ sid }) => `${PUBLIC_URL}/twilio/events/${sid}`).toSorted(),
    );
    expect(standIn.state.account(cast.acme.parent.sid).porting?.portOutUrl).toContain("/twilio/porting/");
    await standIn.close();
  });
});

test("one plays by itself: the number that left is a critical incident, which people resolve", {
  timeout: 120_000,
}, async () => {
  const dataDir = newFolder();
  chmodSync(dataDir, 0o755);
  const lines: string[] = [];
  const code = await runDemo({
    isHeadless: true,
    where: "slack",
    scenario: "port-out",
    dataDir,
    logLevel: "silent",
    write: (line) => lines.push(line),
    untilStopped: new Promise(() => {}),
  });
  expect([code, lines.filter((line) => line.includes("WRONG"))]).toEqual([0, []]);
  expect(lines.join("\n")).toContain("resolved as “Something else”");
});

test("a name that is none plays nothing, and says what there is", async () => {
  const lines: string[] = [];
  const code = await runDemo({
    isHeadless: true,
    where: "slack",
    scenario: "nonsense",
    dataDir: newFolder(),
    logLevel: "silent",
    write: (line) => lines.push(line),
    untilStopped: new Promise(() => {}),
  });
  expect(code).toBe(1);
  for (const { name } of scenarios) expect(lines.join()).toContain(name);
});
