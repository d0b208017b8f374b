import { describe, expect, test } from "vitest";
import { failedDialog, filledDialog, MAX_REASON_CHARACTERS, openingDialog } from "../../src/notice/dialog.ts";
import type { DialogView } from "../../src/notice/views.ts";
import { account, linesOf, MINUTE_MS, NOW_MS, offers, SID } from "./house.ts";

const view: DialogView = {
  title: "Delete API keys",
  account,
  previewId: "p1",
  readAtMs: NOW_MS - MINUTE_MS,
  isReversible: false,
  preview: {
    willHappen: ["2 keys stop working at once."],
    willNotHappen: ["The auth token stays as it is."],
    facts: [{ label: "Live calls", value: "could not be read" }],
    warnings: ["Key SK1 was created after the first signal"],
    fields: [
      {
        kind: "choose-many",
        id: "keys",
        label: "Keys",
        options: [{ value: "SK1", label: "SK1" }],
        initial: ["SK1"],
        isOptional: false,
      },
    ],
    blocked: null,
  },
};

describe("a dialog", () => {
  test("opens with the account's name and SID and without Submit", () => {
    const opening = openingDialog("Suspend subaccount", account);
    expect(linesOf(opening)[0]).toBe(`*Acme Voice EU* (${SID})`);
    expect(opening).toMatchObject({ title: "Suspend subaccount", fields: [], submit: null });
  });

  test("is filled with what will and will not happen, facts with their time, the choices and a reason", () => {
    const filled = filledDialog(view);
    expect(linesOf(filled)).toEqual([
      `*Acme Voice EU* (${SID})`,
      "*Mind: *Key SK1 was created after the first signal.",
      "What will happen",
      "- 2 keys stop working at once.",
      "What will not happen",
      "- The auth token stays as it is.",
      "Live calls: could not be read",
      "As read from Twilio <-1>. Money and counts go on changing.",
      "*This cannot be undone.*",
    ]);
    expect(filled.fields.map(({ id }) => id)).toEqual(["keys", "reason"]);
    expect(filled.fields[1]).toMatchObject({ kind: "text", maxCharacters: MAX_REASON_CHARACTERS, isOptional: false });
    expect(filled.submit).toEqual({ label: "Ask for approval", form: { form: "request", previewId: "p1" } });
  });

  test("of something that can be undone does not say that it cannot", () => {
    expect(linesOf(filledDialog({ ...view, isReversible: true })).join("\n")).not.toContain("cannot be undone");
  });

  test("of something that is not possible now says why and has nothing to send", () => {
    const blocked = filledDialog({
      ...view,
      preview: { ...view.preview, blocked: "It is suspended; reactivate it first" },
    });
    expect(linesOf(blocked)[1]).toBe("*Not possible now. *It is suspended; reactivate it first.");
    expect(blocked).toMatchObject({ fields: [], submit: null });
  });

  test("whose facts could not be read says so and has nothing to send", () => {
    const failed = failedDialog("Delete API keys", { sid: SID }, "Twilio did not answer in time");
    expect(linesOf(failed)).toEqual([`*${SID}*`, "Twilio did not answer in time."]);
    expect(failed.submit).toBeNull();
  });

  test("has a title that fits the tightest platform", () => {
    for (const { title } of offers) expect(openingDialog(title, account).title).toBe(title);
    expect(openingDialog("A remediation with a name that is far too long", account).title).toHaveLength(24);
  });
});
