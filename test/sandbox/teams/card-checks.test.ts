import { expect, test } from "vitest";
import { cardProblems } from "../../../src/sandbox/teams/card-checks.ts";
import { card, words } from "./tiny-bot.ts";

test.each([
  ["an element that 1.5 does not know", card([{ type: "Carousel2", pages: [] }])],
  ["an action that 1.5 does not know", card([words("x")], [{ type: "Action.Http", title: "x" }])],
  ["a text without text", card([{ type: "TextBlock" }])],
  ["a version that Teams does not show", { ...card([words("x")]), version: "1.6" }],
  ["no version", { type: "AdaptiveCard", body: [words("x")] }],
  ["a button without a title", card([words("x")], [{ type: "Action.Execute", verb: "x" }])],
  ["a button without a verb", card([words("x")], [{ type: "Action.Execute", title: "x" }])],
  [
    "seven visible buttons",
    card(
      [words("x")],
      Array.from({ length: 7 }, (_, index) => ({ type: "Action.Execute", title: `${index}`, verb: "x" })),
    ),
  ],
  [
    "61 users to refresh for",
    card([words("x")], [], {
      refresh: {
        action: { type: "Action.Execute", verb: "x" },
        userIds: Array.from({ length: 61 }, (_, n) => `${n}`),
      },
    }),
  ],
  ["a picture without words", card([{ type: "Image", url: "https://example.com/a.png" }])],
  [
    "a picture from an address that is not safe",
    card([{ type: "Image", url: "http://example.com/a.png", altText: "x" }]),
  ],
  [
    "a picture of more than a megabyte",
    card([{ type: "Image", url: `data:image/png;base64,${"A".repeat(1_500_000)}`, altText: "x" }]),
  ],
  ["an input without an id", card([{ type: "Input.Text", label: "x" }])],
])("a card with %s is not shown whole", (_, wrong) => {
  expect(cardProblems(wrong)).not.toEqual([]);
});

test("six visible buttons and more behind the three dots are fine", () => {
  const button = (title: string, mode: string) => ({ type: "Action.Execute", title, verb: "x", mode });
  const actions = [...Array.from({ length: 6 }, (_, n) => button(`${n}`, "primary")), button("more", "secondary")];
  expect(cardProblems(card([words("x")], actions))).toEqual([]);
});
