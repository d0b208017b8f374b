import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../src/chat/slack/limits.ts";
import { SubmitPayload } from "../../src/chat/slack/payload.ts";
import { decodePress } from "../../src/chat/press.ts";
import { type Block, type RenderContext, toBlocks, toText, toView } from "../../src/chat/slack/render.ts";
import type { ApprovalId, IncidentId, PersonId, RunId } from "../../src/lib/id.ts";
import type { Button, Card, Dialog, DialogField, Element, Press } from "../../src/notice/card.ts";
import { blockKitProblems, viewProblems } from "../../src/sandbox/slack/block-kit.ts";

/** Named, since some are long. */
const NASTY = {
  "a channel mention": "<!channel>",
  "mentions and links": "<!everyone|hi> <@U0BEN> <#C0AUDIT> <https://evil.example|Twilio>",
  formatting: "*bold* _it_ ~no~ `code` ```block```",
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
  "text that grows when escaped": "& ".repeat(4000),
  "a thousand mentions": "<!here>".repeat(1000),
  "thousands of emoji": "👩‍🚒".repeat(2000),
  "JSON of blocks": '"}],"blocks":[{"type":"divider"}]',
} as const;

const incidentId = "7" as IncidentId;
const people = ["ann", "ben"] as PersonId[];
const context: RenderContext = {
  slackIdOf: (person) => (person === "ann" ? "U0ANN" : null),
  linkOf: (subject) => (subject === "known" ? "https://acme.slack.com/archives/C0/p1" : null),
};

const COUNTRIES = Array.from({ length: 200 }, (_, index) => `Country ${index}`);
const KEYS = Array.from({ length: 50 }, (_, index) => `SK${String(index).padStart(32, "0")}`);

/** One of each kind with this text in every place; a new kind does not compile until it is here. */
function elementsWith(text: string): Readonly<Record<Element["kind"], Element>> {
  return {
    text: { kind: "text", text: [text, { bold: text }, { atMs: 1_700_000_000_000 }] },
    facts: {
      kind: "facts",
      facts: Array.from({ length: 23 }, () => ({ label: text, value: [text, { bold: text }] })),
    },
    list: { kind: "list", title: text, items: [text, ...COUNTRIES] },
    timeline: { kind: "timeline", entries: KEYS.map((_, index) => ({ atMs: index * 60_000, text: [text] })) },
    mention: { kind: "mention", people, text },
    link: { kind: "link", label: text, subject: "known" },
  };
}

function fieldsWith(text: string): Readonly<Record<DialogField["kind"], DialogField>> {
  const options = COUNTRIES.map((_, index) => ({ value: `C${index}`, label: text, description: text }));
  return {
    text: { kind: "text", id: "reason", label: text, hint: text, maxCharacters: 9000 },
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

const presses: readonly Press[] = [
  { action: "acknowledge", incidentId },
  { action: "resolve", incidentId },
  { action: "request", incidentId, remediation: "suspend-subaccount" },
  { action: "undo", incidentId, runId: "run0000000000001" as RunId },
  { action: "approve", approvalId: "appr000000000001" as ApprovalId },
  { action: "deny", approvalId: "appr000000000001" as ApprovalId },
];

function buttonsWith(text: string): readonly Button[] {
  return presses.flatMap((press): Button[] => [
    { label: text, press, style: "danger", confirm: text },
    { label: text, press, style: "plain", confirm: null },
  ]);
}

function cardWith(text: string, change: Partial<Card> = {}): Card {
  return {
    subject: "incident-7",
    heading: text,
    elements: Object.values(elementsWith(text)),
    buttons: buttonsWith(text),
    overflow: buttonsWith(text),
    note: text,
    fallback: text,
    tone: "alarm",
    ...change,
  };
}

function dialogWith(text: string, change: Partial<Dialog> = {}): Dialog {
  return {
    title: text,
    elements: Object.values(elementsWith(text)),
    fields: Object.values(fieldsWith(text)),
    submit: { label: text, previewId: "preview-1" },
    ...change,
  };
}

/** What Slack would act on: anything but our own moments, the mention of Ann and the one link. */
function unwantedMarkup(rendered: unknown): readonly string[] {
  const allowed = [
    /^<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d: -]+ UTC>/,
    /^<@U0ANN>/,
    /^<https:\/\/acme\.slack\.com\//,
  ];
  const texts = textsIn(rendered);
  const found = texts.flatMap((text) => [...text.matchAll(/<[^<]*/g)].map(([piece]) => piece));
  return found.filter((piece) => !allowed.some((one) => one.test(piece))).map((piece) => piece.slice(0, 60));
}

/** Texts that Slack reads as mrkdwn. */
function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== "object" || value === null) return [];
  const fields = Object.entries(value);
  const isMarked = fields.some(([name, field]) => name === "type" && field === "mrkdwn");
  return fields.flatMap(([name, field]) => (isMarked && name === "text" ? [String(field)] : textsIn(field)));
}

