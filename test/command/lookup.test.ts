import { describe, expect, test } from "vitest";
import type { CommandContext } from "../../src/command/contract.ts";
import { lookup } from "../../src/command/lookup.ts";
import { riskBand } from "../../src/detection/number.ts";
import { Fault } from "../../src/lib/fault.ts";
import { asking, deskWith, lookedUp, pressesOf, summary, textOf } from "./asking.ts";

const run = (words: string, changes: Partial<CommandContext> = {}) => lookup.run(words, asking(changes));

describe("a number", () => {
  test("is shown with its country, line, carrier and risk, and the risk with its band in words", async () => {
    const answer = await run("+37129123456");
    const text = textOf(answer);
    for (const words of [
      "+37129123456",
      "Latvia",
      "mobile, Tele2",
      "82 of 100, moderate: suspicious",
      "last three months",
    ])
      expect(text).toContain(words);
    expect(answer.isPrivate).toBeUndefined();
  });

  test.each([
    ["+371 2912-3456", "+37129123456"],
    ["00371 29123456", "+37129123456"],
    ["tel:+371-2912-3456", "+37129123456"],
    ["“+371 (0) 2912 3456”", "+37129123456"],
    ["\u2066+37129123456\u2069", "+37129123456"],
  ])("may be written as %s", async (words, number) => {
    const asked: string[] = [];
    await run(words, {
      lookUp: async (wanted) => {
        asked.push(wanted);
        return lookedUp();
      },
    });
    expect(asked).toEqual([number]);
  });

  test("is masked for who may not read whole numbers, wherever it stands", async () => {
    const shown = [
      await run("+37129123456", { showsNumbers: false }),
      await run("37129123456", { showsNumbers: false }),
      await run("+37129123456 or so", { showsNumbers: false }),
    ];
    for (const answer of shown) expect(textOf(answer).replace(/371 2912 3456/g, "")).not.toContain("29123456");
    expect(textOf(shown[0] ?? (await run("")))).toContain("+371***");
  });

  test("seen before in an incident says so, and leads there", async () => {
    const desk = deskWith({ incidentsWith: async (number) => (number === "+37129123456" ? [summary("7")] : []) });
    const answer = await run("+37129123456", { desk });
    expect(textOf(answer)).toContain("Seen before in 1 incident");
    expect(pressesOf(answer)).toEqual([{ action: "show", incidentId: "7" }]);
    expect(textOf(await run("+37129123456"))).toContain("No incident here had traffic to this number.");
  });

  test("that is none is told why, and costs nothing", async () => {
    const nothing = { number: null, isValid: false, country: null, line: null, lineAtMs: null, risk: null };
    const answer = await run("+3712912", { lookUp: async () => lookedUp({ ...nothing, problems: ["TOO_SHORT"] }) });
    expect(textOf(answer)).toContain("No: too short");
    expect(textOf(answer)).toContain("Nothing was charged");
  });

  test("of the United States has no pumping risk, and says why", async () => {
    const answer = await run("+14155550132", { lookUp: async () => lookedUp({ country: "US", risk: null }) });
    expect(textOf(answer)).toContain("Twilio does not mean it for this country");
  });

  test.each([
    ["60600", "does not know that there"],
    ["60606", "not enabled on your Twilio account"],
  ])("without a package (%s) is told what is missing", async (code, words) => {
    const untold = { isTold: false, code } as const;
    const answer = await run("+37129123456", { lookUp: async () => lookedUp({ line: untold, risk: untold }) });
    expect(textOf(answer)).toContain(words);
    expect(textOf(answer)).toContain(code);
  });
});

describe("a typing mistake", () => {
  test("gets the nearest right form", async () => {
    const answer = await run("37129123456");
    expect(textOf(answer)).toContain("Did you mean /twilio-lookup +37129123456?");
  });

  test.each(["+37129123456 +37129123457", "+37129123456,+37129123457", "37129123456 37129123457"])(
    "%s is more than one number, and mass look-ups are refused with why",
    async (words) => {
      expect(textOf(await run(words))).toContain("One number at a time");
    },
  );

  test.each(["0207 946 0101", "call me", "%%%", "7"])(
    "“%s” is understood by nobody, and told what is",
    async (words) => {
      const answer = await run(words);
      expect(answer).toMatchObject({ heading: "That was not understood", isPrivate: true });
    },
  );
});

test("who may not look up is told why, privately", async () => {
  const answer = await run("+37129123456", { lookUp: async () => ({ refused: "Only responders." }) });
  expect(answer).toMatchObject({ isPrivate: true });
  expect(textOf(answer)).toContain("Only responders.");
});

test("beyond the limit, what costs nothing is said, and why the rest is missing", async () => {
  const answer = await run("+37129123456", {
    lookUp: async () => lookedUp({ line: null, lineAtMs: null, risk: null, isOverLimit: true }),
  });
  expect(textOf(answer)).toContain("Tollgate pays for 30 look-ups an hour, and that many were made");
  expect(textOf(answer)).toContain("Country: Latvia");
});

test("when Twilio is down, one sentence says so", async () => {
  const answer = await run("+37129123456", {
    lookUp: async () => {
      throw new Fault("unavailable", "raw text of 503");
    },
  });
  expect(textOf(answer)).toContain("Twilio cannot be reached");
  expect(textOf(answer)).not.toContain("raw text");
});

test("the bands of the pumping risk are Twilio's", () => {
  expect([0, 59, 60, 74, 75, 89, 90, 100].map(riskBand)).toEqual([
    "low",
    "low",
    "mild",
    "mild",
    "moderate",
    "moderate",
    "high",
    "high",
  ]);
});
