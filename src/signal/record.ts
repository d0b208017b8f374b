import { z } from "zod";

/**
 * What records of Twilio's REST API have in common, as the SDK hands them over: dates as `Date` or, when it could not read them, as
 * text; numbers as text; and anything may be missing. One record that makes no sense is left out, never the whole page.
 */

/** Milliseconds since 1970; null when there is none that can be read. */
export const moment = z
  .union([z.date(), z.string().max(64)])
  .nullish()
  .catch(null)
  .transform((date) => {
    const atMs = date instanceof Date ? date.getTime() : Date.parse(date ?? "");
    return Number.isFinite(atMs) ? atMs : null;
  });

/** A decimal, sent as text or as a number; null when there is none. */
export const amount = z
  .union([z.number(), z.string().regex(/^-?\d{1,15}(\.\d{1,15})?$/)])
  .nullish()
  .catch(null)
  .transform((value) => {
    const number = value === null || value === undefined ? Number.NaN : Number(value);
    return Number.isFinite(number) ? number : null;
  });

/** A short text without control characters; null when it is missing or anything else. */
export const word = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .nullish()
  .catch(null)
  .transform((text) => text ?? null);

export const country = z
  .string()
  .regex(/^[A-Za-z]{2}$/)
  .transform((code) => code.toUpperCase());
