import { describe, expect, test } from "vitest";
import { actionIdOf, decodePress, encodePress } from "../../src/chat/press.ts";
import type { RunId } from "../../../src/lib/id.ts";
import type { Press } from "../../../src/notice/card.ts";
import { approvalId, incidentId } from "./slack-world.ts";

const presses: readonly Press[] = [
  { action: "acknowledge", incidentId },
  { action: "resolve", incidentId },
  { action: "request", incidentId, remediation: "disable-geo-regions" },
  { action: "undo", incidentId, runId: "run00000000000001" as RunId },
  { action: "approve", approvalId },
  { action: "deny", approvalId },
];

describe.each(presses)("$action", (press) => {
  test("comes back from a button as it was", () => {
    expect(decodePress(encodePress(press))).toEqual(press);
  });

  test("fits into a menu's option, the smallest place", () => {
    expect(encodePress(press).length).toBeLessThanOrEqual(150);
  });
});

test("no two presses of a card share an action id", () => {
  expect(new Set(presses.map(actionIdOf)).size).toBe(presses.length);
});

test.each([
  "",
  "null",
  "[]",
  "{",
  '"acknowledge"',
  '{"action":"launch","incidentId":"7"}',
  '{"action":"acknowledge"}',
  '{"action":"acknowledge","incidentId":7}',
  '{"action":"acknowledge","incidentId":""}',
  '{"action":"acknowledge","incidentId":"7/../8"}',
  '{"action":"approve","approvalId":"a","account":"AC1"}',
  `{"action":"approve","approvalId":"${"a".repeat(65)}"}`,
  '{"__proto__":{"action":"approve","approvalId":"a"}}',
])("%s is no press of ours", (value) => {
  expect(decodePress(value)).toBeUndefined();
});
