import { expect, test } from "vitest";
import { BEN_ON_TEAMS, ON_SLACK, ruling, withRoles } from "../support/roster.ts";
import { house } from "../support/workflow.ts";

const approve = (approvalId: string) => ({ action: "approve", approvalId }) as const;

test("two of three: two people approve, the same one on Slack and Teams counts once", async () => {
  const h = await house();
  h.changePolicy(ruling("suspend-subaccount", { approvals: 2 }));
  const id = await h.ask(await h.raise(), "suspend-subaccount");
  expect(await h.handlers.press(ON_SLACK.ben, approve(id))).toEqual({ kind: "done" });
  expect(await h.handlers.press(BEN_ON_TEAMS, approve(id))).toMatchObject({
    kind: "told",
    text: expect.stringContaining("1 of 2"),
  });
  expect((await h.approval(id)).status).toBe("pending");
  expect(await h.handlers.press(ON_SLACK.cem, approve(id))).toEqual({ kind: "done" });
  await h.settle();
  expect(await h.run(id)).toMatchObject({ status: "done", grant: { approvers: ["ben", "cem"] } });
});

test("the requester stays the requester on the other platform", async () => {
  const h = await house();
  const id = await h.ask(await h.raise(), "suspend-subaccount", BEN_ON_TEAMS);
  expect(await h.handlers.press(ON_SLACK.ben, approve(id))).toMatchObject({ kind: "told" });
  expect((await h.approval(id)).status).toBe("pending");
});

test.each([
  ["nobody else holds the role", withRoles("ben", ["responder"]), withRoles("cem", [])],
  ["no role may approve", ruling("suspend-subaccount", { who: [] }), withRoles("eve", [])],
  ["policy asks for more people than there are", ruling("suspend-subaccount", { approvals: 3 }), withRoles("eve", [])],
])("%s: the requester is told, and nothing waits for approval", async (_case, ...changes) => {
  const h = await house();
  for (const change of changes) h.changePolicy(change);
  const incident = await h.raise();
  const told = await h.send(await h.dialog(incident, "suspend-subaccount"));
  expect(told).toMatchObject({ kind: "told", text: expect.stringContaining("Nobody could approve this") });
  expect(await h.store.incidents.approvalsOf(incident)).toEqual([]);
});
