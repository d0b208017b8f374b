import { expect, test } from "vitest";
import { intercepted } from "../support/intercepted.ts";
import { resolve } from "../support/life.ts";
import { ON_SLACK, ruling, withRoles } from "../support/roster.ts";
import { type House, house, reasonOf } from "../support/workflow.ts";

test("a granted suspension is carried out once, read back, and contains its incident", async () => {
  const h = await house();
  const incident = await h.raise();
  const id = await h.grant(incident, "suspend-subaccount");
  await h.settle();
  expect(await h.run(id)).toMatchObject({ status: "done", evidence: [expect.stringContaining("suspended")] });
  expect(await h.incident(incident)).toMatchObject({ status: "contained", containedBy: id });
  expect(h.world.standIn.state.account(h.account).status).toBe("suspended");
  expect(h.writes()).toHaveLength(1);
});

const meanwhile: readonly (readonly [string, string, (h: House) => void])[] = [
  ["the approver lost the role", "may not approve any more", (h) => h.changePolicy(withRoles("ben", ["responder"]))],
  [
    "the approver left the roster",
    "may not approve any more",
    (h) => h.changePolicy(({ people }) => ({ people: people.filter(({ id }) => id !== "ben") })),
  ],
  ["the requester is no responder any more", "not a responder", (h) => h.changePolicy(withRoles("ann", ["approver"]))],
  [
    "two approvals are asked for now",
    "may not approve any more",
    (h) => h.changePolicy(ruling("suspend-subaccount", { approvals: 2 })),
  ],
  [
    "the policy changed in another way",
    "policy changed",
    (h) => h.changePolicy(ruling("suspend-subaccount", { expiresMs: 60_000 })),
  ],
];

test.each(meanwhile)("between click and run: %s, so nothing is done", async (_case, reason, change) => {
  const h = await house();
  const incident = await h.raise();
  const id = await h.grant(incident, "suspend-subaccount");
  change(h);
  await h.settle();
  const run = await h.run(id);
  expect(run.status).toBe("refused");
  expect(reasonOf(run)).toContain(reason);
  expect(h.writes()).toEqual([]);
  expect(h.slack.of(`outcome-${id}`)[0]?.card?.fallback).toContain(reason);
});

test("between click and run: the incident was resolved, so nothing is done", async () => {
  const h = await house();
  const incident = await h.raise();
  const id = await h.grant(incident, "suspend-subaccount");
  await resolve(h, incident, ON_SLACK.dia);
  await h.settle();
  expect(reasonOf(await h.run(id))).toBe("the incident was resolved meanwhile");
  expect(h.writes()).toEqual([]);
});

test("a role that is lost while the account is being read is lost in time", async () => {
  const h = await house();
  const id = await h.grant(await h.raise(), "suspend-subaccount");
  const slow = await h.replica({
    outside: ({ twilio, ...rest }) => ({
      ...rest,
      twilio: intercepted(twilio, async (name, call) => {
        if (name === "fetch") h.changePolicy(withRoles("ben", []));
        return call();
      }),
    }),
  });
  await slow.work("run", id);
  expect(reasonOf(await h.run(id))).toContain("may not approve any more");
  expect(h.writes()).toEqual([]);
});
