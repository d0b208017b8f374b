import type { Person } from "../approval/contract.ts";
import { possibleApprovers } from "../approval/people.ts";
import { POLICY_IDS, type Policy, type PolicyId } from "./policy.ts";

/** What is allowed and will still hurt: somebody whose requests nobody could approve, people who can do nothing. */
export function policyWarnings(policy: Policy): readonly string[] {
  const { people, detection } = policy;
  const responders = people.filter((person) => person.roles.includes("responder"));
  return [
    ...(responders.length === 0
      ? ["people: nobody has the role responder, so nobody could request a remediation."]
      : []),
    ...responders.flatMap((responder) => unapprovable(policy, responder)),
    ...people
      .filter(isUnreachable)
      .map((person) => `people: ${person.id} has neither slack nor teams, so they can do nothing.`),
    ...(detection.allowedCountries.length === 0
      ? [
          "detection.allowedCountries: empty, so every country counts as unusual. List the countries that you normally reach.",
        ]
      : []),
  ];
}

function unapprovable(policy: Policy, requester: Person): readonly string[] {
  const byWords = new Map<string, PolicyId[]>();
  for (const id of POLICY_IDS) {
    const words = lackOfApprovers(policy, id, requester);
    if (words !== undefined) byWords.set(words, [...(byWords.get(words) ?? []), id]);
  }
  return [...byWords].map(([words, ids]) => {
    const which = ids.length === POLICY_IDS.length ? "any remediation" : ids.join(", ");
    return `policy: ${words} could approve a request by ${requester.id} (${which}).`;
  });
}

function lackOfApprovers(policy: Policy, id: PolicyId, requester: Person): string | undefined {
  const rule = policy.remediations[id];
  const able = possibleApprovers(policy.people, rule, requester.id).filter((person) => !isUnreachable(person));
  if (able.length >= rule.approvals) return undefined;
  if (able.length === 0) return "nobody";
  return `only ${able.map((person) => person.id).join(", ")} (${rule.approvals} people are needed)`;
}

function isUnreachable(person: Person): boolean {
  return person.slack === null && person.teams === null;
}
