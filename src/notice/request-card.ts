/** A request for approval: a message of its own, since an edit notifies nobody. Once settled it has no buttons. */
import type { ApprovalRequest } from "../approval/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { PersonId } from "../lib/id.ts";
import type { Button, Card, Element, Rich } from "./card.ts";
import { remainingLists, runLine, runText } from "./run-lines.ts";
import { approvalSubject, incidentSubject } from "./subjects.ts";
import { accountName, nameOf, namesOf, type RequestView } from "./views.ts";
import { sentence, sentenceList } from "./words.ts";

/** `viewer`: as this person sees it, alone. Without: as everybody sees it. */
export function requestCard(view: RequestView, nowMs: number, viewer?: PersonId): Card {
  const { approval } = view;
  // The server's clock has said no already, even while the record of it is still to be written.
  const isOpen = approval.status === "pending" && approval.request.expiresAtMs > nowMs;
  return isOpen
    ? pendingCard(view, approval.request, sideOf(view, approval, viewer))
    : settledCard(view, approval.request);
}

type Pending = Extract<RequestView["approval"], { readonly status: "pending" }>;

/** Where the reader stands to an open request. */
interface Side {
  readonly approvedBy: readonly PersonId[];
  readonly first: Element;
  readonly buttons: readonly ("approve" | "deny" | "withdraw")[];
  readonly note: string;
}

function sideOf(view: RequestView, { request, approvedBy }: Pending, viewer: PersonId | undefined): Side {
  const asked = view.possibleApprovers.filter((person) => !approvedBy.includes(person));
  if (viewer === undefined) {
    const first: Element =
      asked.length === 0
        ? text(whoCan(view, asked))
        : { kind: "mention", people: asked, text: "Your approval is asked for." };
    const note = "The requester's own Deny withdraws the request. One Deny of an approver ends it.";
    return { approvedBy, first, buttons: ["approve", "deny"], note };
  }
  if (viewer === request.requester) {
    const mayApprove = asked.includes(viewer);
    const first = text(["You asked for this. ", ...whoCan(view, asked)]);
    return {
      approvedBy,
      first,
      buttons: mayApprove ? ["approve", "withdraw"] : ["withdraw"],
      note: "Withdraw ends the request.",
    };
  }
  if (approvedBy.includes(viewer)) {
    const first = text([{ bold: "You have approved this." }, " ", ...whoCan(view, asked)]);
    return { approvedBy, first, buttons: ["deny"], note: "Your Deny still ends the request." };
  }
  if (asked.includes(viewer)) {
    const first = text([{ bold: "Your approval is asked for." }]);
    return { approvedBy, first, buttons: ["approve", "deny"], note: "One Deny ends the request." };
  }
  return { approvedBy, first: text(["You may not approve this. ", ...whoCan(view, asked)]), buttons: [], note: "" };
}

/** So that nobody waits for somebody who cannot come. */
function whoCan({ names }: RequestView, asked: readonly PersonId[]): Rich {
  return asked.length === 0
    ? [{ bold: "Nobody on the roster could approve this." }, " It will expire as it is."]
    : [`${sentenceList(namesOf(names, asked))} can approve it.`];
}

function text(words: Rich): Element {
  return { kind: "text", text: words };
}

function pendingCard(view: RequestView, request: ApprovalRequest, side: Side): Card {
  const name = accountName(view.account);
  const asker = nameOf(view.names, request.requester);
  return {
    subject: approvalSubject(request.id),
    heading: `Approval needed · ${request.description} · ${name}`,
    elements: [
      side.first,
      ...what(view, request),
      ...chosen(view),
      {
        kind: "facts",
        facts: [
          ...facts(view, request),
          { label: "Approvals", value: [approvalCount(view, request, side.approvedBy)] },
          { label: "Expires", value: [{ atMs: request.expiresAtMs }] },
        ],
      },
      ...(view.isReversible ? [] : [text([{ bold: "This cannot be undone." }])]),
      { kind: "link", label: "Open the incident", subject: incidentSubject(request.incidentId) },
    ],
    buttons: side.buttons.map((button) =>
      button === "approve" ? approve(view, request, name) : deny(request, button),
    ),
    overflow: [],
    note: `Account ${view.account.sid}. ${side.note}`.trim(),
    fallback: `${asker} asks for approval: ${request.description} on ${name}.`,
    tone: "attention",
  };
}

