/** Every refusal there is: a new one that is missing here does not compile. */
import type { ApprovalRefusal } from "../../src/approval/contract.ts";
import type { PersonRefusal } from "../../src/approval/people.ts";
import type { IncidentRefusal } from "../../src/incident/contract.ts";
import type { SilenceRefusal } from "../../src/incident/silence.ts";
import type { ClickRefusal } from "../../src/notice/refusals.ts";

export const PERSON_REFUSALS = all<PersonRefusal>({
  "not-on-the-roster": true,
  "on-the-roster-twice": true,
  guest: true,
  bot: true,
  "other-workspace": true,
  "unknown-user": true,
});

export const INCIDENT_REFUSALS = all<IncidentRefusal>({
  "unknown-incident": true,
  "already-acknowledged": true,
  "already-contained": true,
  "already-resolved": true,
  "not-contained": true,
  "not-contained-by-this-run": true,
  "already-assigned": true,
  "not-resolved": true,
  "not-snoozed": true,
  "snooze-in-the-past": true,
  "merge-with-itself": true,
  "merged-away": true,
  "not-merged": true,
  "cooled-down": true,
});

export const SILENCE_REFUSALS = all<SilenceRefusal>({
  "unknown-silence": true,
  "already-silenced": true,
  "silence-too-long": true,
  "silence-in-the-past": true,
  "silence-over": true,
  "silence-not-over": true,
});

export const REQUEST_REFUSALS = all<ApprovalRefusal>({
  "unknown-request": true,
  "already-requested": true,
  "not-a-responder": true,
  "not-an-approver": true,
  "own-request": true,
  "already-approved-by-you": true,
  "already-granted": true,
  "already-denied": true,
  "already-withdrawn": true,
  "already-expired": true,
  "not-due": true,
});

export const CLICK_REFUSALS = all<ClickRefusal>({
  "not-a-responder": true,
  "without-a-role": true,
  "unknown-action": true,
  "unknown-remediation": true,
  "preview-is-gone": true,
  "changed-since-preview": true,
  "over-budget": true,
  "not-read-in-time": true,
});

function all<Refusal extends string>(refusals: Readonly<Record<Refusal, true>>): readonly Refusal[] {
  return Object.keys(refusals).filter((key): key is Refusal => key in refusals);
}
