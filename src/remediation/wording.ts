/** How remediations say things: plain words and short times, read at 3 a.m. on a phone. */

/** `03:12:09 UTC`. */
export function clockTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`;
}

/** `2026-11-21 03:12 UTC`. */
export function dayAndTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `1 API key`, `3 API keys`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `(3 now)`, or nothing when it could not be read: the fact itself says so. */
export function now(count: number | null): string {
  return count === null ? "" : ` (${count} now)`;
}

/** `Latvia`, of an ISO code. Twilio lists the United States and Canada together as `US`. */
export function countryName(code: string): string {
  if (code === "US") return "United States and Canada";
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(["en"], { type: "region" }).of(code) ?? code;
}

const FEW_COUNTRIES = 3;

/** `Latvia and Tunisia`; above three `7 countries (LV, TN, …)`. */
export function countryList(codes: readonly string[]): string {
  if (codes.length > FEW_COUNTRIES) return `${codes.length} countries (${codes.join(", ")})`;
  return codes
    .map(countryName)
    .join(", ")
    .replace(/, ([^,]*)$/, " and $1");
}
