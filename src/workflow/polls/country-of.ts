type CountryOf = (number: string) => string | null;

/** ISO 3166 of a number in E.164; null for SIP, client and what is no number. The metadata takes some 40 ms to load: only when numbers are looked at. */
export async function loadCountryOf(): Promise<CountryOf> {
  const { parsePhoneNumberFromString } = await import("libphonenumber-js/min");
  return (number) => (number.startsWith("+") ? (parsePhoneNumberFromString(number)?.country ?? null) : null);
}
