import type { PlatformName } from "../audit/envelope.ts";
import type { PersonId } from "../lib/id.ts";
import type { Person, RemediationPolicy, Role } from "./contract.ts";

/** A chat user as this file needs it; `chat/platform.ts` has the same shape. */
interface ChatIdentity {
  readonly platform: PlatformName;
  readonly userId: string;
  readonly barred: "guest" | "bot" | "other-workspace" | "unknown-user" | null;
}

export type PersonRefusal =
  | "not-on-the-roster"
  | "on-the-roster-twice"
  | "guest"
  | "bot"
  | "other-workspace"
  | "unknown-user";

export type PersonMatch =
  | { readonly found: true; readonly person: Person }
  | { readonly found: false; readonly refusal: PersonRefusal };

/** Exactly one person or nobody: ambiguity is a refusal. Names and e-mail addresses decide nothing. */
export function personOf(people: readonly Person[], user: ChatIdentity): PersonMatch {
  if (user.barred !== null) return { found: false, refusal: user.barred };
  const matches = people.filter((person) => person[user.platform] === user.userId);
  const [person] = matches;
  if (person === undefined) return { found: false, refusal: "not-on-the-roster" };
  if (matches.length > 1) return { found: false, refusal: "on-the-roster-twice" };
  return { found: true, person };
}

export function rolesOf(people: readonly Person[], id: PersonId): readonly Role[] {
  return people.find((person) => person.id === id)?.roles ?? [];
}

/** Those who could approve this person's request now. Empty means nobody, never everybody. */
export function possibleApprovers(
  people: readonly Person[],
  policy: RemediationPolicy,
  requester: PersonId | null,
): readonly Person[] {
  return people.filter(
    (person) =>
      person.roles.some((role) => policy.who.includes(role)) && (policy.selfApproval || person.id !== requester),
  );
}

/** Of these approvers, how many still count: they hold the role now, and are not the requester unless policy allows it. */
export function countStillValid(
  people: readonly Person[],
  policy: RemediationPolicy,
  requester: PersonId,
  approvedBy: readonly PersonId[],
): number {
  const possible = new Set(possibleApprovers(people, policy, requester).map((person) => person.id));
  return new Set(approvedBy.filter((id) => possible.has(id))).size;
}
