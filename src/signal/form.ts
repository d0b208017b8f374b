import { z } from "zod";
import { isAccountSid } from "../lib/id.ts";

/**
 * What every form that Twilio posts has in common. A pattern refuses NUL and other control characters, and bounds the length:
 * PostgreSQL stores no NUL in text and indexes no long text, and one such row would spoil the commit that others share.
 */

/** A field that must be there. The message is told to the sender, so it never holds the value. */
export function text(pattern: RegExp, expected: string): z.ZodString {
  return z
    .string({ error: (issue) => (issue.input === undefined ? "is missing" : expected) })
    .regex(pattern, { error: expected });
}

export const accountSid = text(/^AC[0-9a-f]{32}$/, "must be AC and 32 hex digits").refine(isAccountSid);

/** A name or token that we keep as it is. */
export const token = text(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 printable characters");

/** An unsigned decimal, also as `1.5E+3`. `z.coerce.number()` would read an empty text as 0. */
export const decimal = text(/^\+?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?$/, "must be a decimal number").transform(
  Number,
);

/** A field that may be absent, empty or unreadable without making the delivery useless. */
export function optional<Schema extends z.ZodType>(schema: Schema): z.ZodCatch<z.ZodOptional<z.ZodNullable<Schema>>> {
  return schema.nullish().catch(null);
}

/** Which field is wrong and what was expected; never its value. */
export function reasonOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
}

/**
 * Half an hour. The rules look back one hour (`detection/fold.ts`), so a signal dated further back than they look would be kept
 * and never noticed.
 */
const LATE_AFTER_MS = 30 * 60_000;

/**
 * When it happened, as far as that is plausible. What is dated in the future, not dated readably, or reaches us very late counts
 * from its arrival: it is news now, and neither their clock nor our outage may hide it. When it happened is kept beside that
 * where many of a kind would look like a burst: `countingFrom` of `late.ts`.
 */
export function momentOf(date: string | null | undefined, receivedAtMs: number): number {
  const atMs = Date.parse(date ?? "");
  return atMs <= receivedAtMs && atMs >= receivedAtMs - LATE_AFTER_MS ? atMs : receivedAtMs;
}

/** What a JSON object says with texts, numbers and truth values, as a form would say it. Empty for anything else. */
export function scalarsOf(json: unknown): Readonly<Record<string, string>> {
  // No prototype: a field may be called `__proto__`.
  const fields: Record<string, string> = Object.create(null);
  if (typeof json !== "object" || json === null || Array.isArray(json)) return fields;
  for (const [name, value] of Object.entries(json)) {
    if (typeof value === "string") fields[name] = value;
    else if (typeof value === "number" || typeof value === "boolean") fields[name] = String(value);
  }
  return fields;
}

/** The account that a form or query says it is about; undefined when it does not say. */
export function bodyAccountSid(fields: Readonly<Record<string, string>>): string | undefined {
  return fields["AccountSid"];
}
