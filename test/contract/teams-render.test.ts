import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeForm, decodePress } from "../../src/chat/press.ts";
import { fieldValues } from "../../src/chat/teams/fields.ts";
import { LIMITS } from "../../src/chat/teams/limits.ts";
import { type RenderContext, toActivity, toCard, toDialogCard, toText } from "../../src/chat/teams/render.ts";
import { type Card, type Element, opensDialog } from "../../src/notice/card.ts";
import { isJson, type Json } from "../../src/sandbox/slack/json.ts";
import { cardProblems } from "../../src/sandbox/teams/card-checks.ts";
import {
  allForms,
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
  teamsIdOf: (person) => (person === "ann" ? "5f0c2d1e-0000-4000-8000-00000000a001" : null),
  nameOf: (person) => (person === "ann" ? "Ann Ito" : person),
  linkOf: (subject) => (subject === KNOWN_SUBJECT ? "https://teams.microsoft.com/l/message/19%3Aa/1?x=y" : null),
  pictureOf: (digest) =>
    ({ [KNOWN_PICTURE]: "data:image/png;base64,iVBORw0KGgo=", odd: "javascript:alert(1)" })[digest] ?? null,
};

/** Every object of a card, at any depth. */
function objectsIn(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (!isJson(value)) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

/** Texts that Teams reads as Markdown. */
function textsIn(card: unknown): readonly string[] {
  return objectsIn(card).flatMap(({ type, text, title, value }) => {
    if (type === "TextBlock") return [String(text)];
    return type === undefined && typeof title === "string" && value !== undefined ? [title, String(value)] : [];
  });
}

/** What Teams would act on: anything but our own moments, bold words, the mention of Ann and the one link. */
function unwantedMarkup(card: unknown): readonly string[] {
  const left = textsIn(card).map((text) =>
    text
      .replace(/\{\{DATE\((1970-01-01|2023-11-14)T[\d:]{8}Z, SHORT\)\}\} \{\{TIME\(\1T[\d:]{8}Z\)\}\}/g, "")
      .replaceAll("<at>Ann Ito</at>", "")
      .replaceAll("](https://teams.microsoft.com/l/message/19%3Aa/1?x=y)", ""),
  );
  return left.flatMap((text) => [
    ...(text.match(/[<`\\]|\]\(|\]\[|\]:|\{\{|&#?\w+;|^\s*(?:#|---|===|\d+\.\s|\+ )/gm) ?? []),
    // Ours come in pairs.
    ...((text.match(/\*\*/g)?.length ?? 0) % 2 === 0 ? [] : [`odd: ${text.slice(0, 60)}`]),
    ...(text.replaceAll("**", "").includes("*") ? [`star: ${text.slice(0, 60)}`] : []),
  ]);
}

function actionsIn(card: unknown): readonly Json[] {
  // The fallback is the same button for old clients.
  return objectsIn(card).filter(
    (each) => each["type"] === "Action.Execute" || (each["type"] === "Action.Submit" && !isFallback(card, each)),
  );
}

function isFallback(card: unknown, action: Json): boolean {
  return objectsIn(card).some((each) => each["fallback"] === action);
}

function bytesOf(card: unknown): number {
  return Buffer.byteLength(JSON.stringify(card));
}

/** As many buttons as our cards have at most. */
function realCard(text: string, change: Partial<Card> = {}): Card {
  const { buttons, overflow } = cardWith(text);
  return cardWith(text, { buttons: buttons.slice(0, 5), overflow: overflow.slice(0, 5), ...change });
}

describe.each(Object.entries(NASTY))("with %s in every place", (_name, text) => {
  test("a card is accepted by Teams and says nothing but itself", () => {
    const card = toCard(realCard(text), context);
    expect(cardProblems(card)).toEqual([]);
    expect(unwantedMarkup(card)).toEqual([]);
    expect(bytesOf(card)).toBeLessThanOrEqual(LIMITS.cardBytes);
    expect(toText(realCard(text))).not.toMatch(/^\s*$/);
  });

  test("a card with every button there is stays below what Teams takes", () => {
    const card = toCard(cardWith(text), context);
    expect(cardProblems(card)).toEqual([]);
    expect(JSON.stringify(toActivity(card, text)).length * 2).toBeLessThan(100 * 1024);
  });

  test.each(Object.keys(elementsWith("")))("the element %s alone is accepted on both surfaces", (kind) => {
    const elements = Object.values(elementsWith(text)).filter((element) => element.kind === kind);
    const card = toCard(cardWith("Heading", { elements, buttons: [], overflow: [], note: null }), context);
    const dialog = toDialogCard(dialogWith("Title", { elements, fields: [], submit: null }), context, {});
    for (const each of [card, dialog]) {
      expect(cardProblems(each)).toEqual([]);
      expect(unwantedMarkup(each)).toEqual([]);
    }
  });

  test.each(Object.keys(fieldsWith("")))("the field %s alone is accepted, also with what is wrong in it", (kind) => {
    const fields = Object.values(fieldsWith(text)).filter((field) => field.kind === kind);
    const dialog = dialogWith("Title", { elements: [], fields });
    const correction = {
      problems: Object.fromEntries(fields.map(({ id }) => [id, text])),
      entered: Object.fromEntries(fields.map(({ id }) => [id, [text]])),
    };
    for (const card of [toDialogCard(dialog, context, {}), toDialogCard(dialog, context, {}, correction)]) {
      expect(cardProblems(card)).toEqual([]);
      expect(unwantedMarkup(card)).toEqual([]);
    }
  });

  test("a dialog is accepted, with and without Submit", () => {
    for (const dialog of [dialogWith(text), dialogWith(text, { submit: null })]) {
      const card = toDialogCard(dialog, context, { dialog: "1" });
      expect(cardProblems(card)).toEqual([]);
      expect(unwantedMarkup(card)).toEqual([]);
      expect(JSON.stringify(card).length * 2).toBeLessThan(100 * 1024);
    }
  });
});

test("any text at all is accepted and inert", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const card = toCard(realCard(text), context);
      expect(cardProblems(card)).toEqual([]);
      expect(unwantedMarkup(card)).toEqual([]);
      expect(cardProblems(toDialogCard(dialogWith(text), context, {}))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("what formats only together is inert as well", () => {
  const elements: Element[] = [{ kind: "text", text: ["see [Twilio]", "(https://evil.example) and {", "{TIME(x)}}"] }];
  expect(unwantedMarkup(toCard(cardWith("x", { elements, note: null }), context))).toEqual([]);
});

test("any mix of what formats is inert", () => {
  const pieces = fc.constantFrom(
    "[",
    "]",
    "(",
    ")",
    ":",
    "*",
    "**",
    "_",
    "`",
    "~",
    "<at>",
    "</at>",
    "{",
    "{{",
    "}}",
    "\n",
    "-",
    "1.",
    "#",
    "&lt;",
    "\\",
    "!",
    " ",
    "a",
    ">",
    "=",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const text = parts.join("");
      const elements = Object.values(elementsWith(text));
      expect(unwantedMarkup(toCard(realCard(text, { elements }), context))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

describe("nothing is left out silently", () => {
  test("a long list says how many more there are", () => {
    const elements: Element[] = [{ kind: "list", title: "Countries", items: COUNTRIES.map((name) => name.repeat(4)) }];
    const [, , text = ""] = textsIn(toCard(cardWith("x", { elements, buttons: [], overflow: [] }), context));
    const shown = text.split("\r").filter((line) => line.startsWith("- ")).length;
    expect(shown).toBeGreaterThan(20);
    expect(text.endsWith(`… ${200 - shown} more`)).toBe(true);
  });

  test("a dialog lists what a card cuts", () => {
    const elements: Element[] = [{ kind: "list", title: "Countries", items: COUNTRIES.map((name) => name.repeat(3)) }];
    const text = textsIn(toDialogCard(dialogWith("x", { elements, fields: [] }), context, {})).join("\n");
    expect(text.match(/- Country/g)).toHaveLength(200);
  });

  test("parts that do not fit are counted", () => {
    const words = "word ".repeat(100);
    const elements: Element[] = Array.from({ length: 80 }, (_, index) => ({
      kind: "text",
      text: [`part ${index} ${words}`],
    }));
    const card = toCard(realCard("x", { elements, note: "the end" }), context);
    const shown = textsIn(card).filter((text) => text.startsWith("part ")).length;
    expect(textsIn(card)).toContain(`… ${80 - shown} more parts do not fit here`);
    expect(textsIn(card)).toContain("the end");
    expect(bytesOf(card)).toBeLessThanOrEqual(LIMITS.cardBytes);
    expect(shown).toBeGreaterThan(20);
  });

  test("a long timeline keeps its newest entries, and a short one its order", () => {
    const timeline = (count: number): Element => ({
      kind: "timeline",
      entries: Array.from({ length: count }, (_, index) => ({ atMs: index * 60_000, text: [`entry ${index}.`] })),
    });
    const textOf = (element: Element) =>
      textsIn(toCard(cardWith("x", { elements: [element], buttons: [], overflow: [], note: null }), context))[1] ?? "";
    expect(textOf(timeline(100))).toMatch(/^… \d+ earlier\n/);
    expect(textOf(timeline(100))).toContain("entry 99.");
    expect(textOf(timeline(100))).not.toContain("entry 1.");
    expect(textOf(timeline(3)).indexOf("entry 1")).toBeLessThan(textOf(timeline(3)).indexOf("entry 2"));
    const atOnce: Element = {
      kind: "timeline",
      entries: ["first", "second"].map((text) => ({ atMs: 0, text: [text] })),
    };
    expect(textOf(atOnce).indexOf("first")).toBeLessThan(textOf(atOnce).indexOf("second"));
  });

  test("people of whom there are too many are counted", () => {
    const many = Array.from({ length: 30 }, (_, index) => `person-${index}` as (typeof people)[number]);
    const elements: Element[] = [{ kind: "mention", people: many, text: "look" }];
    expect(textsIn(toCard(cardWith("x", { elements, note: null }), context))[1]).toContain("… 10 more look");
  });

  test("every button of a card can be pressed, six in a row at most", () => {
    const card = cardWith("Press");
    const rendered = toCard(card, context);
    const actions = actionsIn({
      ...rendered,
      body: (rendered["body"] as Json[]).filter((each) => each["type"] === "ActionSet"),
    });
    expect(actions).toHaveLength(card.buttons.length + card.overflow.length);
    for (const { data } of actions) {
      expect(isJson(data) && decodePress(String(data["press"]))).toBeTruthy();
      expect(data).toMatchObject({ subject: "incident-7" });
    }
  });
});

describe("a button", () => {
  const one = (press: (typeof allPresses)[number]) =>
    toCard(
      cardWith("x", { elements: [], buttons: [{ label: "Go", press, style: "primary", confirm: null }], overflow: [] }),
      context,
    );

  test.each(allPresses.map((press) => [press.action, press] as const))(
    "%s asks for what it opens",
    (_action, press) => {
      const [action] = actionsIn(one(press));
      expect(action?.["type"]).toBe(opensDialog(press) ? "Action.Submit" : "Action.Execute");
      const asksForDialog = JSON.stringify(action).includes('"msteams":{"type":"task/fetch"}');
      expect(asksForDialog).toBe(opensDialog(press));
    },
  );

  test("that Teams executes has the same for old clients", () => {
    const [action] = actionsIn(one({ action: "acknowledge", incidentId }));
    expect(action).toMatchObject({ verb: "press", title: "Go", style: "positive" });
    expect(action?.["fallback"]).toMatchObject({ type: "Action.Submit", title: "Go", data: action?.["data"] });
  });

  test("is not executed in a dialog, which does not know that", () => {
    const elements = Object.values(elementsWith("x"));
    const types = actionsIn(toDialogCard(dialogWith("x", { elements }), context, {})).map((each) => each["type"]);
    expect(new Set(types)).toEqual(new Set(["Action.Submit"]));
  });

  test("is absent from a settled card", () => {
    const card = toCard(cardWith("x", { elements: [], buttons: [], overflow: [] }), context);
    expect(card).not.toHaveProperty("actions");
    expect(actionsIn(card)).toEqual([]);
  });
});

test("a mention names who is on Teams so that they are told, and others by their name", () => {
  const elements: Element[] = [{ kind: "mention", people, text: "approve?" }];
  const card = toCard(cardWith("x", { elements, note: null }), context);
  expect(textsIn(card)[1]).toBe("<at>Ann Ito</at> ben approve?");
  expect(card["msteams"]).toEqual({
    width: "Full",
    entities: [
      {
        type: "mention",
        text: "<at>Ann Ito</at>",
        mentioned: { id: "5f0c2d1e-0000-4000-8000-00000000a001", name: "Ann Ito" },
      },
    ],
  });
});

test("who may see it in their own way is named, sixty at most", () => {
  const viewers = Array.from({ length: 80 }, (_, index) => `29:${index}`);
  const card = toCard(cardWith("x"), context, viewers);
  expect(cardProblems(card)).toEqual([]);
  expect(card["refresh"]).toMatchObject({ action: { verb: "refresh", data: { subject: "incident-7" } } });
  expect(isJson(card["refresh"]) && card["refresh"]["userIds"]).toHaveLength(60);
  expect(toCard(cardWith("x"), context)).not.toHaveProperty("refresh");
});

test("an alarm is told by a mark and words, not by colour alone", () => {
  expect(textsIn(toCard(cardWith("CRITICAL: calls to Latvia"), context))[0]).toBe("🚨 CRITICAL: calls to Latvia");
});

test("a card is a message of its own, with its sentence for notifications", () => {
  const card = toCard(cardWith("x"), context);
  const activity = toActivity(card, "Calls to Latvia");
  expect(activity).toEqual({
    type: "message",
    summary: "Calls to Latvia",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: card }],
  });
});

test("a picture has its finding in words, and only the words while it is not drawn", () => {
  const chart = (picture: string | null) =>
    toCard(cardWith("x", { elements: [{ kind: "chart", finding: "Calls doubled.", picture }], note: null }), context);
  expect(JSON.stringify(chart(KNOWN_PICTURE))).toContain('"altText":"Calls doubled."');
  for (const missing of [null, "not-drawn", "odd"]) {
    expect(JSON.stringify(chart(missing))).not.toContain("Image");
    expect(textsIn(chart(missing))).toContain("Calls doubled.");
  }
});

test("a picture does not count as text: nothing is left out for it", () => {
  const finding = "Calls doubled.";
  const elements = [1, 2].map(() => ({ kind: "chart", finding, picture: KNOWN_PICTURE }) as const);
  const big = { ...context, pictureOf: () => `data:image/png;base64,${"A".repeat(60_000)}` };
  const card = toCard(cardWith("x", { elements, note: null }), big);
  expect(objectsIn(card).filter(({ type }) => type === "Image")).toHaveLength(2);
});

test("what is entered comes back by field, and what a dialog is about comes back as it was", () => {
  for (const form of allForms) {
    const card = toDialogCard(dialogWith("x", { elements: [], submit: { label: "Send", form } }), context, {
      dialog: "d1",
    });
    const [action] = actionsIn(card);
    const data = isJson(action?.["data"]) ? action["data"] : {};
    expect(decodeForm(String(data["form"]))).toEqual(form);
    expect(data["dialog"]).toBe("d1");
  }
  const data = { form: "x", "one.reason": "a, b", "many.countries": "LV,EE", "one.cause": "", "many.none": "" };
  expect(fieldValues(data)).toEqual({ reason: ["a, b"], countries: ["LV", "EE"], cause: [], none: [] });
});
