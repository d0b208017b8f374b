import { describe, expect, test } from "vitest";
import { slackDate } from "../../../src/sandbox/page/dates.ts";

const DAY_MS = 86_400_000;
/** Noon where the test runs, so that a day more or less is the next or the last one. */
const NOON_MS = new Date(2026, 10, 22, 12, 0).getTime();

describe("a date that Slack writes", () => {
  test.each([
    [-1, "yesterday"],
    [0, "today"],
    [1, "tomorrow"],
  ])("%i days from now is called by its name", (days, name) => {
    expect(slackDate("{date_short_pretty}", NOON_MS + days * DAY_MS, NOON_MS)).toBe(name);
  });

  test("further away it is a date", () => {
    expect(slackDate("{date_short_pretty}", NOON_MS - 2 * DAY_MS, NOON_MS)).toMatch(/2026/);
    expect(slackDate("{date_num}", NOON_MS, NOON_MS)).toBe("2026-11-22");
  });

  test("keeps the words around it, and a token that nobody knows", () => {
    expect(slackDate("since {date_pretty}, {moon}", NOON_MS, NOON_MS)).toBe("since today, {moon}");
  });
});
