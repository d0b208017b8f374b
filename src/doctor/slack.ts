import type { RehearsalStep } from "../chat/platform.ts";
import { createSlackApi } from "../chat/slack/api.ts";
import { createIdentity } from "../chat/slack/identity.ts";
import { createSlack } from "../chat/slack/slack.ts";
import { createVerifier } from "../chat/slack/verify.ts";
import type { Config, Policy } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { createLog } from "../lib/log.ts";
import { type Finding, missing, ok, warning } from "./contract.ts";
import { nobody } from "./nobody.ts";

type SlackEnvironment = NonNullable<Config["environment"]["slack"]>;

const TIMEOUT_MS = 10_000;
/** Each costs a call. */
const PEOPLE_LOOKED_AT = 50;

const BARRED = {
  guest: "is a guest there",
  bot: "is a bot there",
  "other-workspace": "is of another workspace",
  "unknown-user": "is not known there, or has left",
} as const;

/** Posts, edits, reads back and deletes a test card in each channel, and asks whether Slack knows the people. */
export async function* lookAtSlack(slack: SlackEnvironment, policy: Policy): AsyncGenerator<Finding> {
  const log = createLog("silent");
  const app = await createSlack({
    ...slack,
    routedChannels: () => policy.channels.flatMap((rule) => rule.slack ?? []),
    roster: () => ({ slackIdOf: () => null, isKnown: () => false }),
    handlers: nobody,
    clock: systemClock,
    log,
  });
  try {
    const steps = await app.rehearse();
    yield* steps.map(rehearsed);
    // With a token that does not work nobody is known.
    if (steps[0]?.problem === null) yield* await strangers(slack, policy);
  } finally {
    await app.close();
  }
}

export function rehearsed({ name, problem }: RehearsalStep): Finding {
  return problem === null ? ok(`${name}.`) : missing(`${name}: ${problem}`);
}

async function strangers({ botToken, apiUrl }: SlackEnvironment, policy: Policy): Promise<readonly Finding[]> {
  const log = createLog("silent");
  const api = createSlackApi({ botToken, apiUrl, timeoutMs: TIMEOUT_MS, clock: systemClock, log });
  const verify = createVerifier({ api, identity: createIdentity(api), isKnown: () => true, clock: systemClock, log });
  const found: Finding[] = [];
  for (const { id, slack } of policy.people.slice(0, PEOPLE_LOOKED_AT)) {
    if (slack === null) continue;
    const { barred } = await verify({ userId: slack, teamIds: [] });
    if (barred !== null) found.push(warning(`people: ${id} can do nothing in Slack: ${slack} ${BARRED[barred]}.`));
  }
  return found;
}
