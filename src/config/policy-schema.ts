/** The form of `tollgate.yml`. Every message completes the sentence "… expected <message>". */
import { z } from "zod";
import type { RemediationPolicy } from "../approval/contract.ts";
import { DEFAULT_REMEDIATION_POLICY } from "../approval/policy.ts";
import type { PersonId } from "../lib/id.ts";
import { detectionNames, detectionPolicy, detectionSection } from "./detection.ts";
import { parseDuration } from "./duration.ts";
import { accountSid, listOf, matching, section, whole } from "./forms.ts";
import { POLICY_IDS, type Policy } from "./policy.ts";
import { SLACK_CHANNEL } from "./slack.ts";
import { GUID, TEAMS_CHANNEL } from "./teams.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MAX_TEXT = 80;

const ROLES = ["responder", "approver"] as const;

function duration(atLeastMs: number, atMostMs: number, bounds: string) {
  const message = { error: `a duration such as 90s, 15m, 24h or 35d, ${bounds}` };
  return z
    .string(message)
    .transform((text) => parseDuration(text) ?? Number.NaN)
    .refine((ms) => ms >= atLeastMs && ms <= atMostMs, message);
}

const role = z.enum(ROLES, { error: `one of ${ROLES.join(", ")}` });

const personFields = {
  id: matching(/^[a-z0-9][a-z0-9._-]{0,31}$/, "a short id of lower-case letters, digits, dots and dashes"),
  name: matching(new RegExp(`^\\S.{0,${MAX_TEXT - 1}}$`), `a name of at most ${MAX_TEXT} characters`),
  slack: matching(
    /^[UW][A-Z0-9]{2,}$/,
    "a Slack user id such as U0123456789 (their profile > ⋮ > Copy member ID)",
  ).optional(),
  teams: matching(GUID, "a Microsoft Entra object id such as 5f0c2d1e-0000-4000-8000-00000000a001").optional(),
  phone: matching(/^\+[1-9]\d{6,14}$/, 'a phone number such as "+14155550101", in quotes').optional(),
  roles: listOf(role, `a list of roles out of ${ROLES.join(", ")}; [] for somebody who may only use commands`),
};

const remediationFields = {
  approvals: whole(1, 10).optional(),
  who: listOf(role, `a list of roles out of ${ROLES.join(", ")}`).optional(),
  expires: duration(1_000, 7 * DAY_MS, "from 1s to 7d").optional(),
  selfApproval: z.boolean({ error: "true or false" }).optional(),
};

const remediation = z
  .strictObject(remediationFields, { error: "a mapping such as { approvals: 1, who: [approver], expires: 15m }" })
  .nullish();

const policyFields = {
  "suspend-subaccount": remediation,
  "rotate-auth-token": remediation,
  "delete-api-keys": remediation,
  "disable-geo-regions": remediation,
} satisfies Record<(typeof POLICY_IDS)[number], typeof remediation>;

const intakeFields = { perAccountPerMinute: whole(1, 10_000_000).optional() };
const incidentFields = {
  reopenWithin: duration(0, 7 * DAY_MS, "at most 7d").optional(),
  remindAfter: duration(0, DAY_MS, "at most 24h; 0s for never").optional(),
};
const channelFields = {
  account: accountSid.optional(),
  severity: z.enum(["warning", "critical"], { error: "warning or critical" }).optional(),
  threat: matching(/^[a-z0-9][a-z0-9-]*$/, "a threat such as toll-fraud").optional(),
  slack: matching(SLACK_CHANNEL, "a Slack channel id such as C0123456789").optional(),
  teams: matching(
    TEAMS_CHANNEL,
    'a Teams conversation id such as "19:0123456789abcdef@thread.tacv2", in quotes',
  ).optional(),
};
const retentionFields = { signals: duration(DAY_MS, 400 * DAY_MS, "from 1d to 400d").optional() };
const sinkFields = {
  file: matching(/\S/, "the path of a folder").optional(),
  command: matching(/\S/, "a shell line that receives JSON on standard input").optional(),
};

