/**
 * What people read, in no platform's words. All text is plain: renderers escape it, so a subaccount called `<!channel>`
 * pages nobody. A new kind of element is a compile error in every renderer.
 */
import { unreachable } from "../lib/decision.ts";
import type { AccountSid, IncidentId, PersonId, SilenceId } from "../lib/id.ts";
import type { Field } from "../remediation/contract.ts";

export interface Card {
  /** Names what the card is about, e.g. `incident-7`: one message per subject and platform. */
  readonly subject: string;
  readonly heading: string;
  readonly elements: readonly Element[];
  /** At most five on an incident card. */
  readonly buttons: readonly Button[];
  readonly overflow: readonly Button[];
  /** Small print at the end. */
  readonly note: string | null;
  /** One line for a phone's notification: useful without the card. */
  readonly fallback: string;
  readonly tone: "alarm" | "attention" | "calm";
}

export type Element =
  | { readonly kind: "text"; readonly text: Rich }
  | { readonly kind: "facts"; readonly facts: readonly CardFact[] }
  | { readonly kind: "list"; readonly title: string; readonly items: readonly string[] }
  | { readonly kind: "timeline"; readonly entries: readonly TimelineEntry[] }
  /** Pages these people when the message is new; an edit pages nobody. */
  | { readonly kind: "mention"; readonly people: readonly PersonId[]; readonly text: string }
  /** Leads to another message of ours, if that platform has it. */
  | { readonly kind: "link"; readonly label: string; readonly subject: string }
  /** One of several things of a kind, with what can be done about it: an incident in a list, a silence. */
  | { readonly kind: "entry"; readonly text: Rich; readonly button: Button | null }
  /**
   * A picture. `finding` says in words what it shows: for who cannot see it, and for where it is not (yet). `picture` is its
   * digest; null: words alone.
   */
  | ChartElement;

export interface ChartElement {
  readonly kind: "chart";
  readonly finding: string;
  readonly picture: string | null;
}

/** Plain text with a few words set bold and moments that each reader sees in their own time zone. */
export type Rich = readonly RichPart[];
export type RichPart = string | { readonly bold: string } | { readonly atMs: number };

export interface CardFact {
  readonly label: string;
  readonly value: Rich;
}

export interface TimelineEntry {
  readonly atMs: number;
  readonly text: Rich;
}

/** Carries an action and ids, nothing else: parameters, rights and state are looked up when it comes back. */
export interface Button {
  readonly label: string;
  readonly press: Press;
  readonly style: "primary" | "danger" | "plain";
  /** Asked by the platform before the press is sent; null when the press opens a dialog or does no harm. */
  readonly confirm: string | null;
}

export type Press =
  | { readonly action: "acknowledge" | "wake" | "reopen" | "report" | "show"; readonly incidentId: IncidentId }
  /** Each opens a dialog about an incident. `more`: the remediations that found no place on the card. */
  | { readonly action: "resolve" | "assign" | "quiet" | "merge" | "more"; readonly incidentId: IncidentId }
  /** Opens the dialog of a remediation. */
  | { readonly action: "request"; readonly incidentId: IncidentId; readonly remediation: string }
  /** Opens the dialog of the remediation that undoes a run. */
  | { readonly action: "undo"; readonly incidentId: IncidentId; readonly runId: string }
  | { readonly action: "approve" | "deny"; readonly approvalId: string }
  /** A person reports what Twilio did not: remediations need an incident, so that everybody sees them. Opens a dialog. */
  | { readonly action: "open-incident"; readonly accountSid: AccountSid }
  /** Opens the dialog of a silence. */
  | { readonly action: "silence"; readonly accountSid: AccountSid }
  | { readonly action: "end-silence"; readonly silenceId: SilenceId }
  | { readonly action: "refresh-home" };

/** A dialog must be on the screen within three seconds, and Teams asks for one in another way than for an action. */
export function opensDialog(press: Press): boolean {
  switch (press.action) {
    case "resolve":
    case "assign":
    case "quiet":
    case "merge":
    case "more":
    case "request":
    case "undo":
    case "open-incident":
    case "silence":
      return true;
    case "acknowledge":
    case "wake":
    case "reopen":
    case "report":
    case "show":
    case "approve":
    case "deny":
    case "end-silence":
    case "refresh-home":
      return false;
    default:
      return unreachable(press);
  }
}

/** What a dialog is about when it is sent: ids only, like a press. */
export type Form =
  | { readonly form: "request"; readonly previewId: string }
  | { readonly form: "resolve" | "assign" | "quiet" | "merge" | "more"; readonly incidentId: IncidentId }
  | { readonly form: "silence" | "open-incident"; readonly accountSid: AccountSid };

/** A dialog opens at once without `submit` and is filled within two seconds. */
export interface Dialog {
  /** At most 24 characters: Slack's limit for a title is the tightest. */
  readonly title: string;
  readonly elements: readonly Element[];
  readonly fields: readonly DialogField[];
  /** Null: nothing to send (yet, or because it is not possible now). */
  readonly submit: { readonly label: string; readonly form: Form } | null;
}

export type DialogField =
  | Field
  | {
      readonly kind: "choose-one";
      readonly id: string;
      readonly label: string;
      readonly options: readonly { readonly value: string; readonly label: string; readonly description?: string }[];
      /** Null: nothing is chosen yet, and something must be. */
      readonly initial: string | null;
    }
  | {
      readonly kind: "text";
      readonly id: string;
      readonly label: string;
      readonly hint: string | null;
      readonly maxCharacters: number;
      readonly isOptional: boolean;
    };
