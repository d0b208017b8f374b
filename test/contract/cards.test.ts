/** One contract for both platforms: every card and dialog, whatever comes from outside. Each rule names what breaks it. */
import { describe, expect, test } from "vitest";
import type { Card } from "../../src/notice/card.ts";
import { keptElements, lostLines } from "./cards/kept.ts";
import { essence, pressesOfCard, wordsOfDialog } from "./cards/model.ts";
import type { ContractPlatform, Shown } from "./cards/platform.ts";
import { fieldProblems, sorted, unwanted } from "./cards/rules.ts";
import { slack } from "./cards/slack.ts";
import { teams } from "./cards/teams.ts";
import { everyWorld, type World } from "./cards/worlds.ts";

const worlds = await everyWorld();
const platforms: readonly ContractPlatform[] = [slack, teams];

interface ShownCard {
  readonly name: string;
  readonly card: Card;
  readonly isSettled: boolean;
  readonly shown: Shown;
}

function shownCards(platform: ContractPlatform, { cards }: World): readonly ShownCard[] {
  return platform.surfaces.flatMap((surface) =>
    cards
      .filter(({ card }) => surface.takes(card))
      .map(({ name, card, isSettled }) => ({
        name: `${name} [${surface.name}]`,
        card,
        isSettled,
        shown: surface.show(card),
      })),
  );
}

/** How a rule is broken, each way once, with the cases that break it. */
function broken<Case extends { readonly name: string }>(
  cases: readonly Case[],
  problemsOf: (each: Case) => readonly unknown[],
): readonly string[] {
  const namesByProblem = new Map<string, readonly string[]>();
  for (const each of cases) {
    for (const problem of problemsOf(each).map((one) => JSON.stringify(one))) {
      namesByProblem.set(problem, [...(namesByProblem.get(problem) ?? []), each.name]);
    }
  }
  return [...namesByProblem].map(
    ([problem, [first, ...others]]) => `${problem.slice(0, 500)} in ${first} and ${others.length} more`,
  );
}

const TONE_MARKS = { alarm: "🚨 ", attention: "⚠️ ", calm: "" } as const;

describe.each(platforms)("$name", (platform) => {
  describe.each(worlds)("with $outside.name", (world) => {
    const cards = shownCards(platform, world);
    const dialogs = world.dialogs.map(({ name, dialog }) => ({ name, dialog, shown: platform.dialog(dialog) }));
    const isReadable = essence(world.outside.text) !== "";

    test("takes every card and dialog, within its limits", () => {
      expect(broken([...cards, ...dialogs], ({ shown }) => shown.problems)).toEqual([]);
    });

    test("mentions, links and formats nothing but what a card asks for", () => {
      expect(broken(cards, ({ card, shown }) => unwanted(platform, card, shown))).toEqual([]);
      expect(broken(dialogs, ({ dialog, shown }) => unwanted(platform, wordsOfDialog(dialog), shown, true))).toEqual(
        [],
      );
    });

    test("shows every word, or says how much it left out", () => {
      expect(broken(cards, ({ card, shown }) => lostLines(card, shown.readings))).toEqual([]);
      expect(broken(dialogs, ({ dialog, shown }) => lostLines(wordsOfDialog(dialog), shown.readings))).toEqual([]);
    });

    test("has no text that is empty, or broken by a half character or a hidden control", () => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
      const wrong = ({ shown }: { readonly shown: Shown }) =>
        [...shown.readings.map(({ words }) => words), ...shown.labels].filter(
          (words) => words.trim() === "" || /\p{Surrogate}/u.test(words) || hidden.test(words),
        );
      expect(broken([...cards, ...dialogs], wrong)).toEqual([]);
    });

    test("has every button once, and each comes back as the press it stands for", () => {
      const wrong = ({ card, shown }: ShownCard) => {
        const [is, should] = [shown.presses, pressesOfCard(card, keptElements(card, shown.readings))].map(sorted);
        return String(is) === String(should) ? [] : [{ is, should }];
      };
      expect(broken(cards, wrong)).toEqual([]);
    });

    test("has buttons and fields that make sense read aloud", () => {
      const isMute = (label: string) => !/\p{L}{2}/u.test(label);
      expect(broken([...cards, ...dialogs], ({ shown }) => shown.labels.filter(isMute))).toEqual([]);
      expect(broken(dialogs, ({ shown }) => shown.fields.map(({ label }) => label).filter(isMute))).toEqual([]);
    });

    test("tells how bad it is by a mark and words, not by colour", () => {
      const wrong = ({ card, shown }: ShownCard) => {
        const heading = shown.readings[0]?.words ?? "";
        return heading.startsWith(TONE_MARKS[card.tone]) ? [] : [{ tone: card.tone, heading }];
      };
      expect(broken(cards, wrong)).toEqual([]);
    });

    test("says in a notification what it is about, in plain words on one line", () => {
      const wrong = ({ card }: ShownCard) => {
        const { words, mentions, links, bold, other } = platform.notification(card);
        const isUseful =
          /\p{L}{3}/u.test(words) &&
          !words.includes("\n") &&
          essence(card.fallback).startsWith(essence(words).slice(0, 20));
        return isUseful && [...mentions, ...links, ...bold, ...other].length === 0 ? [] : [words];
      };
      expect(broken(cards, wrong)).toEqual([]);
    });

    test("has no button on what is settled", () => {
      const wrong = ({ isSettled, shown }: ShownCard) => (isSettled ? shown.labels : []);
      expect(broken(cards, wrong)).toEqual([]);
      expect(cards.some(({ isSettled }) => isSettled)).toBe(true);
    });

    test("has every field of a dialog with its label and all its choices, and the form that it is", () => {
      expect(broken(dialogs, ({ dialog, shown }) => fieldProblems(dialog, shown))).toEqual([]);
    });

    if (!isReadable) return;

    test("leaves the text readable", () => {
      const [name] = [...essence(world.outside.text).matchAll(/.{1,12}/gu)].map(([piece]) => piece);
      const about = cards.filter(({ name: each }) => each.startsWith("incident open critical confirmed"));
      const wrong = ({ shown }: ShownCard) =>
        essence(shown.readings.map(({ words }) => words).join(" ")).includes(name ?? "") ? [] : [name];
      expect(about).not.toEqual([]);
      expect(broken(about, wrong)).toEqual([]);
    });
  });
});
