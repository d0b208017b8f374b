import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plain, plainLine } from "../../../src/chat/plain-text.ts";
import { bold, escaped, escapedWithin, marked, moment } from "../../../src/chat/slack/text.ts";

const anyText = fc.string({ unit: "binary", maxLength: 60 });

describe("text from outside", () => {
  test.each([
    ["<!channel> <@U0ANN> <https://evil|click>", "&lt;!channel&gt; &lt;@U0ANN&gt; &lt;https://evil|click&gt;"],
    ["AT&T &amp;", "AT&amp;T &amp;amp;"],
    ["*bold* ~struck~ `code`", "∗bold∗ ∼struck∼ ˋcodeˋ"],
    ["_italic_ snake_case_name", "ˍitalicˍ snake_case_name"],
    [":white_check_mark: verified", "∶white_check_mark: verified"],
    ["at 12:30:45", "at 12:30:45"],
    ["> quoted\n>>> more", "› quoted\n› more"],
    ["a > b", "a &gt; b"],
    ["evil\u202egnp.exe\u2066", "evilgnp.exe"],
    ["one\r\ntwo\u0000", "one\ntwo"],
    ["حساب فرعي", "حساب فرعي"],
  ])("%j reads as %j", (text, expected) => {
    expect(escaped(text)).toBe(expected);
  });

  test("never becomes markup, whatever it is", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escaped(text)).not.toMatch(/[<>*~`]|&(?!amp;|lt;|gt;)/);
      }),
    );
  });

  test("fits after it was escaped and cut, and is never empty", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, max) => {
        expect(marked([text], max).length).toBeLessThanOrEqual(max);
        expect(escapedWithin(text, max).length).toBeLessThanOrEqual(max);
        expect(plain(text, max).length).toBeLessThanOrEqual(max);
        expect(plainLine(text, max)).not.toBe("");
        expect(escapedWithin(text, max)).not.toMatch(/&(?!amp;|lt;|gt;)/);
      }),
    );
  });
});

describe("a cut", () => {
  test("is visible", () => {
    expect(plain("x".repeat(80), 75)).toBe(`${"x".repeat(74)}…`);
    expect(escapedWithin("<<<<", 9)).toBe("&lt;&lt;…");
  });

  test("never ends inside a character", () => {
    expect(plain("ab👩‍🚒cd", 7)).toBe("ab…");
    expect(plain("ab👩‍🚒cd", 9)).toBe("ab👩‍🚒cd");
  });

  test("never leaves half of a moment or of bold words", () => {
    const rich = ["since ", { atMs: 0 }, " ", { bold: "nine words" }];
    for (let max = 2; max < 80; max += 1) {
      const text = marked(rich, max);
      expect(text.length).toBeLessThanOrEqual(max);
      expect(text.split("<!date").length).toBe(text.split(" UTC>").length);
      expect((text.match(/\*/g) ?? []).length % 2).toBe(0);
    }
  });
});

describe("bold words", () => {
  test("hold no markup of their own", () => {
    expect(bold("a *b*\nc")).toBe("*a ∗b∗ c*");
    expect(bold("  ")).toBe("");
  });

  test("are plain where Slack would show the asterisks", () => {
    expect(marked(["un", { bold: "block" }, "ed"], 100)).toBe("unblocked");
    expect(marked([{ bold: "a" }, { bold: "b" }], 100)).toBe("ab");
    expect(marked(["is ", { bold: "blocked" }, ", now"], 100)).toBe("is *blocked*, now");
  });
});

test("a moment is shown in each reader's time, and in UTC where that fails", () => {
  expect(moment(Date.UTC(2026, 10, 21, 3, 4, 59, 999))).toBe(
    "<!date^1795230299^{date_short_pretty} {time}|2026-11-21 03:04 UTC>",
  );
});
