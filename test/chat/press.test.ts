import { describe, expect, test } from "vitest";
import { actionIdOf, decodeForm, decodePress, encodeForm, encodePress } from "../../src/chat/press.ts";
import { allForms, allPresses } from "../contract/card-fixtures.ts";

describe.each(allPresses)("$action", (press) => {
  test("comes back from a button as it was", () => {
    expect(decodePress(encodePress(press))).toEqual(press);
  });

  test("fits into a menu's option, the smallest place", () => {
    expect(encodePress(press).length).toBeLessThanOrEqual(150);
  });
});

test.each(allForms)("the form $form comes back from a dialog as it was", (form) => {
  expect(decodeForm(encodeForm(form))).toEqual(form);
});

test("no two presses share an action id, and it begins with what is done", () => {
  expect(new Set(allPresses.map(actionIdOf)).size).toBe(allPresses.length);
  expect(allPresses.map(actionIdOf).every((id, index) => id.split(".")[0] === allPresses[index]?.action)).toBe(true);
});

test("the same press on two incidents has two action ids", () => {
  const ids = allPresses.filter((press) => press.action === "acknowledge").map(actionIdOf);
  expect(ids).toEqual(["acknowledge.7", "acknowledge.8"]);
});

const ACCOUNT = `AC${"0".repeat(32)}`;

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
  '{"action":"silence","accountSid":"AC1"}',
  `{"action":"silence","accountSid":"${ACCOUNT}","untilMs":1}`,
  '{"action":"refresh-home","userId":"U0ANN"}',
  `{"action":"approve","approvalId":"${"a".repeat(65)}"}`,
  '{"__proto__":{"action":"approve","approvalId":"a"}}',
])("%s is no press of ours", (value) => {
  expect(decodePress(value)).toBeUndefined();
});

test.each([
  "",
  "{}",
  '{"previewId":"preview-1"}',
  '{"form":"request","previewId":"a b"}',
  '{"form":"request","incidentId":"7"}',
  '{"form":"launch","incidentId":"7"}',
  '{"form":"resolve","incidentId":"7","cause":"x"}',
  '{"form":"silence","accountSid":"7"}',
])("%s is no form of ours", (value) => {
  expect(decodeForm(value)).toBeUndefined();
});
