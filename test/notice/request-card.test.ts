import { describe, expect, test } from "vitest";
import type { PersonId } from "../../src/lib/id.ts";
import { outcomeCard } from "../../src/notice/outcome-card.ts";
import { requestCard } from "../../src/notice/request-card.ts";
import type { RequestView } from "../../src/notice/views.ts";
import {
  ann,
  approvals,
  ben,
  dia,
  labels,
  linesOf,
  MINUTE_MS,
  NOW_MS,
  request,
  requestView,
  run,
  SID,
} from "./house.ts";

function card(parts: Partial<RequestView> = {}, nowMs = NOW_MS) {
  return requestCard({ ...requestView, ...parts }, nowMs);
}

describe("a pending request", () => {
  test("says what exactly, where, who asks and why, how long, and mentions those who may approve", () => {
    const pending = card();
    expect(pending.subject).toBe("approval-a1");
    expect(pending.heading).toBe("Approval needed · Suspend the subaccount · Acme Voice EU");
    expect(linesOf(pending)).toEqual([
      "@ben @dia Your approval is asked for.",
      "Suspend the subaccount.",
      "- All calls and messages of this subaccount stop, in and out.",
      "Account: Acme Voice EU",
      "Asked for by: Ann Ito <-1>",
      "Reason: Calls to Latvia that are not ours",
      "Approvals: 0 of 1",
      "Expires: <14>",
      "Open the incident -> incident-7",
    ]);
    expect(pending.note).toContain(SID);
    expect(labels(pending).buttons).toEqual(["Approve", "Deny"]);
    expect(pending.fallback).toBe("Ann Ito asks for approval: Suspend the subaccount on Acme Voice EU.");
  });

  test("with two needed, those who approved are counted, named and not asked again", () => {
    const twice = { ...request, policy: { ...request.policy, approvals: 2 } };
    const half = card({ approval: { status: "pending", request: twice, approvedBy: [ben] } });
    expect(linesOf(half)).toContain("Approvals: 1 of 2: Ben Okafor");
    expect(linesOf(half)[0]).toBe("@dia Your approval is asked for.");
  });

  test("what cannot be undone is said on the button, in the text and before it is sent", () => {
    const final = card({ isReversible: false });
    expect(linesOf(final)).toContain("*This cannot be undone.*");
    expect(final.buttons[0]).toMatchObject({
      label: "Approve (no undo)",
      confirm: "Suspend the subaccount on Acme Voice EU. This cannot be undone.",
    });
    expect(final.buttons[1]?.confirm).toBeNull();
  });

  test("nobody to approve it is said, and nobody is mentioned", () => {
    expect(linesOf(card({ possibleApprovers: [] }))[0]).toBe(
      "*Nobody on the roster could approve this.* It will expire as it is.",
    );
  });

  test("whose time is over has no buttons, even before its expiry is recorded", () => {
    const late = card({}, request.expiresAtMs);
    expect(labels(late)).toEqual({ buttons: [], overflow: [] });
    expect(late.heading).toMatch(/^Expired · /);
    expect(labels(card({}, request.expiresAtMs - 1)).buttons).toHaveLength(2);
  });
});

describe("a pending request, as one person sees it", () => {
  const seenBy = (viewer: PersonId, parts: Partial<RequestView> = {}) =>
    requestCard({ ...requestView, ...parts }, NOW_MS, viewer);
  const twice = { ...request, policy: { ...request.policy, approvals: 2 } };

  test.each([
    ["its requester", ann, {}, "You asked for this. Ben Okafor and Dia Costa can approve it.", ["Withdraw"]],
    [
      "its requester, where policy lets them approve",
      ann,
      { possibleApprovers: [ann, ben] },
      "You asked for this. Ann Ito and Ben Okafor can approve it.",
      ["Approve", "Withdraw"],
    ],
    ["an approver", ben, {}, "*Your approval is asked for.*", ["Approve", "Deny"]],
    [
      "an approver who has approved",
      ben,
      { approval: { status: "pending", request: twice, approvedBy: [ben] } },
      "*You have approved this.* Dia Costa can approve it.",
      ["Deny"],
    ],
    ["somebody else", dia, { possibleApprovers: [ben] }, "You may not approve this. Ben Okafor can approve it.", []],
    [
      "somebody else, where nobody can",
      dia,
      { possibleApprovers: [] },
      "You may not approve this. *Nobody on the roster could approve this.* It will expire as it is.",
      [],
    ],
  ] as const)("%s: says what they can do, and mentions nobody", (_, viewer, parts, line, buttons) => {
    const card = seenBy(viewer, parts);
    expect(linesOf(card)[0]).toBe(line);
    expect(labels(card)).toEqual({ buttons, overflow: [] });
    expect(card.elements.some(({ kind }) => kind === "mention")).toBe(false);
    expect(card.subject).toBe("approval-a1");
  });

  test("Withdraw is the requester's Deny", () => {
    expect(seenBy(ann).buttons[0]?.press).toEqual({ action: "deny", approvalId: "a1" });
  });

  test("once settled everybody sees the same", () => {
    const settled = { approval: approvals.denied };
    expect(seenBy(ann, settled)).toEqual(card(settled));
  });
});

