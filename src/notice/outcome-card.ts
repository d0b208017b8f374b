import { unreachable } from "../lib/decision.ts";
import type { Card, Element } from "./card.ts";
import { remainingLists, runText } from "./run-lines.ts";
import { incidentSubject, outcomeSubject } from "./subjects.ts";
import { accountName, nameOf, namesOf, type RequestView } from "./views.ts";
import { sentence, sentenceList } from "./words.ts";

/** Tells the requester how it ended. Null while there is nothing final to tell. */
export function outcomeCard(view: RequestView): Card | null {
  const { approval, account } = view;
  const words = outcomeWords(view);
  if (words === null) return null;
  const { request } = approval;
  const text = `${accountName(account)}: ${words}`;
  const elements: Element[] = [
    { kind: "mention", people: [request.requester], text },
    ...(view.run === null ? [] : remainingLists([view.run])),
    { kind: "link", label: "Open the incident", subject: incidentSubject(request.incidentId) },
  ];
  return {
    subject: outcomeSubject(request.id),
    heading: request.description,
    elements,
    buttons: [],
    overflow: [],
    note: null,
    fallback: text,
    tone: view.run?.status === "done" ? "calm" : "attention",
  };
}

function outcomeWords({ approval, names, run }: RequestView): string | null {
  switch (approval.status) {
    case "pending":
      return null;
    case "granted":
      // The run's own outcome is the news; while it runs there is only the approval to tell.
      return run === null || run.status === "started"
        ? `your request was approved by ${sentenceList(namesOf(names, approval.approvedBy))} and is being carried out.`
        : runText(run, names);
    case "denied":
      return `${nameOf(names, approval.by)} denied your request. Nothing was changed.`;
    case "withdrawn":
      return approval.by === null
        ? "your request was withdrawn, since the incident was resolved. Nothing was changed."
        : "you withdrew your request. Nothing was changed.";
    case "expired":
      return `nobody decided on your request in time: ${sentence(approval.request.description)} Nothing was changed; you can ask again.`;
    default:
      return unreachable(approval);
  }
}
