import { expect, test } from "vitest";
import { sendForm } from "../support/life.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const NUMBER = "+371 2555-0101";
const TOKEN = "0123456789abcdef0123456789abcdef";
const written = (h: House) => `Ask ${NUMBER} about ${TOKEN} on ${h.account}`;
const shown = (h: House) => `Ask +371*** about [secret] on ${h.account}`;

/** Everything that was posted and recorded, the file of the report among it. */
async function everything(h: House): Promise<string> {
  return h.slack.text() + JSON.stringify(await h.records());
}

async function expectMasked(h: House): Promise<void> {
  await h.settle();
  const text = await everything(h);
  expect(text).toContain(shown(h));
  expect(text).not.toContain("2555");
  expect(text).not.toMatch(new RegExp(`(?<![A-Z]{2})${TOKEN}`));
}

test("phone numbers and tokens in the reason of a request go nowhere, and what must be typed is compared as it was typed", async () => {
  const h = await house();
  const dialog = await h.dialog(await h.raise(), "rotate-auth-token");
  const form = dialog.submit?.form;
  if (form === undefined) throw new Error("nothing to send");
  const values = Object.fromEntries(
    dialog.fields.map((field) => {
      if (field.kind === "typed-confirmation") return [field.id, [field.expected]];
      return [field.id, field.kind === "text" ? [written(h)] : []];
    }),
  );
  expect(await h.handlers.submit({ user: ON_SLACK.ann, form, values })).toEqual({ kind: "done" });
  await expectMasked(h);
});

test("nor do they in the note of a resolved incident", async () => {
  const h = await house();
  const values = { cause: "fraud-stopped", note: written(h) };
  expect(await sendForm(h, { form: "resolve", incidentId: await h.raise() }, values)).toEqual({ kind: "done" });
  await expectMasked(h);
});

test("nor do they in why somebody silences", async () => {
  const h = await house();
  const values = { threat: "anything", span: "4h", reason: written(h) };
  expect(await sendForm(h, { form: "silence", accountSid: h.account }, values)).toEqual({ kind: "done" });
  await expectMasked(h);
});

test("nor do they in what a person reports", async () => {
  const h = await house();
  const values = { summary: written(h), severity: "critical" };
  await sendForm(h, { form: "open-incident", accountSid: h.account }, values);
  await expectMasked(h);
});
