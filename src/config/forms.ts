/** Forms of values in `tollgate.yml`. Every message completes the sentence "… expected <message>". */
import { z } from "zod";
import { isAccountSid } from "../lib/id.ts";

export const section = { error: "a mapping" };

const accountExpected = { error: "an account SID such as AC followed by 32 hex digits" };
export const accountSid = z.string(accountExpected).refine(isAccountSid, accountExpected);

export function whole(min: number, max: number) {
  const message = { error: `a whole number from ${min} to ${max}` };
  return z.number(message).int(message).min(min, message).max(max, message);
}

export function between(min: number, max: number) {
  const message = { error: `a number from ${min} to ${max}` };
  return z.number(message).min(min, message).max(max, message);
}

export function matching(pattern: RegExp, expectation: string) {
  return z.string({ error: expectation }).regex(pattern, { error: expectation });
}

export function listOf<Item extends z.ZodType>(item: Item, expectation: string) {
  return z.array(item, { error: expectation });
}
