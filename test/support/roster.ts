import type { Person, RemediationPolicy } from "../../src/approval/contract.ts";
import type { ChatUser } from "../../src/chat/platform.ts";
import { type Policy, withDigest } from "../../src/config/policy.ts";
import { DEFAULT_DETECTION } from "../../src/detection/settings.ts";
import type { PersonId } from "../../src/lib/id.ts";

/** ann and ben hold both roles and are on Teams too; cem approves, dia responds, eve may do nothing. */
export const ON_SLACK: Readonly<Record<"ann" | "ben" | "cem" | "dia" | "eve", ChatUser>> = {
  ann: slackUser("U0ANN"),
  ben: slackUser("U0BEN"),
  cem: slackUser("U0CEM"),
  dia: slackUser("U0DIA"),
  eve: slackUser("U0EVE"),
};

const ANN_ON_TEAMS: ChatUser = {
  platform: "teams",
  userId: "5f0c2d1e-0000-4000-8000-00000000a001",
  barred: null,
};
export const BEN_ON_TEAMS: ChatUser = {
  platform: "teams",
  userId: "5f0c2d1e-0000-4000-8000-00000000a002",
  barred: null,
};

export function slackUser(userId: string, barred: ChatUser["barred"] = null): ChatUser {
  return { platform: "slack", userId, barred };
}

export function personFixture(id: string, name: string, roles: Person["roles"], teams: string | null = null): Person {
  return { id: id as PersonId, name, slack: `U0${id.toUpperCase()}`, teams, phone: null, roles };
}

export const FOUR_EYES: RemediationPolicy = {
  approvals: 1,
  who: ["approver"],
  expiresMs: 900_000,
  selfApproval: false,
};

export const ROSTER: readonly Person[] = [
  personFixture("ann", "Ann Ito", ["responder", "approver"], ANN_ON_TEAMS.userId),
  personFixture("ben", "Ben Okafor", ["responder", "approver"], BEN_ON_TEAMS.userId),
  personFixture("cem", "Cem Kaya", ["approver"]),
  personFixture("dia", "Dia Rao", ["responder"]),
  personFixture("eve", "Eve Holm", []),
];

export function policyFixture(secretsFolder: string): Policy {
  return withDigest({
    people: ROSTER,
    remediations: {
      "suspend-subaccount": FOUR_EYES,
      "rotate-auth-token": FOUR_EYES,
      "delete-api-keys": FOUR_EYES,
      "disable-geo-regions": FOUR_EYES,
    },
    detection: { ...DEFAULT_DETECTION, allowedCountries: ["US", "CA", "GB"], accounts: {} },
    intake: { perAccountPerMinute: 10_000 },
    reopenWithinMs: 30 * 60_000,
    // Tests about reminders turn them on.
    remindAfterMs: 0,
    channels: [],
    retentionSignalsMs: 35 * 86_400_000,
    secretSink: { kind: "file", folder: secretsFolder },
  });
}

/** The policy of one remediation, changed. */
export function ruling(id: keyof Policy["remediations"], change: Partial<RemediationPolicy>) {
  return (policy: Policy): Partial<Policy> => ({
    remediations: { ...policy.remediations, [id]: { ...policy.remediations[id], ...change } },
  });
}

/** These roles for this person. */
export function withRoles(id: string, roles: Person["roles"]) {
  return (policy: Policy): Partial<Policy> => ({
    people: policy.people.map((one) => (one.id === id ? { ...one, roles } : one)),
  });
}
