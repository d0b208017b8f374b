import type { Field } from "./contract.ts";

export const CONFIRMATION = "confirmation";

/** For what cannot be undone: four characters that a thumb can type, and that make one look at which account it is. */
export function confirmationField(accountSid: string): Field {
  return {
    kind: "typed-confirmation",
    id: CONFIRMATION,
    label: "This cannot be undone. Type the last 4 characters of the account SID",
    expected: expectedOf(accountSid),
  };
}

/** Null when it was typed. A phone's capital letter is no mistake. */
export function confirmationProblem(
  accountSid: string,
  values: Readonly<Record<string, readonly string[]>>,
): string | null {
  const typed = values[CONFIRMATION]?.[0]?.trim().toLowerCase();
  return typed === expectedOf(accountSid) ? null : `Type ${expectedOf(accountSid)}, the end of the account SID.`;
}

function expectedOf(accountSid: string): string {
  return accountSid.slice(-4);
}
