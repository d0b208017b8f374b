import type { Scene } from "./contract.ts";

/**
 * Where the income of pumped messages and codes is shared: the countries that Twilio itself calls high-risk for messages, and those
 * that operators report again and again. Ordinary for some accounts, hence never judged alone.
 * https://www.twilio.com/docs/messaging/guides/sms-geo-permissions, https://www.twilio.com/docs/verify/preventing-toll-fraud
 */
const COUNTRIES: ReadonlySet<string> = new Set([
  // High-risk by Twilio's own list.
  ...["AZ", "BD", "DZ", "IL", "LK", "NG", "OM", "PK", "PS", "TJ", "TN"],
  // Asia
  ...["AF", "BT", "ID", "IQ", "JO", "KG", "KH", "KW", "LA", "LB", "MM", "MN", "NP", "SY", "TM", "UZ", "VN", "YE"],
  // Africa
  ...["BF", "BI", "BJ", "CD", "CI", "CM", "EG", "ET", "GH", "GN", "LY", "MA", "MG", "ML", "MR", "MW", "MZ", "NE", "SD"],
  ...["SL", "SN", "SO", "TD", "TG", "UG", "ZM", "ZW"],
  // Europe
  ...["BY", "LV", "LT"],
]);

/** Below this nobody knows which countries are usual. */
export const DESTINATIONS_KNOWN_FROM_DAYS = 7;

function isPumpingDestination(country: string): boolean {
  return COUNTRIES.has(country);
}

/** Whether nothing of ours should go there: neither allowed nor ever reached, as far as that is known. */
export function isStrangeToMessages(
  country: string,
  { baseline, settings }: Pick<Scene, "baseline" | "settings">,
): boolean {
  if (settings.allowedCountries.includes(country)) return false;
  if (baseline?.destinations.some((one) => one.medium === "messages" && one.country === country) === true) return false;
  const isKnown = baseline !== null && baseline.destinationDays >= DESTINATIONS_KNOWN_FROM_DAYS;
  return isKnown || settings.allowedCountries.length > 0 || isPumpingDestination(country);
}

/** The same of one-time codes. Verify sends them itself: no log of ours says which countries are usual. */
export function isStrangeToCodes(
  country: string,
  { baseline, settings }: Pick<Scene, "baseline" | "settings">,
): boolean {
  if (settings.allowedCountries.includes(country)) return false;
  if (baseline?.destinations.some((one) => one.country === country) === true) return false;
  return settings.allowedCountries.length > 0 || isPumpingDestination(country);
}