function what(view: RequestView, request: ApprovalRequest): readonly Element[] {
  if (view.willHappen.length > 0)
    return [{ kind: "list", title: sentence(request.description), items: view.willHappen }];
  return [{ kind: "text", text: [{ bold: sentence(request.description) }] }];
}

/** An approver answers for exactly these. */
function chosen(view: RequestView): readonly Element[] {
  return view.chosen.length === 0 ? [] : [{ kind: "list", title: "Chosen", items: view.chosen }];
}

function facts(view: RequestView, request: ApprovalRequest) {
  const { account, names } = view;
  return [
    { label: "Account", value: [accountName(account)] },
    { label: "Asked for by", value: [`${nameOf(names, request.requester)} `, { atMs: request.requestedAtMs }] },
    { label: "Reason", value: [request.reason] },
  ];
}

function approvalCount({ names }: RequestView, request: ApprovalRequest, approvedBy: readonly PersonId[]): string {
  const given = approvedBy.length === 0 ? "" : `: ${sentenceList(namesOf(names, approvedBy))}`;
  return `${approvedBy.length} of ${request.policy.approvals}${given}`;
}

function approve(view: RequestView, request: ApprovalRequest, name: string): Button {
  return {
    label: view.isReversible ? "Approve" : "Approve (no undo)",
    press: { action: "approve", approvalId: request.id },
    style: "primary",
    confirm: view.isReversible ? null : `${request.description} on ${name}. This cannot be undone.`,
  };
}

/** Plain: to say no is never the dangerous choice, and red would say that it was. The requester's own no withdraws it. */
function deny(request: ApprovalRequest, as: "deny" | "withdraw"): Button {
  return {
    label: as === "deny" ? "Deny" : "Withdraw",
    press: { action: "deny", approvalId: request.id },
    style: "plain",
    confirm: null,
  };
}

function settledCard(view: RequestView, request: ApprovalRequest): Card {
  const name = accountName(view.account);
  const { word, line } = outcome(view);
  return {
    subject: approvalSubject(request.id),
    heading: `${word} · ${request.description} · ${name}`,
    elements: [
      { kind: "text", text: line },
      ...(view.run === null ? [] : [text(runLine(view.run, view.names))]),
      ...(view.run === null ? [] : remainingLists([view.run])),
      ...chosen(view),
      { kind: "facts", facts: facts(view, request) },
      { kind: "link", label: "Open the incident", subject: incidentSubject(request.incidentId) },
    ],
    buttons: [],
    overflow: [],
    note: `Account ${view.account.sid}.`,
    fallback:
      view.run === null ? `${word}: ${request.description} on ${name}.` : `${name}: ${runText(view.run, view.names)}`,
    tone: view.run?.status === "partly-done" || view.run?.status === "unknown" ? "attention" : "calm",
  };
}

function outcome({ approval, names }: RequestView): { readonly word: string; readonly line: Rich } {
  switch (approval.status) {
    case "granted": {
      const by = sentenceList(namesOf(names, approval.approvedBy));
      return { word: "Approved", line: [{ bold: "Approved" }, ` by ${by} `, { atMs: approval.grantedAtMs }, "."] };
    }
    case "denied":
      return {
        word: "Denied",
        line: [
          { bold: "Denied" },
          ` by ${nameOf(names, approval.by)} `,
          { atMs: approval.settledAtMs },
          ". Nothing was changed.",
        ],
      };
    case "withdrawn":
      return {
        word: "Withdrawn",
        line: [
          { bold: "Withdrawn" },
          approval.by === null ? ", since the incident was resolved " : ` by ${nameOf(names, approval.by)} `,
          { atMs: approval.settledAtMs },
          ". Nothing was changed.",
        ],
      };
    case "pending":
    case "expired":
      return {
        word: "Expired",
        line: [
          { bold: "Expired" },
          " ",
          { atMs: approval.request.expiresAtMs },
          ". Nobody decided in time, and nothing was changed. It can be asked for again.",
        ],
      };
    default:
      return unreachable(approval);
  }
}
