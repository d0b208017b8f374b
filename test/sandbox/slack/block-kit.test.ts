import { expect, test } from "vitest";
import { blockKitProblems, viewProblems } from "../../../src/sandbox/slack/block-kit.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const button = (more: object = {}) => ({ type: "button", text: plain("Go"), action_id: "go", ...more });
const section = (more: object = {}) => ({ type: "section", text: { type: "mrkdwn", text: "Hi" }, ...more });
const options = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: plain(`Option ${index}`), value: `v${index}` }));
const actions = (...elements: object[]) => ({ type: "actions", elements });
const input = (element: object, more: object = {}) => ({ type: "input", label: plain("Why"), element, ...more });
const modal = (more: object = {}) => ({ type: "modal", title: plain("Title"), blocks: [section()], ...more });

test("takes a message with one of everything that Tollgate uses", () => {
  const confirm = { title: plain("Sure?"), text: plain("It ends calls."), confirm: plain("Yes"), deny: plain("No") };
  const blocks = [
    { type: "header", text: plain("Voice traffic to Latvia") },
    section({ fields: [{ type: "mrkdwn", text: "*Spend*\n$12" }], accessory: button({ style: "danger", confirm }) }),
    { type: "divider" },
    { type: "context", elements: [{ type: "mrkdwn", text: "as of 03:00" }] },
    actions(button(), { type: "overflow", action_id: "more", options: options(5) }),
    { type: "image", image_url: "https://example.com/chart.png", alt_text: "calls per minute" },
    { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "hi" }] }] },
  ];
  expect(blockKitProblems(blocks, "message")).toEqual([]);
});

test.each([
  [
    "51 blocks in a message",
    Array.from({ length: 51 }, () => ({ type: "divider" })),
    "no more than 50 items allowed [json-pointer:/blocks]",
  ],
  [
    "a header of 151 characters",
    [{ type: "header", text: plain("x".repeat(151)) }],
    "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "a section text of 3001 characters",
    [section({ text: plain("x".repeat(3001)) })],
    "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "an empty text",
    [section({ text: plain("") })],
    "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
  ],
  ["a section without text and fields", [{ type: "section" }], "must provide text or fields [json-pointer:/blocks/0]"],
  [
    "eleven fields",
    [section({ fields: Array.from({ length: 11 }, () => plain("x")) })],
    "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
  ],
  [
    "a field of 2001 characters",
    [section({ fields: [plain("x".repeat(2001))] })],
    "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
  ],
  [
    "26 buttons",
    [actions(...Array.from({ length: 26 }, (_, index) => button({ action_id: `a${index}` })))],
    "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "a button text of 76 characters",
    [actions(button({ text: plain("x".repeat(76)) }))],
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
  ],
  [
    "a button with marked text",
    [actions(button({ text: { type: "mrkdwn", text: "*x*" } }))],
    "must be one of: plain_text [json-pointer:/blocks/0/elements/0/text/type]",
  ],
  [
    "a button value of 2001 characters",
    [actions(button({ value: "x".repeat(2001) }))],
    "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
  ],
  [
    "an unknown button style",
    [actions(button({ style: "warning" }))],
    "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
  ],
  [
    "six overflow options",
    [actions({ type: "overflow", action_id: "o", options: options(6) })],
    "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "eleven context elements",
    [{ type: "context", elements: Array.from({ length: 11 }, () => plain("x")) }],
    "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "a confirm text of 301 characters",
    [
      actions(
        button({ confirm: { title: plain("t"), text: plain("x".repeat(301)), confirm: plain("y"), deny: plain("n") } }),
      ),
    ],
    "must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]",
  ],
  ["an unknown block", [{ type: "wat" }], "unsupported type: wat [json-pointer:/blocks/0/type]"],
  ["an unknown field", [section({ colour: "red" })], "invalid additional property: colour [json-pointer:/blocks/0]"],
  ["a field that is missing", [{ type: "header" }], "missing required field: text [json-pointer:/blocks/0]"],
  [
    "a block id twice",
    [section({ block_id: "a" }), section({ block_id: "a" })],
    "`block_id` already exists: a [json-pointer:/blocks]",
  ],
  [
    "an action id twice in one block",
    [actions(button(), button())],
    "`action_id` already exists: go [json-pointer:/blocks/0]",
  ],
  [
    "a button link that is no link",
    [actions(button({ url: "javascript:alert(1)" }))],
    "invalid url [json-pointer:/blocks/0/elements/0/url]",
  ],
  [
    "an initial option that is not offered",
    [
      actions({
        type: "static_select",
        action_id: "s",
        options: options(2),
        initial_option: { text: plain("Other"), value: "other" },
      }),
    ],
    "initial option is not among the options: other [json-pointer:/blocks/0/elements/0]",
  ],
  [
    "101 options",
    [actions({ type: "static_select", action_id: "s", options: options(101) })],
    "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "more text than a message holds",
    Array.from({ length: 5 }, () => section({ text: plain("x".repeat(2500)) })),
    "no more than 12000 characters allowed in all blocks [json-pointer:/blocks]",
  ],
])("refuses %s", (_, blocks, problem) => {
  expect(blockKitProblems(blocks, "message")).toContain(problem);
});

test("says every problem, not only the first", () => {
  expect(blockKitProblems([{ type: "header" }, { type: "wat" }], "message")).toHaveLength(2);
});

test("refuses what is no list of blocks", () => {
  expect(blockKitProblems({ type: "section" }, "message")).toEqual(["must be an array [json-pointer:/blocks]"]);
});

test("a view takes 100 blocks, and no markdown", () => {
  const blocks = Array.from({ length: 100 }, () => ({ type: "divider" }));
  expect(blockKitProblems(blocks, "modal")).toEqual([]);
  expect(blockKitProblems([...blocks, { type: "divider" }], "modal")).toHaveLength(1);
  expect(blockKitProblems([{ type: "markdown", text: "hi" }], "modal")).toHaveLength(1);
});

test("takes a dialog with inputs and Submit", () => {
  const blocks = [
    input(
      { type: "plain_text_input", action_id: "why", multiline: true, max_length: 500 },
      { hint: plain("Be brief") },
    ),
    input({ type: "multi_static_select", action_id: "keys", options: options(3), initial_options: options(3) }),
    input({ type: "checkboxes", action_id: "sure", options: options(1) }, { optional: true }),
    input({ type: "radio_buttons", action_id: "how", options: options(2) }),
  ];
  expect(viewProblems(modal({ blocks, submit: plain("Request"), close: plain("Cancel") }))).toEqual([]);
});

test.each([
  [
    "a title of 25 characters",
    modal({ title: plain("x".repeat(25)) }),
    "must be less than 25 characters [json-pointer:/view/title/text]",
  ],
  [
    "inputs without Submit",
    modal({ blocks: [input({ type: "plain_text_input", action_id: "why" })] }),
    "missing required field: submit [json-pointer:/view]",
  ],
  [
    "private metadata of 3001 characters",
    modal({ private_metadata: "x".repeat(3001) }),
    "must be less than 3001 characters [json-pointer:/view/private_metadata]",
  ],
  [
    "a field that modals do not have",
    modal({ submit_disabled: true }),
    "invalid additional property: submit_disabled [json-pointer:/view]",
  ],
  ["a view without title", { type: "modal", blocks: [] }, "missing required field: title [json-pointer:/view]"],
  ["a bad block", modal({ blocks: [{ type: "wat" }] }), "unsupported type: wat [json-pointer:/view/blocks/0/type]"],
])("a dialog may not have %s", (_, view, problem) => {
  expect(viewProblems(view)).toContain(problem);
});
