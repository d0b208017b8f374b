import { describe, expect, test } from "vitest";
import type { ApprovalRefusal } from "../../src/approval/contract.ts";
import type { PersonRefusal } from "../../src/approval/people.ts";
import type { IncidentRefusal } from "../../src/incident/contract.ts";
import type { SilenceRefusal } from "../../src/incident/silence.ts";
import {
  type ApprovalRefusalView,
  approvalRefusalSentence,
  type ClickRefusal,
  clickRefusalSentence,
  incidentRefusalSentence,
  personRefusalSentence,
  silenceRefusalSentence,
} from "../../src/notice/refusals.ts";
import {
  acknowledged,
  annAsActor,
  approvals,
  ben,
  dia,
  MINUTE_MS,
  mergedAway,
  NOW_MS,
  names,
  request,
  resolved,
  SID,
  silence,
} from "./house.ts";

const view: ApprovalRefusalView = { approval: approvals.pending, names, possibleApprovers: [ben, dia] };
const LATER_MS = NOW_MS + 3 * MINUTE_MS;

describe("a refused click on a request says what is true now", () => {
  test.each([
    ["own-request", {}, "You made this request, so somebody else must approve it. Ben Okafor and Dia Costa can."],
    [
      "own-request",
      { possibleApprovers: [] },
      "You made this request, so somebody else must approve it. Nobody on the roster can at the moment.",
    ],
    ["not-an-approver", { possibleApprovers: [ben] }, "You may not approve or deny this request. Ben Okafor can."],
    [
      "not-a-responder",
      {},
      "Only responders can ask for a remediation. Your role does not allow it, so nothing was changed.",
    ],
    ["already-granted", { approval: approvals.granted }, "This request was approved by Ben Okafor 3 minutes ago."],
    [
      "already-denied",
      { approval: approvals.denied },
      "Ben Okafor denied this request 3 minutes ago. It can be asked for again on the incident's card.",
    ],
    ["already-withdrawn", { approval: approvals.withdrawn }, "Ann Ito withdrew this request 3 minutes ago."],
    [
      "already-expired",
      { approval: { ...approvals.expired, request: { ...request, expiresAtMs: NOW_MS } } },
      "This request expired 3 minutes ago. It can be asked for again on the incident's card.",
    ],
    [
      "already-approved-by-you",
      {
        approval: {
          ...approvals.pending,
          request: { ...request, policy: { ...request.policy, approvals: 2 } },
          approvedBy: [ben],
        },
      },
      "You have approved this already. It has 1 of 2 approvals. Dia Costa can.",
    ],
  ] as const)("%s", (refusal, parts, sentence) => {
    expect(approvalRefusalSentence(refusal, { ...view, ...parts }, LATER_MS)).toBe(sentence);
  });
});

describe("a refused click on an incident says who was faster", () => {
  test.each([
    [
      "already-acknowledged",
      { ...acknowledged, acknowledgedAtMs: NOW_MS },
      "Ann Ito acknowledged this incident 3 minutes ago.",
    ],
    ["already-resolved", { ...resolved, resolvedAtMs: NOW_MS }, "Ann Ito resolved this incident 3 minutes ago."],
  ] as const)("%s", (refusal, incident, sentence) => {
    expect(incidentRefusalSentence(refusal, incident, LATER_MS)).toBe(sentence);
    expect(incidentRefusalSentence(refusal, incident, NOW_MS)).toMatch(/ just now\.$/);
  });
});

test("what was merged away says where it goes on, whatever was pressed", () => {
  for (const refusal of ["already-resolved", "merged-away"] as const) {
    expect(incidentRefusalSentence(refusal, mergedAway, LATER_MS)).toBe(
      "This incident was merged into incident 9. It goes on there.",
    );
  }
});

describe("a refused click on a silence says what is true now", () => {
  const active = { ...silence, status: "active", accountSid: SID, incidentId: null, heldBack: [] } as const;
  const over = { ...active, status: "over", endedAtMs: NOW_MS } as const;
  test.each([
    ["already-silenced", active, "Ann Ito has silenced this already. It ends in 57 minutes."],
    ["silence-not-over", active, "This silence goes on for 57 minutes."],
    ["silence-over", { ...over, endedBy: annAsActor }, "Ann Ito ended this silence 3 minutes ago."],
    ["silence-over", { ...over, endedBy: null }, "This silence came to its end 3 minutes ago."],
    [
      "silence-too-long",
      { status: "none" },
      "A silence lasts 7 days at most, so nothing was silenced. Choose a shorter one.",
    ],
  ] as const)("%s", (refusal, state, sentence) => {
    expect(silenceRefusalSentence(refusal, state, LATER_MS)).toBe(sentence);
  });
});

describe("every refusal is one or more whole sentences, whatever the state has become meanwhile", () => {
  const persons: Record<PersonRefusal, true> = {
    "not-on-the-roster": true,
    "on-the-roster-twice": true,
    guest: true,
    bot: true,
    "other-workspace": true,
    "unknown-user": true,
  };
  const incidents: Record<IncidentRefusal, true> = {
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
  };
  const silences: Record<SilenceRefusal, true> = {
    "unknown-silence": true,
    "already-silenced": true,
    "silence-too-long": true,
    "silence-in-the-past": true,
    "silence-over": true,
    "silence-not-over": true,
  };
  const requests: Record<ApprovalRefusal, true> = {
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
  };
  const clicks: Record<ClickRefusal, true> = {
    "not-a-responder": true,
    "unknown-action": true,
    "unknown-remediation": true,
    "preview-is-gone": true,
    "changed-since-preview": true,
    "over-budget": true,
    "not-read-in-time": true,
  };
  const keys = <Key extends string>(all: Record<Key, true>): readonly Key[] =>
    Object.keys(all).filter((key): key is Key => key in all);
  const sentences = [
    ...keys(persons).map((refusal) => personRefusalSentence(refusal)),
    ...keys(incidents).map((refusal) => incidentRefusalSentence(refusal, { status: "none" }, NOW_MS)),
    ...keys(silences).map((refusal) => silenceRefusalSentence(refusal, { status: "none" }, NOW_MS)),
    ...keys(requests).map((refusal) =>
      approvalRefusalSentence(refusal, { ...view, approval: { status: "none" } }, NOW_MS),
    ),
    ...keys(clicks).map((refusal) => clickRefusalSentence(refusal)),
  ];

  test.each(sentences)("%s", (text) => {
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toMatch(/undefined|null|\[object|already-|not-a-/);
    expect(text.length).toBeLessThan(200);
  });
});
