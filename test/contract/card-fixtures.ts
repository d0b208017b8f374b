/** Cards and dialogs with everything in them, for every platform's renderer. A new kind does not compile until it is here. */
import type { AccountSid, ApprovalId, IncidentId, PersonId, RunId, SilenceId } from "../../src/lib/id.ts";
import type { Button, Card, Dialog, DialogField, Element, Form, Press } from "../../src/notice/card.ts";

/** Texts from outside that could do harm. Named, since some are long. */
export const NASTY = {
  "a channel mention": "<!channel>",
  "mentions and links": "<!everyone|hi> <@U0BEN> <#C0AUDIT> <https://evil.example|Twilio>",
  "a mention in Teams": "<at>everyone</at> <at>Ben</at>",
  formatting: "*bold* _it_ ~no~ `code` ```block```",
  Markdown: "[Twilio](https://evil.example) ![x](https://evil.example/x.png) **b** # h\n1. one\n- two\n\n---",
  HTML: '<b onclick="x()">b</b><img src=x><script>alert(1)</script>&lt;',
  quotes: "> quoted\n>>> all of it",
  "emoji codes": ":skull: :white_check_mark:",
  "line breaks": "line one\nline two\r\nline three\u2028four",
  Arabic: "حساب فرعي للاختبار",
  "an override of the direction": "עברית \u202eabc\u202c",
  "emoji of many parts": "👩‍🚒👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿 東京支社",
  nothing: "",
  spaces: "   ",
  "control characters": "\u0000\u0007",
  "half a character": "\ud83d half",
  "a very long word": "x".repeat(5000),
  "text that grows when escaped": "& ".repeat(2500),
  "hundreds of mentions": "<!here>".repeat(700),
  "hundreds of emoji": "👩‍🚒".repeat(900),
  "JSON of blocks": '"}],"blocks":[{"type":"divider"}]',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what somebody may have called an account
  "a template of Adaptive Cards": "${$root.secret} {{DATE(2026-11-21T00:00:00Z)}}",
} as const;

export const incidentId = "7" as IncidentId;
const accountSid = `AC${"0a".repeat(16)}` as AccountSid;
export const people = ["ann", "ben"] as PersonId[];
/** The one subject that has a message to lead to. */
export const KNOWN_SUBJECT = "known";
/** Digest of the picture that the platform has. */
export const KNOWN_PICTURE = "drawn";

export const COUNTRIES = Array.from({ length: 200 }, (_, index) => `Country ${index}`);
const KEYS = Array.from({ length: 50 }, (_, index) => `SK${String(index).padStart(32, "0")}`);

const byAction = {
  acknowledge: { action: "acknowledge", incidentId },
  wake: { action: "wake", incidentId },
  reopen: { action: "reopen", incidentId },
  report: { action: "report", incidentId },
  show: { action: "show", incidentId },
  resolve: { action: "resolve", incidentId },
  assign: { action: "assign", incidentId },
  quiet: { action: "quiet", incidentId },
  merge: { action: "merge", incidentId },
  more: { action: "more", incidentId },
  request: { action: "request", incidentId, remediation: "suspend-subaccount" },
  undo: { action: "undo", incidentId, runId: "run0000000000001" as RunId },
  approve: { action: "approve", approvalId: "appr000000000001" as ApprovalId },
  deny: { action: "deny", approvalId: "appr000000000001" as ApprovalId },
  "open-incident": { action: "open-incident", accountSid },
  silence: { action: "silence", accountSid },
  "end-silence": { action: "end-silence", silenceId: "sil0000000000001" as SilenceId },
  "refresh-home": { action: "refresh-home" },
} satisfies Readonly<Record<Press["action"], Press>>;

/** Every press, and one twice with another id. */
export const allPresses: readonly Press[] = [
  ...Object.values(byAction),
  { action: "acknowledge", incidentId: "8" as IncidentId },
  { action: "request", incidentId, remediation: "disable-geo-regions" },
];

const byForm = {
  request: { form: "request", previewId: "preview-1" },
  resolve: { form: "resolve", incidentId },
  assign: { form: "assign", incidentId },
  quiet: { form: "quiet", incidentId },
  merge: { form: "merge", incidentId },
  more: { form: "more", incidentId },
  silence: { form: "silence", accountSid },
  "open-incident": { form: "open-incident", accountSid },
} satisfies Readonly<Record<Form["form"], Form>>;

export const allForms: readonly Form[] = Object.values(byForm);

/** A button for each press, that asks first or does not. */
function buttonsWith(text: string, confirm: string | null): readonly Button[] {
  return allPresses.map((press) => ({ label: text, press, style: confirm === null ? "plain" : "danger", confirm }));
}

/** One of each kind with this text in every place. */
export function elementsWith(text: string): Readonly<Record<Element["kind"], Element>> {
  return {
    text: { kind: "text", text: [text, { bold: text }, { atMs: 1_700_000_000_000 }] },
    facts: {
      kind: "facts",
      facts: Array.from({ length: 23 }, () => ({ label: text, value: [text, { bold: text }] })),
    },
    list: { kind: "list", title: text, items: [text, ...COUNTRIES] },
    timeline: { kind: "timeline", entries: KEYS.map((_, index) => ({ atMs: index * 60_000, text: [text] })) },
    mention: { kind: "mention", people, text },
    link: { kind: "link", label: text, subject: KNOWN_SUBJECT },
    entry: {
      kind: "entry",
      text: [{ bold: text }, " ", text],
      button: { label: text, press: byAction.show, style: "danger", confirm: text },
    },
    chart: { kind: "chart", finding: text, picture: KNOWN_PICTURE },
  };
}

/** One of each kind with this text in every place and 200 options where there are any. */
export function fieldsWith(text: string): Readonly<Record<DialogField["kind"], DialogField>> {
  const options = COUNTRIES.map((_, index) => ({ value: `C${index}`, label: text, description: text }));
  return {
    text: { kind: "text", id: "reason", label: text, hint: text, maxCharacters: 9000, isOptional: true },
    "choose-one": { kind: "choose-one", id: "cause", label: text, options, initial: "C150" },
    "choose-many": {
      kind: "choose-many",
      id: "countries",
      label: text,
      options,
      initial: options.map(({ value }) => value),
      isOptional: false,
    },
    "typed-confirmation": { kind: "typed-confirmation", id: "typed", label: text, expected: text },
  };
}

/** Everything at once with this text in every place: more than fits anywhere. */
export function cardWith(text: string, change: Partial<Card> = {}): Card {
  return {
    subject: "incident-7",
    heading: text,
    elements: Object.values(elementsWith(text)),
    buttons: buttonsWith(text, text),
    overflow: buttonsWith(text, null),
    note: text,
    fallback: text,
    tone: "alarm",
    ...change,
  };
}

export function dialogWith(text: string, change: Partial<Dialog> = {}): Dialog {
  return {
    title: text,
    elements: Object.values(elementsWith(text)),
    fields: Object.values(fieldsWith(text)),
    submit: { label: text, form: byForm.request },
    ...change,
  };
}
