import { expect, test } from "vitest";
import type { IncidentId } from "../../src/lib/id.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE = 60_000;

async function passMinutes(h: House, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 1) await h.pass(MINUTE);
}

/** Acknowledged by ann, suspended, and long enough ago that Twilio's status is not taken for an old one. */
async function contained(h: House): Promise<IncidentId> {
  h.changePolicy(() => ({ remindAfterMs: 10 * MINUTE }));
  const id = await h.raise();
  await h.settle();
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id });
  await h.grant(id, "suspend-subaccount");
  await h.settle();
  await passMinutes(h, 2);
  expect((await h.incident(id)).status).toBe("contained");
  return id;
}

const alarms = (h: House, id: IncidentId) =>
  h.slack.messages.filter(({ subject }) => subject.startsWith(`alarm-${id}-`));

test("an account that somebody reactivated in the Console calls people again, and reminds them", async () => {
  const h = await house();
  const id = await contained(h);
  h.world.standIn.state.setStatus(h.account, "active");
  await passMinutes(h, 3);
  expect(await h.incident(id)).toMatchObject({ status: "open", assignee: null });
  const [alarm] = alarms(h, id);
  expect(alarm?.first?.elements).toContainEqual({
    kind: "mention",
    people: expect.arrayContaining(["ann", "ben"]),
    text: "The account is active again, and Tollgate did not reactivate it. This incident is open again.",
  });
  await passMinutes(h, 12);
  expect(h.slack.messages.filter(({ subject }) => subject.startsWith(`reminder-${id}-`))).toHaveLength(1);
  expect((await h.records()).filter(({ type }) => type === "incident-reopened")).toMatchObject([
    { incidentId: id, actor: { kind: "tollgate" }, data: { isActiveAgain: true } },
  ]);
});

test("a reactivation that people asked Tollgate for alarms nobody, also when its worker dies before it could say so", async () => {
  const h = await house();
  const id = await contained(h);
  const suspended = (await h.store.incidents.approvalsOf(id))[0] ?? "";
  const asked = await h.handlers.press(ON_SLACK.ann, { action: "undo", incidentId: id, runId: suspended });
  if (asked.kind !== "dialog") throw new Error(`no dialog: ${JSON.stringify(asked)}`);
  const dialog = await asked.fill();
  expect(await h.send(dialog)).toEqual({ kind: "done" });
  const form = dialog.submit?.form;
  if (form?.form !== "request") throw new Error("no request");
  await h.handlers.press(ON_SLACK.ben, { action: "approve", approvalId: form.previewId });
  // What a worker did that died after Twilio's answer: the run is done, and the incident was not told.
  const { executor, machines } = h;
  const approval = await h.approval(form.previewId);
  if (approval.status !== "granted") throw new Error(`not granted: ${approval.status}`);
  const because = { actor: { kind: "tollgate", part: "run" }, cause: "job" } as const;
  await executor.execute(machines.run, form.previewId, { type: "start", grant: approval.grant }, because);
  h.world.standIn.state.setStatus(h.account, "active");
  await h.world.clock.pass(MINUTE);
  await h.store.outbox.add({ job: "observe", key: id, dueAtMs: null }, h.world.clock.now());
  await h.work("observe", id);
  expect((await h.incident(id)).status).toBe("acknowledged");
  await passMinutes(h, 3);
  expect(alarms(h, id)).toEqual([]);
  expect((await h.incident(id)).status).toBe("acknowledged");
});

test("a reactivation of before the containment excuses no later one", async () => {
  const h = await house();
  const id = await contained(h);
  const undo = async () => {
    const suspended = (await h.store.incidents.approvalsOf(id))[0] ?? "";
    const asked = await h.handlers.press(ON_SLACK.ann, { action: "undo", incidentId: id, runId: suspended });
    if (asked.kind !== "dialog") throw new Error("no dialog");
    const dialog = await asked.fill();
    await h.send(dialog);
    const form = dialog.submit?.form;
    await h.handlers.press(ON_SLACK.ben, {
      action: "approve",
      approvalId: form?.form === "request" ? form.previewId : "",
    });
    await h.settle();
  };
  await undo();
  await passMinutes(h, 1);
  expect((await h.incident(id)).status).toBe("acknowledged");
  await h.grant(id, "suspend-subaccount");
  await passMinutes(h, 2);
  expect((await h.incident(id)).status).toBe("contained");
  h.world.standIn.state.setStatus(h.account, "active");
  await passMinutes(h, 3);
  expect((await h.incident(id)).status).toBe("open");
  expect(alarms(h, id)).toHaveLength(1);
});
