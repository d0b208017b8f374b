import type { AccountSid } from "../lib/id.ts";
import type { Applied } from "../setup/applied.ts";
import type { Surveyed } from "../setup/survey-all.ts";
import type { Output } from "./output.ts";
import type { AppliedTo, ApplyOutcome } from "./setup-apply.ts";
import { accountTitle, countsOf, countWords, failureLine, planLines, skippedLine } from "./setup-lines.ts";
import type { Stopped } from "./setup-stop.ts";
import { isAsItShouldBe } from "./setup-verdict.ts";
import { upkeepIsOff, upkeepIsPartial } from "./upkeep-words.ts";

type Say = Output["say"];

const BEGINS_AGAIN = "`setup --apply` begins upkeep again.";

export function tellPlan(surveyed: readonly Surveyed[], say: Say): void {
  for (const one of surveyed) {
    if (one.kind === "looked") for (const line of planLines(one.account, one.look.plan)) say(line);
    else say(skippedLine(one.account, one.kind === "suspended" ? one.kind : one.fault));
  }
}

export function planSummary(surveyed: readonly Surveyed[]): string {
  const plans = surveyed.flatMap((one) => (one.kind === "looked" ? [one.look.plan] : []));
  const steps = plans.flatMap((plan) => plan.steps);
  const kept = plans.reduce((sum, plan) => sum + plan.kept, 0);
  const unmet = plans.reduce((sum, plan) => sum + plan.unmet, 0);
  const on = `on ${plans.length === 1 ? "1 account" : `${plans.length} accounts`}`;
  if (unmet > 0) {
    const todo = steps.length === 0 ? "Nothing can be changed" : countWords(countsOf(steps), "to-do");
    return `${todo} ${on}; there is no room for ${unmet} more; ${kept} are as they should be.`;
  }
  if (steps.length === 0) return `Nothing has to change ${on}: ${kept} tripwires are as they should be.`;
  return `${countWords(countsOf(steps), "to-do")} ${on}; ${kept} are as they should be.`;
}

export function tellResult(result: AppliedTo, say: Say): void {
  if (result.kind !== "mended" || result.mended === null) return;
  const { done, failed, waiting } = result.mended;
  say(`${accountTitle(result.account)}: ${countWords(countsOf(done), "done")}`);
  for (const one of failed) say(failureLine(one));
  if (waiting.length > 0) say("  WAITS    for its Event Streams sink to become active");
}

export function tellOutcome(
  { results, unheard, applied, begins }: ApplyOutcome,
  active: readonly AccountSid[],
  publicUrl: string,
  say: Say,
): void {
  const done = results.flatMap((result) => (result.kind === "mended" ? (result.mended?.done ?? []) : []));
  say(done.length === 0 ? "Nothing had to change." : `${countWords(countsOf(done), "done")}.`);
  if (begins) say("From now on Tollgate keeps them by itself, every day; `setup --stop` ends that.");
  const partial = upkeepIsPartial(applied, active);
  if (partial !== null) say(partial);
  const open = results.filter((result) => !isAsItShouldBe(result)).length;
  if (open > 0) {
    say(
      `${open === 1 ? "1 account is" : `${open} accounts are`} not as they should be yet: run \`setup --apply\` again.`,
    );
  }
  if (unheard.length === 0) return;
  say(
    `Twilio's test event has not arrived for ${unheard.length === 1 ? "1 account" : `${unheard.length} accounts`} (${unheard[0]?.friendlyName ?? ""} …): ` +
      `start Tollgate, see that ${publicUrl}/twilio/events/… reaches it from outside (\`tollgate doctor\` tries), and run \`setup --apply\` again.`,
  );
}

/** How it stands with upkeep, unless all is kept. */
export function tellUpkeep(applied: Applied | null, active: readonly AccountSid[], say: Say): void {
  if (applied === null) say("Nobody has run `setup --apply` yet, so Tollgate keeps no tripwires by itself.");
  else if (applied.stopped !== null) say(`${upkeepIsOff(applied.stopped)} \`setup --apply\` begins it again.`);
  else {
    const partial = upkeepIsPartial(applied, active);
    if (partial !== null) say(partial);
  }
}

export function tellStopped({ applied, isNew }: Stopped, say: Say): void {
  if (applied === null) {
    say("There is no upkeep to stop: nobody has run `setup --apply` yet.");
    return;
  }
  if (isNew) {
    say("Upkeep is off. Every tripwire stays where it is and is heard as before; nobody renews it or puts it back.");
  } else if (applied.stopped !== null) say(`Nothing had to change. ${upkeepIsOff(applied.stopped)}`);
  say(BEGINS_AGAIN);
}
