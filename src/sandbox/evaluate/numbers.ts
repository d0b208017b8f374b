import { type CountryCode, getExampleNumber, isSupportedCountry } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import type { Luck } from "./luck.ts";

/** A possible mobile number of the country: its documented example with other last digits. `next`: one after the other instead of any. */
export function numberIn(country: string, luck: Luck, next?: number): string {
  const digits = next ?? luck.whole(0, 9_999);
  return exampleOf(country).slice(0, -4) + String(digits % 10_000).padStart(4, "0");
}

function exampleOf(country: string): string {
  const code: CountryCode = isSupportedCountry(country) ? country : "US";
  const example = getExampleNumber(code, examples);
  if (example === undefined) throw new Error(`no example number for ${code}`);
  return example.number;
}
