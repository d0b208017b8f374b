/**
 * Which buttons an incident card has. At most five, in the order in which they help, and the rest in the overflow:
 *
 * open:          Acknowledge, then what is still to be done in the order that works, then Undo; Resolve in the overflow
 * acknowledged:  the same without Acknowledge
 * contained:     Resolve, what is still to be done, Undo
 * resolved:      none
 */
import { unreachable } from "../lib/decision.ts";
import type { RemediationId } from "../remediation/contract.ts";
import type { Button } from "./card.ts";
import { inWorkingOrder } from "./remediation-words.ts";
import type { IncidentView, OfferView, RunView } from "./views.ts";

const MAX_BUTTONS = 5;
/** https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element: the tightest platform takes five options. */
const MAX_OVERFLOW = 5;

export interface IncidentButtons {
  readonly buttons: readonly Button[];
  readonly overflow: readonly Button[];
}

export function incidentButtons(view: IncidentView): IncidentButtons {
  const { status, id: incidentId } = view.incident;
  const acknowledge: Button = {
    label: "Acknowledge",
    press: { action: "acknowledge", incidentId },
    style: "primary",
    confirm: null,
  };
  const resolve: Button = {
    label: "Resolve",
    press: { action: "resolve", incidentId },
    style: status === "contained" ? "primary" : "plain",
    // In the overflow it takes two taps, and a new signal reopens what was resolved too early.
    confirm: null,
  };
  const { fresh, repeats } = offered(view);
  const undo = undoable(view).map((run) => undoButton(view, run));
  switch (status) {
    case "open":
      return split([acknowledge, ...fresh, ...undo], [resolve], repeats);
    case "acknowledged":
      return split([...fresh, ...undo], [resolve], repeats);
    case "contained":
      return split([resolve, ...fresh, ...undo], [], repeats);
    case "resolved":
      return { buttons: [], overflow: [] };
    default:
      return unreachable(status);
  }
}

function split(main: readonly Button[], resolve: readonly Button[], repeats: readonly Button[]): IncidentButtons {
  return {
    buttons: main.slice(0, MAX_BUTTONS),
    // Resolve before what did not fit: an incident that cannot be resolved would stay for ever.
    overflow: [...resolve, ...main.slice(MAX_BUTTONS), ...repeats].slice(0, MAX_OVERFLOW),
  };
}

/** What was done already can be asked for again, but not beside what was not. What waits or runs is not offered twice. */
function offered(view: IncidentView): { readonly fresh: readonly Button[]; readonly repeats: readonly Button[] } {
  const underWay = new Set<RemediationId>([
    ...view.pending.map(({ remediation }) => remediation),
    ...view.runs
      .filter(({ status }) => status === "started" || status === "unknown")
      .map(({ remediation }) => remediation),
  ]);
  const done = new Set(view.runs.filter(isInEffect).map(({ remediation }) => remediation));
  const undoneByRun = new Set(undoable(view).map(({ undoTitle }) => undoTitle));
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
    repeats: possible
      .filter(({ remediation }) => done.has(remediation))
      .map((offer) => requestButton(view, offer, " again")),
  };
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

function requestButton({ incident }: IncidentView, offer: OfferView, suffix: string): Button {
  return {
    label: `${offer.title}${suffix}${offer.isReversible ? "" : " (no undo)"}`,
    press: { action: "request", incidentId: incident.id, remediation: offer.remediation },
    style: offer.isReversible ? "plain" : "danger",
    confirm: null,
  };
}

function undoButton({ incident }: IncidentView, run: RunView): Button {
  return {
    label: `Undo: ${run.undoTitle ?? ""}`,
    press: { action: "undo", incidentId: incident.id, runId: run.runId },
    style: "plain",
    confirm: null,
  };
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
