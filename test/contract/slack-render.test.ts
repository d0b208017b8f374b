import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePress } from "../../src/chat/press.ts";
import { LIMITS } from "../../src/chat/slack/limits.ts";
import { SubmitPayload } from "../../src/chat/slack/payload.ts";
import {
  type Block,
  type RenderContext,
  toBlocks,
  toCardView,
  toHomeView,
  toText,
  toView,
} from "../../src/chat/slack/render.ts";
import type { Button, DialogField, Element } from "../../src/notice/card.ts";
import { blockKitProblems, viewProblems } from "../../src/sandbox/slack/block-kit.ts";
import {
  allPresses,
  COUNTRIES,
  cardWith,
  dialogWith,
  elementsWith,
  fieldsWith,
  incidentId,
  KNOWN_PICTURE,
  KNOWN_SUBJECT,
  NASTY,
  people,
} from "./card-fixtures.ts";

const context: RenderContext = {
  slackIdOf: (person) => (person === "ann" ? "U0ANN" : null),
  linkOf: (subject) => (subject === KNOWN_SUBJECT ? "https://acme.slack.com/archives/C0/p1" : null),
  pictureOf: (digest) => ({ [KNOWN_PICTURE]: "F0PICTURE1", refused: "no id of Slack" })[digest] ?? null,
};

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

  test("a card is accepted as an App Home and as a dialog", () => {
    for (const view of [toHomeView(cardWith(text), context), toCardView(cardWith(text), context)]) {
      expect(viewProblems(view)).toEqual([]);
      expect(unwantedMarkup(view)).toEqual([]);
      expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(250_000);
    }
  });

  test.each(Object.keys(fieldsWith("")))("the field %s alone is accepted", (kind) => {
    const fields = Object.values(fieldsWith(text)).filter((field) => field.kind === kind);
    expect(viewProblems(toView(dialogWith("Title", { elements: [], fields }), context))).toEqual([]);
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

  test("a timeline that is short keeps its order, oldest first, also within one moment", () => {
    const entries = [1, 2, 3].map((count) => ({ atMs: Math.min(count, 2) * 60_000, text: [`entry ${count}`] }));
    const [text = ""] = textsIn(
      toBlocks(cardWith("x", { elements: [{ kind: "timeline", entries }], note: null }), context),
    );
    expect(text.indexOf("entry 1")).toBeLessThan(text.indexOf("entry 2"));
    expect(text.indexOf("entry 2")).toBeLessThan(text.indexOf("entry 3"));
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
  const one: Button = {
    label: "Acknowledge",
    press: { action: "acknowledge", incidentId },
    style: "primary",
    confirm: null,
  };

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
    cause: { value: { selected_option: { value: "C150" } } },
    reason: { value: { value: null } },
  };
  const blocks = view.blocks.map((block, index) => ({ block_id: `b${index}`, ...block }));
  const submitted = SubmitPayload.parse({
    user: { id: "U0ANN" },
    team: { id: "T0ACME" },
    view: { ...view, id: "V1", blocks, state: { values } },
  });
  expect(submitted.values).toEqual({ countries: ["C1", "C150", "C199"], cause: ["C150"], reason: [] });
  expect(submitted.form).toEqual({ form: "request", previewId: "preview-1" });
  expect(submitted.inputs).toEqual(["reason", "cause", "countries", "countries~2", "typed"]);
});

describe("a choice of one", () => {
  const field = (count: number, initial: string | null): DialogField => ({
    kind: "choose-one",
    id: "cause",
    label: "Cause",
    options: Array.from({ length: count }, (_, index) => ({ value: `v${index}`, label: `Option ${index}` })),
    initial,
  });
  const input = (from: DialogField) => toView(dialogWith("x", { elements: [], fields: [from] }), context).blocks[0];

  test.each([
    [10, "radio_buttons"],
    [11, "static_select"],
  ])("of %i options is shown as %s", (count, type) => {
    expect(input(field(count, null))).toMatchObject({ type: "input", block_id: "cause", element: { type } });
  });

  test("has what was chosen before, and nothing when that is no option", () => {
    expect(input(field(3, "v2"))).toMatchObject({ element: { initial_option: { value: "v2" } } });
    expect(JSON.stringify(input(field(3, "other")))).not.toContain("initial_option");
  });

  test("of more options than a menu holds has them all, in groups", () => {
    const shown = JSON.stringify(input(field(230, "v229")));
    expect(shown.match(/"value":"v\d+"/g)).toHaveLength(231);
    expect(shown).toContain("201 to 230");
  });

  test("of nothing says so, and can be sent", () => {
    expect(input(field(0, null))).toMatchObject({ type: "section" });
  });
});

test("a text that may be left out says so to Slack, which would demand it otherwise", () => {
  const text = (isOptional: boolean): DialogField => ({ ...fieldsWith("Why").text, isOptional }) as DialogField;
  const optionalOf = (field: DialogField) => toView(dialogWith("x", { elements: [], fields: [field] }), context).blocks;
  expect(optionalOf(text(true))).toMatchObject([{ optional: true }]);
  expect(optionalOf(text(false))).toMatchObject([{ optional: false }]);
});

test("an entry of a list has its button beside its words", () => {
  const elements: Element[] = [
    {
      kind: "entry",
      text: ["Incident 7"],
      button: { label: "Show", press: { action: "show", incidentId }, style: "plain", confirm: null },
    },
    { kind: "entry", text: ["Incident 8"], button: null },
  ];
  const [, first, second] = toBlocks(cardWith("x", { elements, note: null }), context);
  expect(first).toMatchObject({ text: { text: "Incident 7" }, accessory: { type: "button", action_id: "show.7" } });
  expect(second).not.toHaveProperty("accessory");
});

test("a chart tells in words what it shows, also while Slack does not have its picture", () => {
  const finding = "Calls to Latvia: 12 an hour, 40 times the usual";
  const shown = (picture: string | null) =>
    toBlocks(cardWith("x", { elements: [{ kind: "chart", finding, picture }], note: null }), context)[1];
  const picture = { type: "image", slack_file: { id: "F0PICTURE1" }, alt_text: finding, title: { text: finding } };
  expect(shown(KNOWN_PICTURE)).toMatchObject(picture);
  for (const missing of [null, "not-uploaded", "refused"]) {
    expect(shown(missing)).toMatchObject({ type: "section", text: { text: finding } });
  }
});

test("every press has a button that Slack accepts and that can be read back", () => {
  const values = actionsIn(toBlocks(cardWith("Press"), context)).flatMap((element) =>
    element.type === "button" ? [element.value ?? ""] : [],
  );
  expect(new Set(values.map((value) => decodePress(value)?.action))).toEqual(
    new Set(allPresses.map(({ action }) => action)),
  );
});
