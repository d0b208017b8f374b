import { describe, expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import { answerCard, sentenceCard } from "../../src/notice/answer-card.ts";
import type { Button } from "../../src/notice/card.ts";
import { twilioFaultSentence } from "../../src/notice/fault-words.ts";
import { againstUsual, countryName, money, roundMoney, sentence, sentenceList, span } from "../../src/notice/words.ts";
import { labels, linesOf, SID } from "./house.ts";

describe("words", () => {
  test.each([
    [money(1204.5), "1,204.50 USD"],
    [roundMoney(212.4), "212 USD"],
    [roundMoney(0.4), "0.40 USD"],
    [countryName("LV"), "Latvia"],
    [countryName("not a code"), "not a code"],
    [span(1_000), "1 second"],
    [span(119_000), "119 seconds"],
    [span(150_000), "3 minutes"],
    [span(3 * 3_600_000), "3 hours"],
    [span(72 * 3_600_000), "3 days"],
    [span(-5), "0 seconds"],
    [sentenceList([]), ""],
    [sentenceList(["Ann"]), "Ann"],
    [sentenceList(["Ann", "Ben", "Dia"]), "Ann, Ben and Dia"],
    [sentence("It stops"), "It stops."],
    [sentence("Does it? "), "Does it?"],
  ])("%s", (given, expected) => {
    expect(given).toBe(expected);
  });

  test.each([
    [340, 100, "3.4 times the usual day"],
    [1_250, 100, "13 times the usual day"],
    [100, 100, "about a usual day"],
    [12, 100, "12% of a whole usual day"],
    [5, 0, "usually nothing is spent"],
    [0, 0, "as usual, nothing"],
  ])("%d USD today against %d USD: %s", (today, usual, words) => {
    expect(againstUsual(today, usual)).toBe(words);
  });

  test("a fault's own text stays in the log", () => {
    for (const kind of ["rate-limited", "unavailable", "timeout", "unauthorised", "not-found", "rejected"] as const) {
      expect(twilioFaultSentence(new Fault(kind, "raw text"))).toMatch(/^Twilio .*\.$/);
      expect(twilioFaultSentence(new Fault(kind, "raw text"))).not.toContain("raw text");
    }
  });
});

test("an answer becomes a card, with buttons only where it has some", () => {
  const card = answerCard("usage", { heading: "Twilio usage today", elements: [], note: "Days are in GMT." });
  expect(card).toMatchObject({
    subject: "answer-usage",
    heading: "Twilio usage today",
    buttons: [],
    note: "Days are in GMT.",
  });
  expect(linesOf(sentenceCard("usage", "Refused", "You are not on the roster."))).toEqual([
    "You are not on the roster.",
  ]);
  const silence: Button = {
    label: "Silence…",
    press: { action: "silence", accountSid: SID },
    style: "plain",
    confirm: null,
  };
  expect(labels(answerCard("silence", { heading: "Silences", elements: [], note: null, buttons: [silence] }))).toEqual({
    buttons: ["Silence…"],
    overflow: [],
  });
});
