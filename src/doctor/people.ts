import { possibleApprovers } from "../approval/people.ts";
import { PLATFORM_NAMES, type PlatformName } from "../audit/envelope.ts";
import { approvalWarnings, isReachable, otherWarnings, type Policy } from "../config.ts";
import { type Finding, missing, ok, warning } from "./contract.ts";

/** Who may ask, and whether anybody else may approve, on the platforms that are on. */
export async function* lookAtPeople(policy: Policy, platforms: readonly PlatformName[]): AsyncGenerator<Finding> {
  // One sentence a person and remediation; when it is true of everybody, no request could ever be carried out.
  const isStuck = !canAnythingHappen(policy, platforms);
  yield* approvalWarnings(policy, platforms).map(isStuck ? missing : warning);
  yield* otherWarnings(policy, platforms).map(warning);
  if (isStuck) {
    const where = platforms.map((name) => PLATFORM_NAMES[name]).join(" or ");
    yield missing(
      `No request of anybody could be carried out: give one person responder and another one approver, each with an id on ${where}.`,
    );
    return;
  }
  const able = policy.people.filter((person) => isReachable(person, platforms));
  const count = (role: "responder" | "approver") => able.filter(({ roles }) => roles.includes(role)).length;
  yield ok(`${policy.people.length} people: ${count("responder")} may ask, ${count("approver")} may approve.`);
}

function canAnythingHappen({ people, remediations }: Policy, platforms: readonly PlatformName[]): boolean {
  const reachable = people.filter((person) => isReachable(person, platforms));
  return reachable
    .filter(({ roles }) => roles.includes("responder"))
    .some((requester) =>
      Object.values(remediations).some(
        (rule) => possibleApprovers(reachable, rule, requester.id).length >= rule.approvals,
      ),
    );
}
