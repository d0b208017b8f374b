import type { DemoStage } from "./demo-stage.ts";
import { type Played, playHeadless } from "./story/headless.ts";
import { playScenario } from "./story/scenario-play.ts";
import { type Patience, Story } from "./story/story.ts";
import { partOf, type Transcript } from "./story/transcript.ts";
import { createTurns } from "./story/turns.ts";
import type { Running, Scenario } from "./twilio/scenarios/contract.ts";
import { tollFraud } from "./twilio/scenarios/toll-fraud.ts";

const ALONE: Patience = { withinMs: 30_000, lookEveryMs: 40 };
/** Many incidents share a channel that takes a message a second, and a machine. */
const AMONG: Patience = { withinMs: 120_000, lookEveryMs: 300 };

/**
 * Plays the people of every scenario at the same time, each person doing one thing at a time. Across both platforms Ann asks in
 * Slack and Ben approves in Teams.
 */
export async function playScenarios(
  stage: DemoStage,
  chosen: readonly Scenario[],
  transcript: Transcript,
  begin: (scenario: Scenario) => Running,
): Promise<Played> {
  const { slack, teams } = stage;
  if (slack !== undefined && teams !== undefined)
    transcript.step("Ann Ito is in Slack; Ben Okafor and Cem Demir are in Teams");
  const turns = createTurns();
  const isAlone = chosen.length === 1;
  const told = await Promise.allSettled(
    chosen.map(async (scenario): Promise<Played> => {
      const own = isAlone ? transcript : partOf(transcript, scenario.name);
      const parts = { transcript: own, turns, patience: isAlone ? ALONE : AMONG };
      const onSlack = slack === undefined ? undefined : new Story({ door: slack, ...parts });
      const onTeams = teams === undefined ? undefined : new Story({ door: teams, ...parts });
      const play = <A, B, C, D>(asking: Story<A, B>, approving: Story<C, D>) =>
        playOne(stage, scenario, own, begin, asking, approving);
      if (onSlack !== undefined && onTeams !== undefined) return play(onSlack, onTeams);
      if (onSlack !== undefined) return play(onSlack, onSlack);
      if (onTeams !== undefined) return play(onTeams, onTeams);
      throw new Error("the stage has no chat platform");
    }),
  );
  const problems = told.flatMap((one, index) => {
    const name = isAlone ? "" : `${chosen[index]?.name}: `;
    const found = one.status === "fulfilled" ? one.value.problems : [String(one.reason)];
    return found.map((problem) => `${name}${problem}`);
  });
  return { problems, newestAuditLine: await newestAuditLine(stage) };
}

async function playOne<A, B, C, D>(
  { twilio, cast }: DemoStage,
  scenario: Scenario,
  transcript: Transcript,
  begin: (scenario: Scenario) => Running,
  asking: Story<A, B>,
  approving: Story<C, D>,
): Promise<Played> {
  const rest = { asking, approving, twilio, transcript };
  if (scenario === tollFraud) return playHeadless({ ...rest, acme: cast.acme, begin: () => begin(scenario) });
  const running = begin(scenario);
  const accountSid = scenario.target(cast);
  return { problems: await playScenario({ ...rest, scenario, running, accountSid }), newestAuditLine: "" };
}

/** What the record is compared with. */
async function newestAuditLine({ slack, teams }: DemoStage): Promise<string> {
  const room = await (slack ?? teams)?.look();
  return room?.auditLines.at(-1) ?? "";
}