function actionsIn(blocks: readonly Block[]) {
  return blocks.flatMap((block) => (block.type === "actions" ? block.elements : []));
}

describe.each(Object.entries(NASTY))("with %s in every place", (_name, text) => {
  test("a card is accepted by Slack and says nothing but itself", () => {
    const card = cardWith(text);
    const blocks = toBlocks(card, context);
    expect(blockKitProblems(blocks, "message")).toEqual([]);
    expect(unwantedMarkup(blocks)).toEqual([]);
    expect(toText(card)).not.toContain("<");
    expect(toText(card).length).toBeLessThanOrEqual(LIMITS.messageText);
  });

  test.each(Object.keys(elementsWith("")))("the element %s alone is accepted on both surfaces", (kind) => {
    const elements = Object.values(elementsWith(text)).filter((element) => element.kind === kind);
    const card = cardWith("Heading", { elements, buttons: [], overflow: [], note: null });
    const dialog = dialogWith("Title", { elements, fields: [], submit: null });
    expect(blockKitProblems(toBlocks(card, context), "message")).toEqual([]);
    expect(viewProblems(toView(dialog, context))).toEqual([]);
    expect(unwantedMarkup([toBlocks(card, context), toView(dialog, context)])).toEqual([]);
  });

  test("a dialog is accepted, with and without Submit", () => {
    for (const dialog of [dialogWith(text), dialogWith(text, { submit: null })]) {
      const view = toView(dialog, context);
      expect(viewProblems(view)).toEqual([]);
      expect(unwantedMarkup(view)).toEqual([]);
      expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(250_000);
    }
  });
});

