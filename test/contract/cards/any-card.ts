/** Any card and dialog that the model's types allow, within what it says of itself: five buttons at most, ids that are ids. */
import fc from "fast-check";
import type { AccountSid, ApprovalId, IncidentId, PersonId, RunId, SilenceId } from "../../../src/lib/id.ts";
import type { Button, Card, Dialog, DialogField, Element, Form, Press, Rich } from "../../../src/notice/card.ts";
import { HOSTILE_TEXTS } from "./outside.ts";
import { DRAWN } from "./people.ts";

const id = fc.stringMatching(/^[0-9a-z]{1,16}$/);
const incidentId = id.map((each) => each as IncidentId);
const accountSid = fc.stringMatching(/^AC[0-9a-f]{32}$/).map((each) => each as AccountSid);
const atMs = fc.integer({ min: Date.UTC(2008, 0), max: Date.UTC(2099, 0) });

const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.lorem({ maxCount: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 200 }) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  { weight: 2, arbitrary: fc.constantFrom(...Object.values(HOSTILE_TEXTS)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.string({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 600 }))
      .map(([piece, count]) => piece.repeat(count)),
  },
);
const rich: fc.Arbitrary<Rich> = fc.array(fc.oneof(text, fc.record({ bold: text }), fc.record({ atMs })), {
  maxLength: 5,
});

const press: fc.Arbitrary<Press> = fc.oneof(
  fc.record({
    action: fc.constantFrom("acknowledge", "wake", "reopen", "report", "show"),
    incidentId,
  }),
  fc.record({ action: fc.constantFrom("resolve", "assign", "quiet", "merge", "more"), incidentId }),
  fc.record({ action: fc.constant("request"), incidentId, remediation: fc.stringMatching(/^[a-z-]{1,40}$/) }),
  fc.record({ action: fc.constant("undo"), incidentId, runId: id.map((each) => each as RunId) }),
  fc.record({ action: fc.constantFrom("approve", "deny"), approvalId: id.map((each) => each as ApprovalId) }),
  fc.record({ action: fc.constantFrom("open-incident", "silence"), accountSid }),
  fc.record({ action: fc.constant("end-silence"), silenceId: id.map((each) => each as SilenceId) }),
  fc.constant<Press>({ action: "refresh-home" }),
);

const button: fc.Arbitrary<Button> = fc.record({
  label: text,
  press,
  style: fc.constantFrom("primary", "danger", "plain"),
  confirm: fc.option(text, { nil: null }),
});

const element: fc.Arbitrary<Element> = fc.oneof(
  fc.record({ kind: fc.constant("text"), text: rich }),
  fc.record({
    kind: fc.constant("facts"),
    facts: fc.array(fc.record({ label: text, value: rich }), { maxLength: 25 }),
  }),
  fc.record({ kind: fc.constant("list"), title: text, items: fc.array(text, { maxLength: 60 }) }),
  fc.record({ kind: fc.constant("timeline"), entries: fc.array(fc.record({ atMs, text: rich }), { maxLength: 30 }) }),
  fc.record({
    kind: fc.constant("mention"),
    people: fc.uniqueArray(fc.constantFrom("ann", "ben", "dia", "eve").map((each) => each as PersonId)),
    text,
  }),
  fc.record({ kind: fc.constant("link"), label: text, subject: fc.constantFrom("incident-7", "outcome-1") }),
  fc.record({ kind: fc.constant("entry"), text: rich, button: fc.option(button, { nil: null }) }),
  fc.record({
    kind: fc.constant("chart"),
    finding: text,
    picture: fc.option(fc.constantFrom(DRAWN, "0".repeat(32)), { nil: null }),
  }),
);

export const anyCard: fc.Arbitrary<Card> = fc.record({
  subject: fc.constantFrom("incident-7", "home", "answer-incident-7"),
  heading: text,
  elements: fc.array(element, { maxLength: 40 }),
  buttons: fc.array(button, { maxLength: 5 }),
  // What asks first is a button of its own.
  overflow: fc.array(
    button.map((each): Button => ({ ...each, confirm: null })),
    { maxLength: 5 },
  ),
  note: fc.option(text, { nil: null }),
  fallback: text,
  tone: fc.constantFrom("alarm", "attention", "calm"),
});

const options = fc.uniqueArray(fc.record({ value: fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/), label: text }), {
  maxLength: 150,
  selector: ({ value }) => value,
});
const field: fc.Arbitrary<DialogField> = fc.oneof(
  fc.record({ kind: fc.constant("typed-confirmation"), id, label: text, expected: text }),
  fc.record({
    kind: fc.constant("text"),
    id,
    label: text,
    hint: fc.option(text, { nil: null }),
    maxCharacters: fc.integer({ min: 1, max: 5000 }),
    isOptional: fc.boolean(),
  }),
  options.map(
    (all): DialogField => ({
      kind: "choose-one",
      id: "one",
      label: "Which one",
      options: all,
      initial: all[0]?.value ?? null,
    }),
  ),
  options.map(
    (all): DialogField => ({
      kind: "choose-many",
      id: "many",
      label: "Which ones",
      options: all,
      initial: all.slice(0, 9).map(({ value }) => value),
      isOptional: false,
    }),
  ),
);
const form: fc.Arbitrary<Form> = fc.oneof(
  fc.record({ form: fc.constant("request"), previewId: id }),
  fc.record({ form: fc.constantFrom("resolve", "assign", "quiet", "merge", "more"), incidentId }),
  fc.record({ form: fc.constantFrom("silence", "open-incident"), accountSid }),
);

export const anyDialog: fc.Arbitrary<Dialog> = fc.record({
  title: fc.constantFrom("Resolve the incident", "Disable geo regions"),
  elements: fc.array(
    element.filter(({ kind }) => kind !== "entry"),
    { maxLength: 15 },
  ),
  fields: fc.uniqueArray(field, { maxLength: 4, selector: (each) => each.id }),
  submit: fc.option(fc.record({ label: text, form }), { nil: null }),
});
