import { possibleApprovers } from "../approval/people.ts";
import { type Policy, policyWarnings } from "../config.ts";
import { type Finding, missing, ok, warning } from "./contract.ts";

/** Who may ask, and whether anybody else may approve. */
export async function* lookAtPeople(policy: Policy): AsyncGenerator<Finding> {
  const found = policyWarnings(policy);
  // One sentence a person and remediation; when it is true of everybody, no request could ever be carried out.
  const isStuck = !canAnythingHappen(policy);
  for (const text of found) yield isStuck && isAboutApproval(text) ? missing(text) : warning(text);
  if (isStuck) {
    yield missing("No request of anybody could be carried out: give one person responder and another one approver.");
    return;
  }
  const count = (role: "responder" | "approver") => policy.people.filter(({ roles }) => roles.includes(role)).length;
  yield ok(`${policy.people.length} people: ${count("responder")} may ask, ${count("approver")} may approve.`);
}

function canAnythingHappen({ people, remediations }: Policy): boolean {
  const isReachable = (id: string) => people.some((one) => one.id === id && (one.slack ?? one.teams) !== null);
  return people
    .filter(({ id, roles }) => roles.includes("responder") && isReachable(id))
    .some((requester) =>
      Object.values(remediations).some((rule) => {
        const able = possibleApprovers(people, rule, requester.id).filter(({ id }) => isReachable(id));
        return able.length >= rule.approvals;
      }),
    );
}

function isAboutApproval(text: string): boolean {
  return text.startsWith("policy: ");
}
