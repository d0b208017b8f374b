import { expect, test } from "vitest";
import type { PersonId } from "../../src/lib/id.ts";
import { alertFixture } from "../support/fixtures.ts";
import { resolve, sendForm } from "../support/life.ts";
import { ON_SLACK, withRoles } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

async function types(h: House): Promise<readonly string[]> {
  return (await h.records()).map(({ type }) => type);
}

test("whoever acknowledges an incident takes it, and it can be handed on", async () => {
  const h = await house();
  const incidentId = await h.raise();
  expect(await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId })).toEqual({ kind: "done" });
  expect(await h.incident(incidentId)).toMatchObject({ status: "acknowledged", assignee: "ann" });
  const dialog = await h.handlers.press(ON_SLACK.ann, { action: "assign", incidentId });
  if (dialog.kind !== "dialog") throw new Error("no dialog");
  const filled = await dialog.fill();
  const [field] = filled.fields;
  // Those who could work on it: the responders of this moment.
  expect(field?.kind === "choose-one" && field.options.map(({ value }) => value)).toEqual(["ann", "ben", "dia"]);
  expect(await sendForm(h, { form: "assign", incidentId }, { person: "dia" })).toEqual({ kind: "done" });
  expect(await h.incident(incidentId)).toMatchObject({ status: "acknowledged", assignee: "dia" });
});

test("an incident is resolved with its cause and note, and what waited for approval is withdrawn", async () => {
  const h = await house();
  const incidentId = await h.raise();
  const request = await h.ask(incidentId, "suspend-subaccount");
  const values = { cause: "false-positive", note: " the  spring\ncampaign " };
  expect(await sendForm(h, { form: "resolve", incidentId }, values, ON_SLACK.dia)).toEqual({ kind: "done" });
  expect(await h.incident(incidentId)).toMatchObject({
    status: "resolved",
    cause: "false-positive",
    note: "the spring campaign",
  });
  expect((await h.approval(request)).status).toBe("withdrawn");
});

test("a person reopens a resolved incident however long ago, and its card is as of an open one", async () => {
  const h = await house();
  const incidentId = await h.raise();
  await resolve(h, incidentId);
  await h.pass(20 * 86_400_000);
  expect(await h.handlers.press(ON_SLACK.dia, { action: "reopen", incidentId })).toEqual({ kind: "done" });
  await h.settle();
  expect(await h.incident(incidentId)).toMatchObject({ status: "open", id: incidentId });
  expect(JSON.stringify(h.slack.of(`incident-${incidentId}`)[0]?.card?.buttons)).toContain("acknowledge");
});

test("merged, one incident ends and its requests with it, the other names it, and both cards say so", async () => {
  const h = await house();
  const [from, into] = [await h.raise(), await h.raise()];
  const request = await h.ask(from, "suspend-subaccount");
  await h.settle();
  expect(await sendForm(h, { form: "merge", incidentId: from }, { incident: into })).toEqual({ kind: "done" });
  expect(await h.incident(from)).toMatchObject({ status: "resolved", cause: "merged", mergedInto: into });
  expect(await h.incident(into)).toMatchObject({ status: "open", merged: [from] });
  expect((await h.approval(request)).status).toBe("withdrawn");
  await h.pass(2_000);
  expect(JSON.stringify(h.slack.of(`incident-${from}`)[0]?.card)).toContain(`into incident ${into}`);
  expect(JSON.stringify(h.slack.of(`incident-${into}`)[0]?.card)).toMatch(new RegExp(`[Ii]ncident ${from}\\b`));
});

test("a merge that was cut short between its two halves can be repeated", async () => {
  const h = await house();
  const [from, into] = [await h.raise(), await h.raise()];
  const actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" } as const;
  const takeIn = { type: "take-in", by: actor, from, alert: alertFixture({ severity: "warning" }) } as const;
  await h.executor.execute(h.machines.incident, into, takeIn, { actor, cause: "click" });
  expect(await sendForm(h, { form: "merge", incidentId: from }, { incident: into })).toEqual({ kind: "done" });
  expect(await h.incident(into)).toMatchObject({ merged: [from] });
  expect((await types(h)).filter((type) => type === "incident-took-in")).toHaveLength(1);
});