test("any text at all is accepted", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      expect(blockKitProblems(toBlocks(cardWith(text), context), "message")).toEqual([]);
      expect(viewProblems(toView(dialogWith(text), context))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

describe("nothing is left out silently", () => {
  test("a long list says how many more there are", () => {
    const elements: Element[] = [{ kind: "list", title: "Countries", items: COUNTRIES.map((name) => name.repeat(4)) }];
    const text =
      textsIn(toBlocks(cardWith("x", { elements }), context)).find((each) => each.includes("Countries")) ?? "";
    const shown = text.split("\n").filter((line) => line.startsWith("•")).length;
    expect(text.endsWith(`… ${200 - shown} more`)).toBe(true);
  });

  test("a dialog lists what a card cuts", () => {
    const elements: Element[] = [{ kind: "list", title: "Countries", items: COUNTRIES.map((name) => name.repeat(4)) }];
    const text = textsIn(toView(dialogWith("x", { elements }), context)).join("\n");
    expect(text.match(/•/g)).toHaveLength(200);
  });

  test("parts that do not fit are counted", () => {
    const elements: Element[] = Array.from({ length: 80 }, (_, index) => ({ kind: "text", text: [`part ${index}`] }));
    const blocks = toBlocks(cardWith("x", { elements, note: "the end" }), context);
    const shown = textsIn(blocks).filter((text) => text.startsWith("part ")).length;
    expect(textsIn(blocks)).toContain(`… ${80 - shown} more parts do not fit here`);
    expect(textsIn(blocks).at(-1)).toBe("the end");
    expect(blocks.length).toBe(LIMITS.blocksInMessage);
  });

  test("a long timeline keeps its newest entries", () => {
    const entries = Array.from({ length: 100 }, (_, index) => ({ atMs: index * 60_000, text: [`entry ${index}.`] }));
    const [text = ""] = textsIn(
      toBlocks(cardWith("x", { elements: [{ kind: "timeline", entries }], note: null }), context),
    );
    expect(text).toMatch(/^… \d+ earlier\n/);
    expect(text).toContain("entry 99.");
    expect(text).not.toContain("entry 1.");
  });

  test("a timeline that is short keeps its order, oldest first", () => {
    const entries = [1, 2, 3].map((count) => ({ atMs: count * 60_000, text: [`entry ${count}`] }));
    const [text = ""] = textsIn(
      toBlocks(cardWith("x", { elements: [{ kind: "timeline", entries }], note: null }), context),
    );
    expect(text.indexOf("entry 1")).toBeLessThan(text.indexOf("entry 3"));
  });

  test("every button of a card can be pressed, whether as a button or in a menu", () => {
    const card = cardWith("Press");
    const values = actionsIn(toBlocks(card, context)).flatMap((element) => {
      if (element.type === "button") return [element.value ?? ""];
      return element.type === "overflow" ? element.options.map((option) => option.value ?? "") : [];
    });
    expect(values).toHaveLength(card.buttons.length + card.overflow.length);
    expect(values.map(decodePress)).not.toContain(undefined);
  });
});

describe("buttons", () => {
  const one: Button = { label: "Approve", press: presses[4] ?? (presses[0] as Press), style: "primary", confirm: null };

  test("that ask first stay buttons, since a menu asks for all its options alike", () => {
    const asking: Button = { ...one, label: "Deny", confirm: "Deny it for good?" };
    const elements = actionsIn(toBlocks(cardWith("x", { buttons: [one], overflow: [asking] }), context));
    expect(elements.map((element) => element.type)).toEqual(["button", "button"]);
    expect(elements[1]).toMatchObject({ confirm: { text: { text: "Deny it for good?" } } });
  });

  test("are absent from a settled card", () => {
    const blocks = toBlocks(cardWith("x", { buttons: [], overflow: [] }), context);
    expect(blocks.some((block) => block.type === "actions")).toBe(false);
  });
});

test("a mention names each person on Slack by id, and others by their name in the roster", () => {
  const elements: Element[] = [{ kind: "mention", people, text: "approve?" }];
  expect(textsIn(toBlocks(cardWith("x", { elements, note: null }), context))).toEqual(["<@U0ANN> ben approve?"]);
});

test("an alarm is told by a mark and words, not by colour", () => {
  const [heading] = toBlocks(cardWith("CRITICAL: calls to Latvia"), context);
  expect(heading).toMatchObject({ type: "header", text: { text: "🚨 CRITICAL: calls to Latvia" } });
});

test("what was chosen in the two menus of a long choice comes back as one field", () => {
  const view = toView(dialogWith("Countries"), context);
  const state = (values: readonly string[]) => ({ value: { selected_options: values.map((value) => ({ value })) } });
  const values = {
    countries: state(["C1"]),
    "countries~2": state(["C150", "C199"]),
    reason: { value: { value: null } },
  };
  const blocks = view.blocks.map((block, index) => ({ block_id: `b${index}`, ...block }));
  const submitted = SubmitPayload.parse({
    user: { id: "U0ANN" },
    team: { id: "T0ACME" },
    view: { ...view, id: "V1", blocks, state: { values } },
  });
  expect(submitted.values).toEqual({ countries: ["C1", "C150", "C199"], reason: [] });
  expect(submitted.previewId).toBe("preview-1");
  expect(submitted.inputs).toEqual(["reason", "countries", "countries~2", "typed"]);
});
