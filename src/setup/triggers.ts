import { usd } from "../detection/amount.ts";
import type { DetectionSettings } from "../detection/contract.ts";
import { FEWEST_LOOK_UPS, isLookUp } from "../detection/look-ups.ts";
import { TOTAL } from "../detection/usage-categories.ts";
import { roundedUp } from "./amounts.ts";
import type { WantedTrigger } from "./contract.ts";
import type { Ordinary, OrdinaryDays } from "./ordinary.ts";

/**
 * What fraud spends, and nothing that contains another one of these (but the total): each flood is told once by its category
 * and once by the total. `calls` leaves out SIP, trunks and the Voice SDK.
 * https://www.twilio.com/docs/usage/api/usage-record#usage-categories
 */
export const WATCHED_CATEGORIES = [
  TOTAL,
  "calls-outbound",
  "calls-inbound-tollfree",
  "calls-sip-outbound",
  "calls-client",
  "trunking-termination",
  "pstnconnectivity-outbound",
  "sms-outbound",
  "mms-outbound",
  "channels-messaging-outbound",
  "channels-whatsapp",
  "verify-package-plans",
  "verify-voice-sms",
  "lookups",
] as const;

/** Money below this a day is none: the category is counted instead. */
const NO_MONEY_USD = 0.01;
/** Above the ordinary count, where a category costs nothing of its own. */
const COUNT_FLOOR = 10;
/** A known day that was higher than any ordinary one may raise the value this far above it, so that a campaign each month is no alarm. */
const CAMPAIGN = { above: 1.1, atMost: 1.5 } as const;

export interface History {
  readonly days: OrdinaryDays;
  /** It exists for a few days only: nothing can be called "never used" yet. */
  readonly isYoung: boolean;
}

/** One trigger for each category that fraud spends in, and the total. */
export function wantedTriggers(
  { days, isYoung }: History,
  settings: Pick<DetectionSettings, "spikeFactor" | "spikeFloorUsd">,
): readonly WantedTrigger[] {
  return WATCHED_CATEGORIES.flatMap((category) => {
    const ordinary = days[category];
    if (ordinary === undefined && category !== TOTAL) return isYoung ? [] : [neverUsed(category)];
    return [used(category, ordinary, settings)];
  });
}

function neverUsed(category: string): WantedTrigger {
  const fewest = isLookUp(category) ? FEWEST_LOOK_UPS : 1;
  return { category, measure: "count", exactly: fewest, value: fewest, why: "this account does not use it" };
}

function used(
  category: string,
  ordinary: Ordinary | undefined,
  { spikeFactor, spikeFloorUsd }: Pick<DetectionSettings, "spikeFactor" | "spikeFloorUsd">,
): WantedTrigger {
  const busiestUsd = ordinary?.busiest.spendUsd ?? 0;
  const highestUsd = ordinary?.highest.spendUsd ?? 0;
  if (category !== TOTAL && highestUsd < NO_MONEY_USD && ordinary !== undefined) {
    const floor = isLookUp(category) ? FEWEST_LOOK_UPS : COUNT_FLOOR;
    const exactly = above(ordinary.busiest.count, ordinary.highest.count, spikeFactor, floor);
    const why = `a busy ordinary day has ${Math.round(ordinary.busiest.count)}, without a price`;
    return { category, measure: "count", exactly, value: roundedUp(exactly), why };
  }
  const exactly = above(busiestUsd, highestUsd, spikeFactor, spikeFloorUsd);
  const why = busiestUsd === 0 ? "hardly any spend so far" : `a busy ordinary day is ${usd(toCents(busiestUsd))}`;
  return { category, measure: "price", exactly, value: roundedUp(exactly), why };
}

function above(busiest: number, highest: number, factor: number, floor: number): number {
  const spike = Math.max(busiest * factor, busiest + floor);
  return Math.max(spike, Math.min(highest * CAMPAIGN.above, spike * CAMPAIGN.atMost));
}

function toCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
