import type { AccountSid } from "../lib/id.ts";
import { quantity, usd } from "./amount.ts";
import type { Alert, DetectionSettings, Threat } from "./contract.ts";
import { countryName, listed } from "./phrase.ts";
import { isUsageSpike, threatTitle } from "./threats.ts";

/** What to write into `tollgate.yml` so that the same is not raised again. */
export interface ConfigProposal {
  /** The section as it would be alone in the file: what is there already stays beside it. */
  readonly yaml: string;
  /** One sentence: what it changes, and what it costs. */
  readonly why: string;
}

type Key = "allowedCountries" | "spikeFactor" | "spikeFloorUsd" | "longCallMinutes" | "ignore";

/** Traffic to countries is what they are about. */
const BY_COUNTRY: readonly Threat[] = [
  "toll-fraud",
  "permission-opened",
  "messaging-pumping",
  "verify-pumping",
  "inbound-call-pumping",
  "blocked-destinations",
];

/** Money above what is usual is what they are about. */
const BY_MONEY: readonly Threat[] = [
  "spend-spike",
  "unused-product",
  "dormant-account",
  "lookup-abuse",
  "toll-fraud",
  "messaging-pumping",
  "verify-pumping",
  "inbound-call-pumping",
];

/** No setting makes these safe to be deaf to: they are rare, and each of them is looked at. */
const NEVER_IGNORED: readonly Threat[] = [
  ...BY_COUNTRY,
  ...BY_MONEY,
  "account-takeover",
  "ported-out",
  "reported-by-person",
];

/** A factor that would let nearly everything through is not proposed: a floor says how much money that is. */
const MAX_FACTOR = 6;
/** Above what was seen, so that the next day like it is not raised. */
const ROOM = 1.2;

/**
 * The change of configuration after which this would not have been raised, for the account alone; null when there is none that
 * would be safe. Pure; a person decides and writes it.
 */
export function proposeConfig(
  alert: Alert,
  settings: DetectionSettings,
  accountSid: AccountSid,
): ConfigProposal | null {
  const { threat } = alert;
  const newCountries = alert.countries.filter((country) => !settings.allowedCountries.includes(country));
  if (BY_COUNTRY.includes(threat) && newCountries.length > 0) {
    const allowed = [...settings.allowedCountries, ...newCountries];
    const names = listed(newCountries.map(countryName));
    return proposal(
      accountSid,
      "allowedCountries",
      inline(allowed),
      `Traffic to ${names} counts as normal on this account from then on.`,
    );
  }
  if (BY_MONEY.includes(threat) || isUsageSpike(threat)) return byMoney(alert, settings, accountSid);
  if (NEVER_IGNORED.includes(threat)) return null;
  const ignored = [...new Set([...settings.ignoredThreats, threat])];
  return proposal(
    accountSid,
    "ignore",
    inline(ignored),
    `“${threatTitle(threat)}” is not raised on this account any more, however bad it is.`,
  );
}

function byMoney(
  { money, reportedTodayUsd }: Alert,
  { spikeFactor, spikeFloorUsd }: DetectionSettings,
  accountSid: AccountSid,
): ConfigProposal | null {
  // Somebody's own usage trigger fired: its value is not ours to propose.
  if (money === undefined || money.lostTodayUsd <= 0) return null;
  const usualUsd = reportedTodayUsd === null ? 0 : reportedTodayUsd - money.lostTodayUsd;
  const factor =
    usualUsd > 0 && reportedTodayUsd !== null ? roundedUp(reportedTodayUsd / usualUsd, 0.5) : Number.POSITIVE_INFINITY;
  if (factor <= MAX_FACTOR) {
    const proposed = Math.max(factor, roundedUp(spikeFactor + 0.5, 0.5));
    return proposal(
      accountSid,
      "spikeFactor",
      String(proposed),
      `Up to ${quantity(proposed)} times what is usual is no spike on this account any more, instead of ${quantity(spikeFactor)} times.`,
    );
  }
  const floor = Math.max(roundedUp(money.lostTodayUsd * ROOM, 10), roundedUp(spikeFloorUsd + 1, 10));
  return proposal(
    accountSid,
    "spikeFloorUsd",
    String(floor),
    `Less than ${usd(floor)} a day above what is usual is nobody's incident on this account any more, instead of ${usd(spikeFloorUsd)}.`,
  );
}

function proposal(accountSid: AccountSid, key: Key, value: string, why: string): ConfigProposal {
  return { yaml: `detection:\n  accounts:\n    ${accountSid}:\n      ${key}: ${value}\n`, why };
}

function inline(words: readonly string[]): string {
  return `[${words.join(", ")}]`;
}

function roundedUp(value: number, step: number): number {
  return Math.ceil(value / step - 1e-9) * step;
}
