import { expect, test } from "vitest";
import { chosenForSample, type NumberReading, sampleOf } from "../../src/detection/number.ts";
import { sampleWords } from "../../src/notice/number-words.ts";

const numbers = (count: number, country = "LV") =>
  Array.from({ length: count }, (_, index) => ({ number: `+3712000${index}`, country }));

test("a sample is five numbers at most, out of all of them, and none of the United States or Canada", () => {
  expect(chosenForSample(numbers(100)).map(({ number }) => number)).toEqual([
    "+37120000",
    "+371200020",
    "+371200040",
    "+371200060",
    "+371200080",
  ]);
  for (const count of [0, 1, 4, 5, 6, 9, 11]) expect(chosenForSample(numbers(count))).toHaveLength(Math.min(count, 5));
  expect(chosenForSample([...numbers(3, "US"), ...numbers(3, "CA")])).toEqual([]);
});

test("it says what kind of lines they are and how risky", () => {
  const reading = (type: string, score: number | null): NumberReading => ({
    number: "+37120000000",
    isValid: true,
    country: "LV",
    problems: [],
    line: { isTold: true, type, carrier: null },
    risk:
      score === null ? { isTold: false, code: "60606" } : { isTold: true, score, carrierRisk: null, wasBlocked: null },
  });
  const sample = sampleOf([reading("mobile", 62), reading("mobile", 97), reading("landline", null)]);
  expect(sampleWords(sample)).toBe("3 looked up: 2 mobile and 1 landline; SMS pumping risk 62 to 97 of 100, 1 high");
  expect(sampleWords(sampleOf([]))).toBe("no answer from Twilio so far");
});
