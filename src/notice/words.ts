/** How numbers, countries and spans of time read. A tired person decodes nothing: `212.40 USD`, `3.4 times the usual ${day}`. */

/** Money per hour. */
export interface Rate {
  readonly usd: number;
  /** More was spent than could be seen. */
  readonly isAtLeast: boolean;
}

/** `1,204.50 USD`. */
export function money(usd: number): string {
  return `${number(usd, 2)} USD`;
}

/** `212 USD`: for a phone's notification. */
export function roundMoney(usd: number): string {
  return usd < 10 ? money(usd) : `${number(Math.round(usd), 0)} USD`;
}

/** Before a figure: `at least ` where it is known to be a lower bound. */
export function atLeast(isAtLeast: boolean | undefined): string {
  return isAtLeast === true ? "at least " : "";
}

/** `212 USD an hour`; `at least 212 USD an hour`. */
export function rateWords({ usd, isAtLeast }: Rate): string {
  return `${atLeast(isAtLeast)}${roundMoney(usd)} an hour`;
}

/** `1,416`; `2.5`. */
export function count(value: number): string {
  return number(value, Number.isInteger(value) ? 0 : 1);
}

/** `1 call`, `3 calls`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

function number(value: number, digits: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `Latvia`; the code itself when nobody knows it. */
export function countryName(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(["en"], { type: "region" }).of(code) ?? code;
}

/** `45 seconds`, `2 minutes`, `3 hours`, `2 days`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return counted(seconds, "second");
  if (seconds < 2 * 3600) return counted(Math.round(seconds / 60), "minute");
  if (seconds < 48 * 3600) return counted(Math.round(seconds / 3600), "hour");
  return counted(Math.round(seconds / 86_400), "day");
}

/** `Ann`, `Ann and Ben`, `Ann, Ben and Dia`. */
export function sentenceList(items: readonly string[]): string {
  const last = items.at(-1);
  if (last === undefined) return "";
  return items.length === 1 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** How today, which is not over, stands against a whole usual day. `day`: which days it is usual for, e.g. `Saturday`. */
export function againstUsual(todayUsd: number, usualDayUsd: number, day = "day"): string {
  if (usualDayUsd < 0.005) return todayUsd < 0.005 ? "as usual, nothing" : "usually nothing is spent";
  const ratio = todayUsd / usualDayUsd;
  if (ratio >= 1.15) return `${ratio >= 10 ? count(Math.round(ratio)) : ratio.toFixed(1)} times the usual ${day}`;
  if (ratio >= 0.85) return `about a usual ${day}`;
  return `${Math.round(ratio * 100)}% of a whole usual ${day}`;
}

/** One sentence's end, whatever the text ended with. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** What an observation counts: `call`, `message`. */
export function trafficNoun({ medium }: { readonly medium?: "calls" | "messages" }): string {
  return medium === "messages" ? "message" : "call";
}
