/** The dialog of a remediation: opens at once without Submit, and is filled when the facts were read. */
import type { Dialog, DialogField, Element } from "./card.ts";
import { accountElement, clippedTitle, FIELDS, MAX_REASON_CHARACTERS } from "./dialog-parts.ts";
import type { AccountView, DialogView } from "./views.ts";
import { sentence } from "./words.ts";

export { MAX_REASON_CHARACTERS } from "./dialog-parts.ts";
/** Field id of the reason that the requester gives. */
export const REASON_FIELD = FIELDS.reason;

export function openingDialog(title: string, account: AccountView): Dialog {
  return {
    title: clippedTitle(title),
    elements: [accountElement(account), { kind: "text", text: ["Reading the account…"] }],
    fields: [],
    submit: null,
  };
}

export function filledDialog(view: DialogView): Dialog {
  const { preview } = view;
  const base = { title: clippedTitle(view.title), elements: elementsOf(view) };
  if (preview.blocked !== null) return { ...base, fields: [], submit: null };
  const reason: DialogField = {
    kind: "text",
    id: FIELDS.reason,
    label: "Reason",
    hint: "Kept in the audit record, and shown to those who approve.",
    maxCharacters: MAX_REASON_CHARACTERS,
    isOptional: false,
  };
  return {
    ...base,
    fields: [...preview.fields, reason],
    submit: { label: "Ask for approval", form: { form: "request", previewId: view.previewId } },
  };
}

/** Instead of the facts: why there are none, in the same dialog. */
export function failedDialog(title: string, account: AccountView, why: string): Dialog {
  return {
    title: clippedTitle(title),
    elements: [accountElement(account), { kind: "text", text: [sentence(why)] }],
    fields: [],
    submit: null,
  };
}

function elementsOf({ account, preview, readAtMs, isReversible }: DialogView): readonly Element[] {
  const elements: Element[] = [accountElement(account)];
  if (preview.blocked !== null) {
    elements.push({ kind: "text", text: [{ bold: "Not possible now. " }, sentence(preview.blocked)] });
  }
  for (const warning of preview.warnings) {
    elements.push({ kind: "text", text: [{ bold: "Mind: " }, sentence(warning)] });
  }
  if (preview.willHappen.length > 0) {
    elements.push({ kind: "list", title: "What will happen", items: preview.willHappen });
  }
  if (preview.willNotHappen.length > 0) {
    elements.push({ kind: "list", title: "What will not happen", items: preview.willNotHappen });
  }
  if (preview.facts.length > 0) {
    elements.push(
      { kind: "facts", facts: preview.facts.map(({ label, value }) => ({ label, value: [value] })) },
      { kind: "text", text: ["As read from Twilio ", { atMs: readAtMs }, ". Money and counts go on changing."] },
    );
  }
  // That something can be undone, and how, is among what will happen.
  if (preview.blocked === null && !isReversible) {
    elements.push({ kind: "text", text: [{ bold: "This cannot be undone." }] });
  }
  return elements;
}
