import { doorUrl, isOurs } from "./addresses.ts";
import type { AccountState, Addresses, Plan, Step, Wanted } from "./contract.ts";
import { planSink } from "./plan-sink.ts";
import { planTriggers } from "./plan-triggers.ts";

/** Twilio's name for the one event that a theft of a number ends with. */
const PORTED_OUT = "PortOutPhoneNumberCompleted";

/**
 * What has to change on an account so that it has what it should. Pure, and from Twilio's state alone: whatever an interrupted
 * run left half made is seen and finished by the next one. The same state and wishes give no step.
 *
 * Nothing that is not ours is touched: ours call this Tollgate and are named after it.
 */
export function planOf(state: AccountState, wanted: Wanted, addresses: Addresses): Plan {
  const parts = [
    planTriggers(state, wanted.triggers, addresses),
    planSink(state, wanted.eventTypes, addresses),
    planPorting(state, addresses),
  ];
  return {
    steps: parts.flatMap(({ steps }) => steps),
    kept: parts.reduce((sum, { kept }) => sum + kept, 0),
    unmet: parts.reduce((sum, { unmet }) => sum + unmet, 0),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

/** Nothing has to change on it, and nothing is missing. */
export function isMet({ steps, unmet }: Plan): boolean {
  return steps.length === 0 && unmet === 0;
}

/** One for the main account, which covers its subaccounts. Somebody else's is left alone: they have their reasons. */
function planPorting({ account, porting }: AccountState, addresses: Addresses): Plan {
  if (porting === undefined) return { steps: [], kept: 0, unmet: 0, notes: [] };
  const url = doorUrl(addresses.publicUrl, "porting", account.sid);
  const { portInUrl = null, portOutUrl = null, notificationsOf = [] } = porting ?? {};
  const tells = notificationsOf.length === 0 || notificationsOf.includes(PORTED_OUT);
  if (portOutUrl === url && tells) return { steps: [], kept: 1, unmet: 0, notes: [] };
  if (portOutUrl !== null && !isOurs(portOutUrl, addresses, "porting", account.sid)) {
    return {
      steps: [],
      kept: 0,
      unmet: 0,
      notes: [
        `The porting webhook calls ${portOutUrl} and is left alone: let that forward to ${url}, or take it away and run this again.`,
      ],
    };
  }
  const isNew = portOutUrl === null && portInUrl === null;
  const step: Step = {
    kind: "set-porting-webhook",
    webhook: {
      portInUrl,
      portOutUrl: url,
      notificationsOf: isNew ? [PORTED_OUT] : tells ? notificationsOf : [...notificationsOf, PORTED_OUT],
    },
    why:
      portOutUrl === null
        ? "nobody hears when a number leaves"
        : portOutUrl === url
          ? "it does not tell of numbers that left"
          : "PUBLIC_URL is another one now",
  };
  return { steps: [step], kept: 0, unmet: 0, notes: [] };
}
