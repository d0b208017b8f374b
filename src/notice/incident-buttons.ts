/**
 * Which buttons an incident card has: at most five, in the order in which they help, and an overflow of at most five.
 *
 * open:          Acknowledge, then what is still to be done in the order that works, then Undo
 * acknowledged:  the same without Acknowledge
 * contained:     Resolve, what is still to be done, Undo
 * resolved:      none
 *
 * The overflow has what one does with any incident (resolve, assign, snooze or silence, merge), then what found no place among
 * the five. When that is more than fits, one button leads to all of it: `moreOffers` says what it lists.
 */

import { isSnoozed } from "../incident/reminders.ts";
import { unreachable } from "../lib/decision.ts";
import type { Button } from "./card.ts";
import { type OfferButton, offeredRemediations } from "./remediation-offers.ts";
import type { IncidentView } from "./views.ts";

const MAX_BUTTONS = 5;
/** https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element: the tightest platform takes five options. */
export const MAX_OVERFLOW = 5;

export interface IncidentButtons {
  readonly buttons: readonly Button[];
  readonly overflow: readonly Button[];
}

export function incidentButtons(view: IncidentView, nowMs: number): IncidentButtons {
  if (view.incident.status === "resolved") return { buttons: [], overflow: [] };
  const { first, overflow } = fixed(view, nowMs);
  const { shown, leftOver } = placed(view);
  const room = MAX_OVERFLOW - overflow.length;
  const rest = leftOver.length <= room ? leftOver.map(({ button }) => button) : [moreButton(view)];
  return { buttons: [...first, ...shown.map(({ button }) => button)], overflow: [...overflow, ...rest] };
}

/** What the dialog of `More remediations…` lists. `value` names the remediation, or `undo.<run>`; `press` is what it stands for. */
export function moreOffers(view: IncidentView): readonly {
  readonly value: string;
  readonly label: string;
  readonly press: OfferButton["press"];
}[] {
  if (view.incident.status === "resolved") return [];
  return placed(view).leftOver.map(({ button, press }) => ({
    value: press.action === "undo" ? `undo.${press.runId}` : press.remediation,
    label: button.label,
    press,
  }));
}

/** What can be done to the account: on the card, and what found no place there. */
function placed(view: IncidentView): {
  readonly shown: readonly OfferButton[];
  readonly leftOver: readonly OfferButton[];
} {
  const { fresh, undo, repeats } = offeredRemediations(view);
  const wanted = [...fresh, ...undo];
  const room = MAX_BUTTONS - firstButtons(view).length;
  // What was done already can be asked for again, but not beside what was not.
  return { shown: wanted.slice(0, room), leftOver: [...wanted.slice(room), ...repeats] };
}

function fixed(
  view: IncidentView,
  nowMs: number,
): { readonly first: readonly Button[]; readonly overflow: readonly Button[] } {
  const { incident } = view;
  const incidentId = incident.id;
  const first = firstButtons(view);
  const resolve = incident.status === "contained" ? [] : [resolveButton(view, "plain")];
  return {
    first,
    overflow: [
      // Resolve before all else: an incident that cannot be resolved would stay for ever.
      ...resolve,
      plain("Assign…", { action: "assign", incidentId }),
      isSnoozed(incident, nowMs)
        ? plain("Wake", { action: "wake", incidentId })
        : plain("Snooze or silence…", { action: "quiet", incidentId }),
      plain("Merge…", { action: "merge", incidentId }),
    ],
  };
}

/** The step that the state itself asks for. */
function firstButtons(view: IncidentView): readonly Button[] {
  const { status, id: incidentId } = view.incident;
  switch (status) {
    case "open":
      return [{ label: "Acknowledge", press: { action: "acknowledge", incidentId }, style: "primary", confirm: null }];
    case "contained":
      return [resolveButton(view, "primary")];
    case "acknowledged":
    case "resolved":
      return [];
    default:
      return unreachable(status);
  }
}

function resolveButton({ incident }: IncidentView, style: Button["style"]): Button {
  return { label: "Resolve…", press: { action: "resolve", incidentId: incident.id }, style, confirm: null };
}

function moreButton({ incident }: IncidentView): Button {
  return plain("More remediations…", { action: "more", incidentId: incident.id });
}

function plain(label: string, press: Button["press"]): Button {
  return { label, press, style: "plain", confirm: null };
}
