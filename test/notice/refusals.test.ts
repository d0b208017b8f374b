import { describe, expect, test } from "vitest";
import {
  type ApprovalRefusalView,
  approvalRefusalSentence,
  clickRefusalSentence,
  incidentRefusalSentence,
  personRefusalSentence,
  silenceRefusalSentence,
} from "../../src/notice/refusals.ts";
import {
  CLICK_REFUSALS,
  INCIDENT_REFUSALS,
  PERSON_REFUSALS,
  REQUEST_REFUSALS,
  SILENCE_REFUSALS,
} from "../support/refusals.ts";
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
  const sentences = [
    ...PERSON_REFUSALS.map((refusal) => personRefusalSentence(refusal)),
    ...INCIDENT_REFUSALS.map((refusal) => incidentRefusalSentence(refusal, { status: "none" }, NOW_MS)),
    ...SILENCE_REFUSALS.map((refusal) => silenceRefusalSentence(refusal, { status: "none" }, NOW_MS)),
    ...REQUEST_REFUSALS.map((refusal) =>
      approvalRefusalSentence(refusal, { ...view, approval: { status: "none" } }, NOW_MS),
    ),
    ...CLICK_REFUSALS.map((refusal) => clickRefusalSentence(refusal)),
  ];

  test.each(sentences)("%s", (text) => {
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toMatch(/undefined|null|\[object|already-|not-a-/);
    expect(text.length).toBeLessThan(200);
  });
});
