import { describe, expect, test } from "vitest";
import { bold, escaped, escapedLine, marked, moment } from "../../../src/chat/teams/text.ts";

describe("text from outside", () => {
  test.each([
    ["<at>Ben</at>", "‹at›Ben‹/at›"],
    ["[Twilio](https://evil.example)", "[Twilio] (https://evil.example)"],
    ["[a][b] and [b]: https://evil.example", "[a] [b] and [b] : https://evil.example"],
    ["**now** `rm`", "∗∗now∗∗ ˋrmˋ"],
    ["_it_ but some_name_of_it", "ˍitˍ but some_name_of_it"],
    ["{{DATE(2026-11-21T00:00:00Z)}}", "{ {DATE(2026-11-21T00:00:00Z)}}"],
    ["{{{x", "{ { {x"],
    ["&lt;at&gt; & more", "＆lt;at＆gt; & more"],
    ["# heading\n- item\n1. one\n=====", "＃ heading\n‐ item\n1․ one\n＝===="],
    ["a - b + c # d 1. e", "a - b + c # d 1. e"],
    ["\\[x\\]", "∖[x∖]"],
    ["AC0a-1 ~ 3 * 4", "AC0a-1 ∼ 3 ∗ 4"],
  ])("%j is shown as %j", (text, shown) => {
    expect(escaped(text)).toBe(shown);
  });

  test("on one line is never empty, and cut visibly", () => {
    expect(escapedLine(" \n ", 10)).toBe("—");
    expect(escapedLine("one\ntwo", 10)).toBe("one two");
    expect(escapedLine("x".repeat(20), 10)).toBe(`${"x".repeat(9)}…`);
  });
});

describe("rich text", () => {
  test("has bold words and moments that each reader sees in their own time", () => {
    expect(marked(["since ", { atMs: 1_700_000_000_000 }, ": ", { bold: "3 calls" }], 500)).toBe(
      "since {{DATE(2023-11-14T22:13:20Z, SHORT)}} {{TIME(2023-11-14T22:13:20Z)}}: **3 calls**",
    );
  });

  test("is bold only where Teams would see it", () => {
    expect(marked(["a", { bold: "b" }, "c"], 50)).toBe("abc");
    expect(bold(" ")).toBe("");
  });

  test("has its lines apart", () => {
    expect(marked(["one\ntwo\n\n\nthree"], 50)).toBe("one\n\ntwo\n\nthree");
  });

  test("is cut outside of what would break", () => {
    expect(marked(["see ", { atMs: 0 }], 30)).toBe("see …");
  });

  test("names the second, and nothing smaller", () => {
    expect(moment(1_700_000_000_999)).toContain("22:13:20Z");
  });
});
