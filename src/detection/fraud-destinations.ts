/**
 * Where the income of toll fraud is shared, by Twilio's own guide and the reports of carriers: ordinary for some accounts, hence never
 * judged without an account's history. https://www.twilio.com/docs/usage/anti-fraud-developer-guide
 */
const COUNTRIES: ReadonlySet<string> = new Set([
  // Europe
  ...["LV", "LT", "RS"],
  // Africa
  ...["SO", "CD", "CG", "TD", "GM", "SL", "GN", "GW", "LR", "BI", "KM", "MG", "ST", "TN", "ZW"],
  // Islands of the Pacific
  ...["CK", "FJ", "FM", "KI", "MH", "NC", "NR", "NU", "PF", "PG", "PW", "SB", "TK", "TO", "TV", "VU", "WF", "WS"],
  // Islands of the Caribbean
  ...["AG", "AI", "AW", "BB", "BQ", "CU", "CW", "DM", "GD", "HT", "JM", "KN", "KY", "LC", "MS", "TC", "TT", "VC", "VG"],
  // Islands elsewhere
  ...["AC", "FK", "MV", "SH"],
]);

export function isFraudDestination(country: string): boolean {
  return COUNTRIES.has(country);
}

/**
 * Numbers that earn by every minute, wherever they are: premium rate, satellite and international networks, personal numbers.
 * https://www.itu.int/pub/T-SP-E.164D
 */
const PREMIUM =
  /^\+(979|808|87\d|88[123]|1900|1976|44(9|87|70)|33(89|8[12])|49(900|137)|39(89|17)|34(80[367]|90[57])|371(81|9)|370(70|90)|381(78|90)|4190|4390|4890|61190|3190)/;

export function isPremiumNumber(number: string): boolean {
  return PREMIUM.test(number);
}
