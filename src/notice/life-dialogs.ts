/** The dialogs of an incident's life. Each says what will happen; with nothing to choose it says so and has no Submit. */

import type { Threat } from "../detection/contract.ts";
import { KNOWN_THREATS, threatTitle } from "../detection/threats.ts";
import { RESOLVE_CAUSES } from "../incident/contract.ts";
import type { AccountSid, IncidentId, PersonId } from "../lib/id.ts";
import type { Dialog, DialogField, Element } from "./card.ts";
import { causeMeaning, causeWords } from "./cause-words.ts";
import {
  ANY_THREAT,
  accountElement,
  chooseOne,
  FIELDS,
  MAX_NOTE_CHARACTERS,
  MAX_REASON_CHARACTERS,
  MAX_SUMMARY_CHARACTERS,
  type QuietChoice,
  spanField,
} from "./dialog-parts.ts";
import { incidentName, summaryLine } from "./incident-words.ts";
import { type PastIncident, wouldHaveHeldBack } from "./past-incidents.ts";
import type { AccountView, IncidentSummary } from "./views.ts";

export {
  ANY_THREAT,
  FIELDS,
  MAX_NOTE_CHARACTERS,
  MAX_REASON_CHARACTERS,
  MAX_SUMMARY_CHARACTERS,
  SPANS,
  spanMs,
} from "./dialog-parts.ts";

/** An incident as its dialogs name it. */
interface About {
  readonly incidentId: IncidentId;
  /** As on its card. */
  readonly heading: string;
}

export function resolveDialog({ incidentId, heading }: About): Dialog {
  const causes = RESOLVE_CAUSES.map((cause) => ({
    value: cause,
    label: causeWords(cause),
    description: causeMeaning(cause),
  }));
  return {
    title: "Resolve the incident",
    elements: [
      about(incidentId, heading),
      says(
        "Requests that still wait for approval are withdrawn. What was done to the account stays as it is. A signal soon after reopens this incident; a later one opens a new incident.",
      ),
    ],
    fields: [
      chooseOne(FIELDS.cause, "What was it?", causes, null),
      note("Note", "One line for the card and the record."),
    ],
    submit: { label: "Resolve", form: { form: "resolve", incidentId } },
  };
}

interface Choosable {
  readonly id: PersonId;
  readonly name: string;
}

export function assignDialog({
  incidentId,
  heading,
  people,
  assignee,
}: About & { readonly people: readonly Choosable[]; readonly assignee: PersonId | null }): Dialog {
  const title = "Assign the incident";
  if (people.length === 0) {
    return closed(title, [
      about(incidentId, heading),
      says("Nobody on the roster is a responder, so there is nobody to assign it to."),
    ]);
  }
  const options = people.map(({ id, name }) => ({ value: id, label: name }));
  return {
    title,
    elements: [
      about(incidentId, heading),
      says(
        "They are told in the thread of the card. The first reminder goes to them alone, further ones to every responder.",
      ),
    ],
    fields: [chooseOne(FIELDS.person, "Who works on it?", options, assignee)],
    submit: { label: "Assign", form: { form: "assign", incidentId } },
  };
}

export function quietDialog({
  incidentId,
  heading,
  threatTitle: threat,
  past,
  canSilence,
  isReported = false,
}: About & {
  readonly threatTitle: string;
  readonly past: readonly PastIncident[];
  /** False while a silence covers it already. */
  readonly canSilence: boolean;
  /** A person reported it: that is never silenced. */
  readonly isReported?: boolean;
}): Dialog {
  const snooze: QuietChoice = "snooze";
  const silence: QuietChoice = "silence";
  const choices = [
    { value: snooze, label: "Snooze this incident", description: "No reminders until then. The card goes on." },
    ...(canSilence
      ? [
          {
            value: silence,
            label: "Silence this threat on this account",
            description: "No incident and no call for it until then.",
          },
        ]
      : []),
  ];
  return {
    title: canSilence ? "Snooze or silence" : "Snooze the incident",
    elements: [
      about(incidentId, heading),
      ...(canSilence
        ? [
            says(
              `A silence is for “${threat}” on this account. It ends by itself, and a responder may end it sooner. What it held back opens an incident then.`,
            ),
            ...wouldHaveHeldBack(past),
          ]
        : [
            says(
              isReported
                ? "What a person reports is never silenced, so only reminders can be held back."
                : "This threat is silenced on this account already, so only reminders can be held back.",
            ),
          ]),
      says("An alarm ends a snooze: that it came back, or became critical."),
    ],
    fields: [
      chooseOne(FIELDS.what, "What should be quiet?", choices, snooze),
      spanField(),
      ...(canSilence ? [reason("For a silence, which needs one. Kept in the audit record.", true)] : []),
    ],
    submit: { label: canSilence ? "Make it quiet" : "Snooze", form: { form: "quiet", incidentId } },
  };
}

