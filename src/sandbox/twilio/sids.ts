import { createHash, randomBytes } from "node:crypto";

/** `AC…`, `SK…`, `CA…`: two letters and 32 hex digits. */
export function newSid(prefix: string): string {
  return prefix + randomBytes(16).toString("hex");
}

/** A SID that is the same again for the same words. */
export function derivedSid(prefix: string, ...words: readonly string[]): string {
  return prefix + createHash("sha256").update(words.join("/")).digest("hex").slice(0, 32);
}

/** An auth token: 32 hex digits. */
export function newToken(): string {
  return randomBytes(16).toString("hex");
}

/** Dates of the 2010-04-01 API: `Thu, 30 Jul 2015 20:00:00 +0000`. */
export function rfc2822(ms: number): string {
  return new Date(ms).toUTCString().replace("GMT", "+0000");
}

/** Dates of every other API: `2015-07-30T20:00:00Z`. */
export function iso8601(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}

export const DAY_MS = 86_400_000;

export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** `2026-11-21` of a day number. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
