import { setTimeout as sleep } from "node:timers/promises";
import { causeWords } from "../../notice/cause-words.ts";
import { severityWord, threatWords } from "../../notice/incident-words.ts";
import type { Running, Scenario } from "../twilio/scenarios/contract.ts";
import type { TwilioStandIn } from "../twilio/start.ts";
import { CAST } from "./headless.ts";
import type { Story } from "./story.ts";
import type { Transcript } from "./transcript.ts";

export interface ScenarioParts<Asked, AskedPrivate, Approved, ApprovedPrivate> {
  readonly scenario: Scenario;
  readonly running: Running;
  readonly accountSid: string;
  readonly asking: Story<Asked, AskedPrivate>;
  readonly approving: Story<Approved, ApprovedPrivate>;
  readonly twilio: TwilioStandIn;
  readonly transcript: Transcript;
}

/** Plays people who do what fits, and answers what did not come as it should. */
export async function playScenario<Asked, AskedPrivate, Approved, ApprovedPrivate>(
  parts: ScenarioParts<Asked, AskedPrivate, Approved, ApprovedPrivate>,
): Promise<readonly string[]> {
  const { expects } = parts.scenario;
  return expects === null ? playNothing(parts) : playIncident(parts, expects);
}

async function playIncident<Asked, AskedPrivate, Approved, ApprovedPrivate>(
  parts: ScenarioParts<Asked, AskedPrivate, Approved, ApprovedPrivate>,
  expects: NonNullable<Scenario["expects"]>,
): Promise<readonly string[]> {
  const { scenario, running, asking, approving, twilio } = parts;
  const account = twilio.state.account(parts.accountSid).friendlyName;
  const { responder, approver } = CAST;
  const card = await asking.cardAppears({ threat: threatWords(expects.threat), account });
  await asking.cardSays(card, new RegExp(`^${severityWord(expects.severity)}`, "i"), `it is ${expects.severity}`);
  await asking.acknowledge(responder, card);
  for (const title of scenario.remediations) {
    const asked = await asking.ask(responder, card, title, scenario.title, account);
    const subject = new RegExp(`^${await asking.subjectOf(asked)}$`);
    await approving.approve(
      approver,
      await approving.appears(subject, `the request for ${title} where it is approved`),
    );
  }
  const problems = running.problems();
  running.stop();
  const words = causeWords(scenario.cause);
  const resolved = new RegExp(`Resolved by Ann Ito .*: ${words}`);
  await asking.sendUntil(responder, card, "Resolve…", { cause: scenario.cause }, resolved);
  parts.transcript.step(`The card says: resolved as “${words}”`);
  return problems;
}

const LOOK_EVERY_MS = 200;
/** Twilio's records are read once a minute; a reading of what was over by then has been judged a little later. */
const READ_WITHIN_MS = 150_000;
const JUDGED_WITHIN_MS = 4_000;

/** Nothing is proved by a glance: Tollgate must have read about it, and concluded nothing. */
async function playNothing<Asked, AskedPrivate, Approved, ApprovedPrivate>({
  running,
  accountSid,
  asking,
  twilio,
  transcript,
}: ScenarioParts<Asked, AskedPrivate, Approved, ApprovedPrivate>): Promise<readonly string[]> {
  const account = twilio.state.account(accountSid).friendlyName;
  const endMs = performance.now() + READ_WITHIN_MS;
  const isRead = (): boolean => {
    const lastMs = running.beats.at(-1) ?? Number.POSITIVE_INFINITY;
    const isOver = Date.now() - lastMs > 1_000;
    const reads = twilio.requests.filter(({ atMs, path }) => atMs > lastMs && path.includes(accountSid));
    return (
      isOver && ["/Usage/Records/Today", "/Messages.json"].every((end) => reads.some(({ path }) => path.includes(end)))
    );
  };
  while (!isRead()) {
    if (performance.now() > endMs) return [`waited ${READ_WITHIN_MS / 1000} s in vain for ${account} to be read`];
    await sleep(LOOK_EVERY_MS);
  }
  transcript.step(`It is over, and Tollgate has read about it: ${running.beats.length} turns`);
  await sleep(JUDGED_WITHIN_MS);
  const cards = await asking.countCards(account);
  transcript.step(cards === 0 ? "Nobody was woken up" : `${cards} incidents on ${account}`);
  return cards === 0 ? [] : [`ordinary business on ${account} led to ${cards} incidents`];
}