export function mergeDialog({
  incidentId,
  heading,
  others,
}: About & { readonly others: readonly IncidentSummary[] }): Dialog {
  const title = "Merge the incident";
  if (others.length === 0) {
    return closed(title, [
      about(incidentId, heading),
      says("There is no other open incident on this account that this one could go into."),
    ]);
  }
  const options = others.map((other) => ({
    value: other.id,
    label: incidentName(other),
    description: summaryLine(other),
  }));
  return {
    title,
    elements: [
      about(incidentId, heading),
      says(
        "This incident ends, and the one you choose goes on with what happened here. While this threat goes on, its signals come to that one; should it begin anew later, a new incident opens. Requests that still wait for approval here are withdrawn.",
      ),
    ],
    fields: [chooseOne(FIELDS.incident, "Which one goes on?", options, null)],
    submit: { label: "Merge", form: { form: "merge", incidentId } },
  };
}

/** Leads to the dialog of what was chosen; see `moreOffers`. */
export function moreDialog({
  incidentId,
  heading,
  offers,
}: About & { readonly offers: readonly { readonly value: string; readonly label: string }[] }): Dialog {
  const title = "More remediations";
  if (offers.length === 0) {
    return closed(title, [
      about(incidentId, heading),
      says("There is nothing more to do for this account now. The card has the rest."),
    ]);
  }
  return {
    title,
    elements: [about(incidentId, heading), says("Nothing happens yet: the next page says what it will do.")],
    fields: [chooseOne(FIELDS.remediation, "What do you want to do?", offers, null)],
    submit: { label: "Go on", form: { form: "more", incidentId } },
  };
}

export function silenceDialog({
  account,
  past,
  threats,
}: {
  readonly account: AccountView;
  readonly past: readonly PastIncident[];
  /** Those that this account has had. */
  readonly threats: readonly Threat[];
}): Dialog {
  // What was seen here first, then the rest: a campaign is silenced before it begins.
  const known = [...new Set([...threats, ...KNOWN_THREATS])];
  const options = [
    ...known.map((threat) => ({ value: threat, label: threatTitle(threat) })),
    { value: ANY_THREAT, label: "Anything", description: "Every threat on this account. Use it with care." },
  ];
  const accountSid: AccountSid = account.sid;
  return {
    title: "Silence an account",
    elements: [
      accountElement(account),
      says(
        "Until it ends, what you choose opens no incident here and calls nobody; then it opens what it held back. It ends by itself, and a responder may end it sooner.",
      ),
      ...wouldHaveHeldBack(past),
    ],
    fields: [
      chooseOne(FIELDS.threat, "What should be quiet?", options, null),
      spanField(),
      reason("Kept in the audit record, and shown wherever this silence is listed.", false),
    ],
    submit: { label: "Silence", form: { form: "silence", accountSid } },
  };
}

export function openIncidentDialog({ account }: { readonly account: AccountView }): Dialog {
  return {
    title: "Open an incident",
    elements: [
      accountElement(account),
      says("Twilio has reported nothing here. An incident lets everybody see what you do, and has the remediations."),
    ],
    fields: [
      {
        kind: "text",
        id: FIELDS.summary,
        label: "What do you see?",
        hint: "One sentence for the card. Please leave out phone numbers.",
        maxCharacters: MAX_SUMMARY_CHARACTERS,
        isOptional: false,
      },
      chooseOne(
        FIELDS.severity,
        "How bad is it?",
        [
          {
            value: "warning",
            label: "Warning",
            description: "The card is posted. People are called only if nobody looks for long.",
          },
          { value: "critical", label: "Critical", description: "Every responder is called." },
        ],
        null,
      ),
    ],
    submit: { label: "Open the incident", form: { form: "open-incident", accountSid: account.sid } },
  };
}

function about(incidentId: IncidentId, heading: string): Element {
  return { kind: "text", text: [{ bold: `Incident ${incidentId}` }, ` · ${heading}`] };
}

function says(text: string): Element {
  return { kind: "text", text: [text] };
}

function closed(title: string, elements: readonly Element[]): Dialog {
  return { title, elements, fields: [], submit: null };
}

function note(label: string, hint: string): DialogField {
  return { kind: "text", id: FIELDS.note, label, hint, maxCharacters: MAX_NOTE_CHARACTERS, isOptional: true };
}

function reason(hint: string, isOptional: boolean): DialogField {
  return { kind: "text", id: FIELDS.reason, label: "Reason", hint, maxCharacters: MAX_REASON_CHARACTERS, isOptional };
}
