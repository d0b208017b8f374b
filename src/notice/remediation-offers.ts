/** What can be done to an incident's account now, as buttons. The server decides again when one comes back. */
import type { RemediationId } from "../remediation/contract.ts";
import type { Button, Press } from "./card.ts";
import { inWorkingOrder } from "./remediation-words.ts";
import type { IncidentView, OfferView, RunView } from "./views.ts";

export interface OfferButton {
  readonly button: Button;
  /** The button's own, narrowed. */
  readonly press: Extract<Press, { readonly action: "request" }> | Extract<Press, { readonly action: "undo" }>;
}

interface Offered {
  /** Still to be done, in the order that works. */
  readonly fresh: readonly OfferButton[];
  /** Newest first. */
  readonly undo: readonly OfferButton[];
  /** Done already; may be asked for again. */
  readonly repeats: readonly OfferButton[];
}

/** What waits for approval or runs is not offered twice. */
export function offeredRemediations(view: IncidentView): Offered {
  const underWay = new Set<RemediationId>([
    ...view.pending.map(({ remediation }) => remediation),
    ...view.runs
      .filter(({ status }) => status === "started" || status === "unknown")
      .map(({ remediation }) => remediation),
  ]);
  const done = new Set(view.runs.filter(isInEffect).map(({ remediation }) => remediation));
  const undo = undoable(view);
  const undoneByRun = new Set(undo.map(({ undoTitle }) => undoTitle));
  const blocked = new Set(view.offers.flatMap((offer) => (offer.blockedReason === null ? [] : [offer.remediation])));
  const possible = inWorkingOrder(view.offers).filter(
    ({ remediation, blockedReason, title, undoes }) =>
      blockedReason === null &&
      !underWay.has(remediation) &&
      !undoneByRun.has(title) &&
      // Without a run of ours there is something to undo only where it cannot be done any more: somebody else has done it.
      (undoes === null || blocked.has(undoes)),
  );
  return {
    fresh: possible.filter(({ remediation }) => !done.has(remediation)).map((offer) => requestButton(view, offer, "")),
    undo: undo.map((run) => undoButton(view, run, undo)),
    repeats: possible
      .filter(({ remediation }) => done.has(remediation))
      .map((offer) => requestButton(view, offer, " again")),
  };
}

/** How long a request for what helps most now may wait for its approval; null when nothing is left to ask for. */
export function suggestedApprovalMs(view: IncidentView): number | null {
  const [first] = offeredRemediations(view).fresh;
  if (first === undefined || first.press.action !== "request") return null;
  const { remediation } = first.press;
  return view.offers.find((offer) => offer.remediation === remediation)?.approvalMs ?? null;
}

function isInEffect({ status }: RunView): boolean {
  return status === "done" || status === "partly-done";
}

/** Newest first; not one whose undo already waits for approval. */
function undoable(view: IncidentView): readonly RunView[] {
  const asked = new Set(view.pending.map(({ undoOf }) => undoOf));
  return view.runs
    .filter((run) => isInEffect(run) && run.undoTitle !== null && !asked.has(run.runId))
    .toSorted((one, other) => other.atMs - one.atMs);
}

function requestButton({ incident }: IncidentView, offer: OfferView, suffix: string): OfferButton {
  const press = { action: "request", incidentId: incident.id, remediation: offer.remediation } as const;
  const button: Button = {
    label: `${offer.title}${suffix}${offer.isReversible ? "" : " (no undo)"}`,
    press,
    style: offer.isReversible ? "plain" : "danger",
    confirm: null,
  };
  return { button, press };
}

function undoButton({ incident }: IncidentView, run: RunView, all: readonly RunView[]): OfferButton {
  const press = { action: "undo", incidentId: incident.id, runId: run.runId } as const;
  // Read aloud, two equal labels would be one button.
  const isOneOfSeveral = all.filter(({ undoTitle }) => undoTitle === run.undoTitle).length > 1;
  const which = isOneOfSeveral ? ` (${run.description})` : "";
  return { button: { label: `Undo: ${run.undoTitle ?? ""}${which}`, press, style: "plain", confirm: null }, press };
}

/** Remediations that cannot be asked for now, one sentence for each reason. What was done here is in the timeline. */
export function blockedSentences({ offers, incident, runs }: IncidentView): readonly string[] {
  if (incident.status === "resolved") return [];
  const done = new Set(runs.filter(isInEffect).map(({ remediation }) => remediation));
  const byReason = new Map<string, string[]>();
  for (const { title, blockedReason, remediation, undoes } of inWorkingOrder(offers)) {
    // That an undo is not due needs no words.
    if (blockedReason === null || undoes !== null || done.has(remediation)) continue;
    byReason.set(blockedReason, [...(byReason.get(blockedReason) ?? []), title]);
  }
  return [...byReason].map(([reason, titles]) => `Not offered now: ${titles.join(", ")}. ${reason}`);
}
