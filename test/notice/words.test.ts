import { describe, expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import { answerCard, sentenceCard } from "../../src/notice/answer-card.ts";
import { detailsCard } from "../../src/notice/details-card.ts";
import { twilioFaultSentence } from "../../src/notice/fault-words.ts";
import { againstUsual, countryName, money, roundMoney, sentence, sentenceList, span } from "../../src/notice/words.ts";
import { incidentView, linesOf, observation } from "./house.ts";

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

test("the details show the evidence, and where the newest calls go", () => {
  const details = detailsCard({
    ...incidentView,
    observation: { ...observation, missing: ["live calls"] },
    signalCount: 312,
  });
  expect(details.subject).toBe("details-7");
  expect(linesOf(details)).toEqual([
    "Outbound calls crossed 50.00 USD today.",
    "Usage trigger: calls-outbound reached 61.20 USD of 50.00 USD",
    "First signal: <-12>",
    "Last signal: <-2>",
    "Signals: 312",
    "*Read from Twilio* <-1>",
    "Category: calls-outbound",
    "Spent today: 1,204.11 USD",
    "Usual day: 122.30 USD",
    "Amount today: 5,310",
    "Where the newest calls go",
    "- Latvia: 302 calls, not on your list of countries",
    "- United States: 4 calls",
    "Could not be read",
    "- live calls",
  ]);
});

test("an answer becomes a card without buttons", () => {
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
});
