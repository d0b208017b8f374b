import { createSlackApi } from "../chat/slack/api.ts";
import { createIdentity } from "../chat/slack/identity.ts";
import { createVerifier } from "../chat/slack/verify.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { createLog } from "../lib/log.ts";
import { lookAtPlatform } from "./chat.ts";
import { type Finding, warning } from "./contract.ts";

const TIMEOUT_MS = 10_000;
/** Each costs a call. */
const PEOPLE_LOOKED_AT = 50;

const BARRED = {
  guest: "is a guest there",
  bot: "is a bot there",
  "other-workspace": "is of another workspace",
  "unknown-user": "is not known there, or has left",
} as const;

/** What every platform is asked, and whether Slack knows the people: a wrong member id shows nowhere else before it matters. */
export async function* lookAtSlack(config: Config): AsyncGenerator<Finding> {
  const knowsUs = yield* lookAtPlatform("slack", config);
  if (knowsUs) yield* strangers(config);
}

async function* strangers({ environment: { slack }, policy }: Config): AsyncGenerator<Finding> {
  if (slack === undefined) return;
  const log = createLog("silent");
  const api = createSlackApi({ ...slack, timeoutMs: TIMEOUT_MS, clock: systemClock, log });
  const verify = createVerifier({ api, identity: createIdentity(api), isKnown: () => true, clock: systemClock, log });
  for (const person of policy.people.slice(0, PEOPLE_LOOKED_AT)) {
    if (person.slack === null) continue;
    const { barred } = await verify({ userId: person.slack, teamIds: [] });
    if (barred === null) continue;
    yield warning(`people: ${person.id} can do nothing in Slack, as ${person.slack} ${BARRED[barred]}.`);
  }
}
