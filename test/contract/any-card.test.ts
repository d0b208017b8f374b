/** What holds of every card and dialog that could be made, and not only of those that our builders make today. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Card } from "../../src/notice/card.ts";
import { anyCard, anyDialog } from "./cards/any-card.ts";
import { keptElements, lostLines } from "./cards/kept.ts";
import { essence, pressesOfCard, wordsOfDialog } from "./cards/model.ts";
import { DRAWN } from "./cards/people.ts";
import type { Shown } from "./cards/platform.ts";
import { fieldProblems, sorted, unwanted } from "./cards/rules.ts";
import { slack } from "./cards/slack.ts";
import { teams } from "./cards/teams.ts";

/** How much of a text of marks and spaces stays when it is cut cannot be told from its letters: looked at where nothing is cut. */
function lostUnseen(card: Card, { readings }: Shown): readonly string[] {
  return readings.some(({ words }) => words.includes("…")) ? [] : lostLines(card, readings);
}

describe.each([slack, teams])("$name", (platform) => {
  test("any card is taken on every surface, says nothing but itself, and has every button once", () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        for (const { show } of platform.surfaces) {
          const shown = show(card);
          expect(shown.problems).toEqual([]);
          expect(unwanted(platform, card, shown)).toEqual([]);
          expect(lostUnseen(card, shown)).toEqual([]);
          expect(sorted(shown.presses)).toEqual(sorted(pressesOfCard(card, keptElements(card, shown.readings))));
          expect(shown.labels.filter((label) => label.trim() === "")).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("any picture says in words what it shows", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }), (finding) => {
        const elements = [{ kind: "chart", finding, picture: DRAWN }] as const;
        const card = { ...wordsOfDialog({ title: "x", elements, fields: [], submit: null }) };
        for (const { show } of platform.surfaces) {
          const { pictures } = show(card);
          expect(pictures).toHaveLength(1);
          expect(pictures.map(essence)).toEqual([essence(finding)]);
          expect(pictures.join("").trim()).not.toBe("");
        }
      }),
      { numRuns: 40 },
    );
  });

  test("any dialog is taken, says nothing but itself, and comes back as what it is", () => {
    fc.assert(
      fc.property(anyDialog, (dialog) => {
        const shown = platform.dialog(dialog);
        expect(shown.problems).toEqual([]);
        expect(unwanted(platform, wordsOfDialog(dialog), shown, true)).toEqual([]);
        expect(lostUnseen(wordsOfDialog(dialog), shown)).toEqual([]);
        expect(fieldProblems(dialog, shown)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
