import { doorUrl, isOurs } from "./addresses.ts";
import { isNearEnough } from "./amounts.ts";
import type { AccountState, Addresses, Plan, Step, UsageTrigger, WantedTrigger } from "./contract.ts";
import { OUR_NAME } from "./names.ts";
import { amountWords } from "./words.ts";

/** https://www.twilio.com/docs/usage/api/usage-trigger: inactive ones count until they are deleted. */
const MOST_TRIGGERS = 1_000;

/** One trigger of ours for each wanted category: the nearest that is there, if it is near enough, else a new one. */
export function planTriggers(
  { account, triggers }: AccountState,
  wanted: readonly WantedTrigger[],
  addresses: Addresses,
): Plan {
  const ours = triggers.filter(
    ({ friendlyName, callbackUrl }) =>
      friendlyName.startsWith(OUR_NAME) && isOurs(callbackUrl, addresses, "usage-trigger", account.sid),
  );
  const url = doorUrl(addresses.publicUrl, "usage-trigger", account.sid);
  const creations: Step[] = [];
  const deletions: Step[] = [];
  let kept = 0;
  for (const trigger of wanted) {
    const there = ours.filter(({ category }) => category === trigger.category);
    const fitting = there.filter((candidate) => fits(candidate, trigger, url)).sort(nearestTo(trigger.exactly))[0];
    if (fitting === undefined) {
      creations.push({ kind: "create-trigger", trigger, replaces: there, why: whyNew(there, trigger, url) });
      continue;
    }
    kept += 1;
    for (const surplus of there) {
      // Left by a run that was interrupted between making the new one and deleting the old one.
      if (surplus !== fitting) deletions.push({ kind: "delete-trigger", trigger: surplus, why: "replaced already" });
    }
  }
  for (const trigger of ours) {
    if (wanted.some(({ category }) => category === trigger.category)) continue;
    deletions.push({ kind: "delete-trigger", trigger, why: "no longer watched by itself" });
  }
  const room = MOST_TRIGGERS - triggers.length + deletions.length;
  if (creations.length <= room) return { steps: [...deletions, ...creations], kept, unmet: 0, notes: [] };
  const possible = creations.slice(0, Math.max(0, room));
  return {
    steps: [...deletions, ...possible],
    kept,
    unmet: creations.length - possible.length,
    notes: [
      `The account has ${triggers.length} of at most ${MOST_TRIGGERS} usage triggers: delete those that fired long ago and run this again.`,
    ],
  };
}

function fits(trigger: UsageTrigger, wanted: WantedTrigger, url: string): boolean {
  return (
    trigger.callbackUrl === url &&
    trigger.recurring === "daily" &&
    trigger.measure === wanted.measure &&
    isNearEnough(trigger.value, wanted.exactly)
  );
}

function nearestTo(exactly: number) {
  const distance = ({ value }: UsageTrigger) => Math.abs(value - exactly);
  return (one: UsageTrigger, other: UsageTrigger) => distance(one) - distance(other) || (one.sid < other.sid ? -1 : 1);
}

function whyNew(there: readonly UsageTrigger[], wanted: WantedTrigger, url: string): string {
  const [old] = there;
  if (old === undefined) return wanted.why;
  if (old.callbackUrl !== url) return "PUBLIC_URL is another one now";
  return `${wanted.why}; it was ${amountWords(old)}`;
}
