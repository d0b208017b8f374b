import type { Person } from "../approval/contract.ts";
import { possibleApprovers } from "../approval/people.ts";
import { PLATFORM_NAMES, type PlatformName } from "../audit/envelope.ts";
import { POLICY_IDS, type Policy, type PolicyId } from "./policy.ts";

/** What is allowed and will still hurt. `platforms`: those that are on; an id on another one helps nobody. */
export function policyWarnings(policy: Policy, platforms: readonly PlatformName[]): readonly string[] {
  return [...approvalWarnings(policy, platforms), ...otherWarnings(policy, platforms)];
}

/** Somebody whose requests nobody could approve. */
export function approvalWarnings(policy: Policy, platforms: readonly PlatformName[]): readonly string[] {
  return respondersOf(policy).flatMap((responder) => unapprovable(policy, platforms, responder));
}

/** People who can do nothing, and what was not filled in. */
export function otherWarnings(policy: Policy, platforms: readonly PlatformName[]): readonly string[] {
  const { people, detection } = policy;
  return [
    ...(respondersOf(policy).length === 0
      ? ["people: nobody has the role responder, so nobody could request a remediation."]
      : []),
    ...people
      .filter((person) => !isReachable(person, platforms))
      .map((person) => `people: ${person.id} has ${lackOfIds(person, platforms)}, so they can do nothing.`),
    ...(detection.allowedCountries.length === 0
      ? [
          "detection.allowedCountries: empty, so every country counts as unusual. List the countries that you normally reach.",
        ]
      : []),
    ...ignoredWarnings(detection),
  ];
}

/** What nobody would hear of any more: where it costs money or the account, that is said at every start. */
const DANGEROUS: readonly string[] = [
  "toll-fraud",
  "messaging-pumping",
  "verify-pumping",
  "account-takeover",
  "permission-opened",
];

function ignoredWarnings({ ignoredThreats, accounts }: Policy["detection"]): readonly string[] {
  const places = [
    { where: "detection", ignored: ignoredThreats },
    ...Object.entries(accounts).map(([sid, own]) => ({
      where: `detection.accounts.${sid}`,
      ignored: own.ignoredThreats ?? [],
    })),
  ];
  return places.flatMap(({ where, ignored }) =>
    ignored
      .filter((threat) => DANGEROUS.includes(threat))
      .map((threat) => `${where}.ignore: nobody will hear of ${threat} there, however bad it is.`),
  );
}

function respondersOf({ people }: Policy): readonly Person[] {
  return people.filter(({ roles }) => roles.includes("responder"));
}

/** Whether this person could press a button anywhere. */
export function isReachable(person: Person, platforms: readonly PlatformName[]): boolean {
  return platforms.some((name) => person[name] !== null);
}

function lackOfIds(person: Person, platforms: readonly PlatformName[]): string {
  const off = (["slack", "teams"] as const).find((name) => person[name] !== null);
  return off === undefined
    ? "neither a slack nor a teams id"
    : `no ${platforms.join(" or ")} id, and ${PLATFORM_NAMES[off]} is off`;
}

function unapprovable(policy: Policy, platforms: readonly PlatformName[], requester: Person): readonly string[] {
  const byWords = new Map<string, PolicyId[]>();
  for (const id of POLICY_IDS) {
    const words = lackOfApprovers(policy, platforms, id, requester);
    if (words !== undefined) byWords.set(words, [...(byWords.get(words) ?? []), id]);
  }
  return [...byWords].map(([words, ids]) => {
    const which = ids.length === POLICY_IDS.length ? "any remediation" : ids.join(", ");
    return `policy: ${words} could approve a request by ${requester.id} (${which}).`;
  });
}

function lackOfApprovers(
  { people, remediations }: Policy,
  platforms: readonly PlatformName[],
  id: PolicyId,
  requester: Person,
): string | undefined {
  const rule = remediations[id];
  const able = possibleApprovers(people, rule, requester.id).filter((person) => isReachable(person, platforms));
  if (able.length >= rule.approvals) return undefined;
  if (able.length === 0) return "nobody";
  return `only ${able.map((person) => person.id).join(", ")} (${rule.approvals} people are needed)`;
}
