import { expect, test } from "vitest";
import type { IncidentId } from "../../src/lib/id.ts";
import { previewIdOf } from "../support/life.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

/** Buttons of the incident's card, by label. */
function buttons(h: House, incident: IncidentId): readonly string[] {
  const card = h.slack.of(`incident-${incident}`)[0]?.card;
  return [...(card?.buttons ?? []), ...(card?.overflow ?? [])].map(({ label }) => label);
}

async function suspend(h: House, incident: IncidentId): Promise<string> {
  const id = await h.grant(incident, "suspend-subaccount");
  await h.settle();
  expect((await h.run(id)).status).toBe("done");
  return id;
}

/** Asks for the undo of a run and has it approved and carried out. */
async function undo(h: House, incident: IncidentId, runId: string): Promise<string> {
  const answer = await h.handlers.press(ON_SLACK.ann, { action: "undo", incidentId: incident, runId });
  if (answer.kind !== "dialog") throw new Error(JSON.stringify(answer));
  const dialog = await answer.fill();
  expect(await h.send(dialog)).toEqual({ kind: "done" });
  const approvalId = previewIdOf(dialog);
  expect(await h.handlers.press(ON_SLACK.ann, { action: "approve", approvalId })).toMatchObject({ kind: "told" });
  expect(await h.handlers.press(ON_SLACK.ben, { action: "approve", approvalId })).toEqual({ kind: "done" });
  await h.settle();
  return approvalId;
}

test("on a suspended account the card offers nothing that needs its own credentials, says why, and offers to reactivate", async () => {
  const h = await house();
  const incident = await h.raise();
  await h.settle();
  expect(buttons(h, incident).join()).toMatch(/Rotate.*Disable geo/);
  await suspend(h, incident);
  const offered = buttons(h, incident).join();
  expect(offered).not.toMatch(/Rotate|geo|Suspend/);
  expect(offered).toContain("Reactivate");
  expect(JSON.stringify(h.slack.of(`incident-${incident}`)[0]?.card)).toMatch(/Not offered now: .*Rotate auth token/);
});

test.each(["rotate-auth-token", "disable-geo-regions", "suspend-subaccount"] as const)(
  "on a suspended account a press of an old button for %s gets a dialog that says why, with nothing to send",
  async (remediation) => {
    const h = await house();
    h.world.standIn.state.setStatus(h.account, "suspended");
    const dialog = await h.dialog(await h.raise(), remediation);
    expect(dialog.submit).toBeNull();
    expect(JSON.stringify(dialog.elements)).toMatch(/suspended/);
    expect(h.writes()).toEqual([]);
  },
);

test("a dialog that was opened while the account was active asks for something that is not run any more", async () => {
  const h = await house();
  const incident = await h.raise();
  const dialog = await h.dialog(incident, "rotate-auth-token");
  h.world.standIn.state.setStatus(h.account, "suspended");
  await h.send(dialog);
  const approvalId = previewIdOf(dialog);
  await h.handlers.press(ON_SLACK.ben, { action: "approve", approvalId });
  await h.settle();
  expect((await h.run(approvalId)).status).toBe("refused");
  expect(h.writes()).toEqual([]);
});

test("an undo is a request like any other, and reverts the run and releases the incident", async () => {
  const h = await house();
  const incident = await h.raise();
  const runId = await suspend(h, incident);
  const undone = await undo(h, incident, runId);
  expect(await h.run(runId)).toMatchObject({ status: "reverted", revertedBy: undone });
  expect((await h.incident(incident)).status).toBe("open");
  expect(h.world.standIn.state.account(h.account).status).toBe("active");
  expect(buttons(h, incident).join()).toContain("Suspend subaccount");
  const again = await h.handlers.press(ON_SLACK.ann, { action: "undo", incidentId: incident, runId });
  expect(again).toMatchObject({ kind: "told", text: expect.stringContaining("undone already") });
});

test("an undo names a run of its own incident: another one's is refused", async () => {
  const h = await house();
  const [mine, other] = [await h.raise(), await h.raise({ accountSid: h.world.notifications })];
  const runId = await suspend(h, mine);
  const answer = await h.handlers.press(ON_SLACK.ann, { action: "undo", incidentId: other, runId });
  expect(answer).toMatchObject({ kind: "told", text: expect.stringContaining("another incident") });
});

test("reactivating releases every incident that was contained on the account, whichever card it came from", async () => {
  const h = await house();
  const [first, second, elsewhere] = [
    await h.raise(),
    await h.raise(),
    await h.raise({ accountSid: h.world.notifications }),
  ];
  await suspend(h, first);
  await suspend(h, elsewhere);
  // The second one's own suspension: the account had been reactivated and suspended again.
  h.world.standIn.state.setStatus(h.account, "active");
  await h.world.twilio.account(h.account).then((account) => account?.fetch());
  await suspend(h, second);
  expect((await h.incident(first)).status).toBe("contained");

  await h.grant(second, "reactivate-subaccount");
  await h.settle();
  expect((await h.incident(first)).status).toBe("open");
  expect((await h.incident(second)).status).toBe("open");
  expect((await h.incident(elsewhere)).status).toBe("contained");
});

test.each(["calls-outbound", null])(
  "an account that somebody reactivated in the Console is contained no longer (usage category %s)",
  async (category) => {
    const h = await house();
    const incident = await h.raise({ category });
    await suspend(h, incident);
    expect((await h.incident(incident)).status).toBe("contained");
    await h.pass(5_000);
    h.world.standIn.state.setStatus(h.account, "active");
    for (let step = 0; step < 10; step += 1) await h.pass(15_000);
    expect((await h.incident(incident)).status).toBe("open");
    expect(buttons(h, incident).join()).toContain("Suspend subaccount");
  },
);

test("an account that stays suspended stays contained", async () => {
  const h = await house();
  const incident = await h.raise();
  await suspend(h, incident);
  for (let step = 0; step < 10; step += 1) await h.pass(15_000);
  expect((await h.incident(incident)).status).toBe("contained");
});