test("an incident that a person opens says so, has a card, and counts as any other", async () => {
  const h = await house();
  const form = { form: "open-incident", accountSid: h.account } as const;
  const summary = `calls to Cuba ${"x".repeat(400)}`;
  expect(await sendForm(h, form, { summary, severity: "critical" }, ON_SLACK.dia)).toMatchObject({ kind: "told" });
  const [id] = await h.store.incidents.unresolved();
  if (id === undefined) throw new Error("no incident");
  const incident = await h.incident(id);
  if (incident.status === "none") throw new Error("no incident");
  expect(incident.alert).toMatchObject({
    threat: "reported-by-person",
    severity: "critical",
    category: null,
    evidence: [{ label: "Reported by", value: "Dia Rao" }],
  });
  expect(incident.alert.summary).toHaveLength(200);
  expect((await h.records())[0]).toMatchObject({ type: "incident-opened", actor: { personId: "dia" }, cause: "click" });
  await h.settle();
  expect(h.slack.of(`incident-${id}`)[0]?.card?.heading).toContain("Reported by a person");
});

test("an incident can be opened while Twilio does not answer", async () => {
  const h = await house();
  const other = await h.replica({
    outside: (real) => ({
      ...real,
      twilio: { ...real.twilio, account: () => new Promise(() => {}), facts: () => new Promise(() => {}) },
    }),
  });
  const form = { form: "open-incident", accountSid: h.account } as const;
  const answer = await sendForm(other, form, { summary: "calls to Cuba", severity: "warning" });
  expect(answer).toMatchObject({ kind: "told", text: expect.stringContaining("is open") });
  expect(await h.store.incidents.unresolved()).toHaveLength(1);
});

test("a report comes into the thread on the platform where it was asked for, and the wish is audited", async () => {
  const h = await house({ platforms: ["slack", "teams"] });
  const incidentId = await h.raise();
  await resolve(h, incidentId);
  await h.settle();
  expect(await h.handlers.press(ON_SLACK.ann, { action: "report", incidentId })).toMatchObject({
    kind: "told",
    text: expect.stringContaining("thread"),
  });
  expect(await types(h)).toContain("report-asked");
  await h.settle();
  const reports = (calls: readonly string[]) => calls.filter((call) => call.includes(`report-${incidentId}-`));
  expect(reports(h.slack.calls)).toHaveLength(1);
  expect(reports(h.teams.calls)).toEqual([]);
});

test("what found no place on the card opens its own dialog", async () => {
  const h = await house();
  const incidentId = await h.raise();
  const answer = await sendForm(h, { form: "more", incidentId }, { remediation: "rotate-auth-token" });
  if (answer.kind !== "dialog") throw new Error(`no dialog: ${JSON.stringify(answer)}`);
  expect((await answer.fill()).submit?.form).toMatchObject({ form: "request" });
});

test("a dialog of an incident's life opens complete, for a responder who lost nothing by waiting for Twilio", async () => {
  const h = await house();
  const [incidentId] = [await h.raise(), await h.raise()];
  const other = await h.replica({
    outside: (real) => ({ ...real, twilio: { ...real.twilio, facts: () => new Promise(() => {}) } }),
  });
  for (const action of ["resolve", "assign", "quiet"] as const) {
    const answer = await other.handlers.press(ON_SLACK.dia, { action, incidentId });
    if (answer.kind !== "dialog") throw new Error(`no dialog: ${JSON.stringify(answer)}`);
    expect(answer.opening.submit?.form).toEqual({ form: action, incidentId });
    expect(await answer.fill()).toEqual(answer.opening);
  }
});

test("somebody who is no responder any more is not among those to whom an incident can be assigned", async () => {
  const h = await house();
  const incidentId = await h.raise();
  h.changePolicy(withRoles("dia", []));
  expect(await sendForm(h, { form: "assign", incidentId }, { person: "dia" })).toMatchObject({ kind: "errors" });
  expect(await h.incident(incidentId)).toMatchObject({ assignee: null satisfies PersonId | null });
});