describe("a settled request", () => {
  test.each([
    ["granted", "Approved", "*Approved* by Ben Okafor <0>."],
    ["denied", "Denied", "*Denied* by Ben Okafor <0>. Nothing was changed."],
    ["withdrawn", "Withdrawn", "*Withdrawn* by Ann Ito <0>. Nothing was changed."],
    [
      "expired",
      "Expired",
      "*Expired* <14>. Nobody decided in time, and nothing was changed. It can be asked for again.",
    ],
  ] as const)("%s says who and when, and has no buttons", (status, word, line) => {
    const settled = card({ approval: approvals[status] });
    expect(settled.heading).toBe(`${word} · Suspend the subaccount · Acme Voice EU`);
    expect(linesOf(settled)[0]).toBe(line);
    expect(labels(settled)).toEqual({ buttons: [], overflow: [] });
    expect(linesOf(settled).join()).not.toContain("@");
  });

  test("once it ran it says with what outcome", () => {
    const settled = card({ approval: approvals.granted, run: run("suspend-subaccount") });
    expect(linesOf(settled)[1]).toBe(
      "*Subaccount suspended* by Ann Ito, approved by Ben Okafor. Verified: Twilio reports status suspended.",
    );
  });
});

describe("the outcome for the requester", () => {
  test("there is none while people decide", () => {
    expect(outcomeCard(requestView)).toBeNull();
  });

  test.each([
    [
      { approval: approvals.granted },
      "Acme Voice EU: your request was approved by Ben Okafor and is being carried out.",
    ],
    [
      { approval: approvals.granted, run: run("suspend-subaccount") },
      "Acme Voice EU: Subaccount suspended by Ann Ito, approved by Ben Okafor. Verified: Twilio reports status suspended.",
    ],
    [{ approval: approvals.denied }, "Acme Voice EU: Ben Okafor denied your request. Nothing was changed."],
    [{ approval: approvals.withdrawn }, "Acme Voice EU: you withdrew your request. Nothing was changed."],
    [
      { approval: approvals.expired },
      "Acme Voice EU: nobody decided on your request in time: Suspend the subaccount. Nothing was changed; you can ask again.",
    ],
  ])("mentions the requester with one sentence", (parts, text) => {
    const outcome = outcomeCard({ ...requestView, ...parts });
    expect(outcome && linesOf(outcome)[0]).toBe(`@ann ${text}`);
    expect(outcome?.fallback).toBe(text);
    expect(outcome?.subject).toBe("outcome-a1");
    expect(outcome && labels(outcome)).toEqual({ buttons: [], overflow: [] });
  });

  test("what is left to do by hand comes with it", () => {
    const partly = run("disable-geo-regions", { status: "partly-done", remaining: ["Close Nigeria in the Console."] });
    const outcome = outcomeCard({ ...requestView, approval: approvals.granted, run: partly, possibleApprovers: [dia] });
    expect(outcome && linesOf(outcome)).toContain("- Close Nigeria in the Console.");
    expect(outcome?.tone).toBe("attention");
  });
});

test("moments are left to the reader's own time zone", () => {
  const times = JSON.stringify(card().elements);
  expect(times).toContain(`{"atMs":${NOW_MS + 14 * MINUTE_MS}}`);
});
