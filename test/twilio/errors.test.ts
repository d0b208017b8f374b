import { expect, test } from "vitest";
import { faultOfAnswer } from "../../src/twilio/errors.ts";

function told(message: string): string {
  const request = { method: "GET", path: "/2010-04-01/Accounts.json" };
  return faultOfAnswer(request, 400, { code: 20001, message }, undefined).message;
}

test.each([
  ["a number as people write it", "The 'To' number +1 (415) 555-0101 is not valid", "555"],
  ["a number without a plus", "The caller 004915112345678 is blocked", "12345678"],
  ["the secret of an API key, which is no hex", "The key kT9gYx2mQw8rLp4vZb6nHc1dSf3jUa5e is revoked", "kT9g"],
  ["an auth token", "The token 0123456789abcdef0123456789abcdef is wrong", "0123456789"],
])("%s in Twilio's words does not travel", (_, message, hidden) => {
  expect(told(message)).not.toContain(hidden);
});

test("what the words are about stays readable", () => {
  const sid = `AC${"0a".repeat(16)}`;
  expect(told(`The account ${sid}\n  was not found`)).toContain(`: The account ${sid} was not found`);
});