const channelRule = z
  .strictObject(channelFields, { error: "a mapping such as { severity: critical, slack: C0123456789 }" })
  .refine((rule) => rule.slack !== undefined || rule.teams !== undefined, {
    error: "slack or teams (or both): where these incidents go",
  });

const fileFields = {
  people: listOf(
    z.strictObject(personFields, {
      error: "a person such as { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder] }",
    }),
    "a list of people",
  ).min(1, { error: "at least one person" }),
  policy: z.strictObject(policyFields, section).nullish(),
  detection: detectionSection,
  intake: z.strictObject(intakeFields, section).nullish(),
  incident: z.strictObject(incidentFields, section).nullish(),
  channels: listOf(channelRule, "a list of rules such as { severity: critical, slack: C0123456789 }").nullish(),
  retention: z.strictObject(retentionFields, section).nullish(),
  secretSink: z
    .strictObject(sinkFields, section)
    .refine((sink) => (sink.file === undefined) !== (sink.command === undefined), {
      error: "either file (a folder) or command (a shell line), and not both",
    })
    .nullish(),
};

export const PolicyFile = z.strictObject(fileFields, { error: "a mapping that begins with people:" });
export type PolicyFile = z.output<typeof PolicyFile>;

/** Names that may stand at a place of the file, for "did you mean". List positions are written `*`. */
export function knownNames(path: readonly PropertyKey[]): readonly string[] {
  const [top, second] = path;
  if (top === undefined) return Object.keys(fileFields);
  switch (top) {
    case "people":
      return Object.keys(personFields);
    case "policy":
      return second === undefined ? POLICY_IDS : Object.keys(remediationFields);
    case "detection":
      return detectionNames(path);
    case "intake":
      return Object.keys(intakeFields);
    case "incident":
      return Object.keys(incidentFields);
    case "channels":
      return Object.keys(channelFields);
    case "retention":
      return Object.keys(retentionFields);
    case "secretSink":
      return Object.keys(sinkFields);
    default:
      return [];
  }
}

/** Fills in what the file leaves out: safe and complete. */
export function normalised(file: PolicyFile, dataDir: string): Omit<Policy, "digest"> {
  const policy = file.policy ?? {};
  return {
    people: file.people.map((person) => ({
      // The schema has checked the form of the id.
      id: person.id as PersonId,
      name: person.name,
      slack: person.slack ?? null,
      teams: person.teams?.toLowerCase() ?? null,
      phone: person.phone ?? null,
      roles: [...new Set(person.roles)],
    })),
    remediations: {
      "suspend-subaccount": remediationDefaults(policy["suspend-subaccount"]),
      "rotate-auth-token": remediationDefaults(policy["rotate-auth-token"]),
      "delete-api-keys": remediationDefaults(policy["delete-api-keys"]),
      "disable-geo-regions": remediationDefaults(policy["disable-geo-regions"]),
    },
    detection: detectionPolicy(file.detection ?? {}),
    intake: { perAccountPerMinute: file.intake?.perAccountPerMinute ?? 10_000 },
    reopenWithinMs: file.incident?.reopenWithin ?? 30 * MINUTE_MS,
    remindAfterMs: file.incident?.remindAfter ?? 10 * MINUTE_MS,
    channels: (file.channels ?? []).map(({ account, severity, threat, slack, teams }) => ({
      accountSid: account ?? null,
      severity: severity ?? null,
      threat: threat ?? null,
      slack: slack ?? null,
      teams: teams ?? null,
    })),
    retentionSignalsMs: file.retention?.signals ?? 35 * DAY_MS,
    secretSink:
      file.secretSink?.command === undefined
        ? { kind: "file", folder: file.secretSink?.file ?? `${dataDir.replace(/\/+$/, "")}/secrets` }
        : { kind: "command", command: file.secretSink.command },
  };
}

/** Four eyes unless the file says otherwise. */
function remediationDefaults(given: z.output<typeof remediation>): RemediationPolicy {
  const usual = DEFAULT_REMEDIATION_POLICY;
  return {
    approvals: given?.approvals ?? usual.approvals,
    who: [...new Set(given?.who ?? usual.who)],
    expiresMs: given?.expires ?? usual.expiresMs,
    selfApproval: given?.selfApproval ?? usual.selfApproval,
  };
}
