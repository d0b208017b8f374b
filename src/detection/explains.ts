import type { Threat } from "./contract.ts";
import { DELIVERY_ERRORS } from "./message-traffic.ts";
import { errorsOfCode, isUsageSpike } from "./threats.ts";

/** Money of one kind runs away: what is seen of it from afar is no second incident. */
const FRAUD: readonly Threat[] = [
  "toll-fraud",
  "inbound-call-pumping",
  "messaging-pumping",
  "verify-pumping",
  "lookup-abuse",
];

/** The same money, seen from afar: more than usual, where there was none. */
const SEEN_FROM_AFAR: readonly Threat[] = ["dormant-account", "unused-product", "spend-spike"];

/** Messages that reach nobody are how pumping looks in the error log. */
const OF_PUMPING: readonly Threat[] = DELIVERY_ERRORS.map(errorsOfCode);

/**
 * Whether somebody who works on `known` knows what `heard` says: then `heard` is evidence there and no incident of its own.
 * Only from the special to the general, never back: a card that says "unusual spend" must not swallow the news that it is toll fraud.
 */
export function explains(known: Threat, heard: Threat): boolean {
  if (known === heard) return false;
  if (FRAUD.includes(known) && SEEN_FROM_AFAR.includes(heard)) return true;
  switch (known) {
    case "toll-fraud":
      return heard === "permission-opened";
    case "messaging-pumping":
      return heard === "permission-opened" || OF_PUMPING.includes(heard);
    case "dormant-account":
    case "unused-product":
      return heard === "spend-spike" || (known === "dormant-account" && isUsageSpike(heard));
    case "account-takeover":
      return heard === "refused-credentials" || heard === "permission-opened";
    default:
      return false;
  }
}
