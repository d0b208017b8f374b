import { quantity } from "./amount.ts";

const HOUR_MS = 60 * 60_000;

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1);
  if (last === undefined) return "";
  return items.length === 1 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** Begins a sentence. */
export function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** `Latvia`; the code itself when nobody knows it. */
export function countryName(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(["en"], { type: "region" }).of(code) ?? code;
}

/** `2026-11-21 12:04 GMT`. */
export function gmt(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")} GMT`;
}

/** `12:04 GMT`. */
export function gmtTime(atMs: number): string {
  return gmt(atMs).slice("2026-11-21 ".length);
}

/** `1 key`, `3 keys`, `5,000 calls`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${quantity(count)} ${count === 1 ? one : many}`;
}

/** Before a count of a log that had more than was read of it. */
export function atLeast(isCut: boolean): string {
  return isCut ? "at least " : "";
}

/** Readings are up to a quarter of an hour apart: the first of an hour's may begin that much before it. */
const GRAIN_MS = 15 * 60_000;

/** `within an hour`, `within 2 hours`. */
export function within(spanMs: number): string {
  const hours = Math.ceil((spanMs - GRAIN_MS) / HOUR_MS);
  return hours > 1 ? `within ${hours} hours` : "within an hour";
}

/** `34%`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
