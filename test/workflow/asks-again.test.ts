import { expect, test } from "vitest";
import type { RemediationId } from "../../src/remediation/contract.ts";
import { type House, house, reasonOf } from "../support/workflow.ts";

/** What an approval depends on changed after the click: who approved it approved something else. */
const cases: readonly (readonly [string, RemediationId, string, (h: House) => void])[] = [
  [
    "the account was suspended by somebody",
    "delete-api-keys",
    "status",
    (h) => h.world.standIn.state.setStatus(h.account, "suspended"),
  ],
  [
    "the account was suspended by somebody",
    "rotate-auth-token",
    "status",
    (h) => h.world.standIn.state.setStatus(h.account, "suspended"),
  ],
  [
    "the account was suspended by somebody",
    "suspend-subaccount",
    "status",
    (h) => h.world.standIn.state.setStatus(h.account, "suspended"),
  ],
  [
    "a chosen country was opened for risky ranges",
    "disable-geo-regions",
    "rows",
    (h) => {
      h.world.standIn.state.account(h.world.parentSid).dialing["LV"] = {
        lowRisk: true,
        special: true,
        tollfraud: true,
      };
    },
  ],
  [
    "the account got dialing permissions of its own",
    "disable-geo-regions",
    "inherits",
    (h) => {
      h.world.standIn.state.account(h.account).inheritsDialing = false;
    },
  ],
];

test.each(cases)("%s: %s is not run, and people are told what changed", async (_case, remediation, name, change) => {
  const h = await house();
  const id = await h.grant(await h.raise(), remediation);
  change(h);
  await h.settle();
  const run = await h.run(id);
  expect(run.status).toBe("refused");
  expect(reasonOf(run)).toMatch(new RegExp(`changed since it was approved \\(.*${name}.*\\); please ask again`));
  expect(h.writes()).toEqual([]);
  expect(h.slack.of(`outcome-${id}`)[0]?.card?.fallback).toContain("please ask again");
});

test("what is shown and not bound may change: money, calls, a new key beside the chosen ones", async () => {
  const h = await house();
  const id = await h.grant(await h.raise(), "delete-api-keys");
  const made = h.world.standIn.state.addKey(h.account, "standard", "made after the dialog");
  await h.settle();
  expect((await h.run(id)).status).toBe("done");
  expect(h.world.standIn.state.keysOf(h.account)).toEqual([made]);
});

test("a chosen key that somebody deleted meanwhile is gone as was wished for: the others are deleted without a new question", async () => {
  const h = await house();
  const id = await h.grant(await h.raise(), "delete-api-keys");
  const [gone] = h.world.standIn.state.keysOf(h.account);
  h.world.standIn.state.keys.delete(gone?.sid ?? "");
  await h.settle();
  expect((await h.run(id)).status).toBe("done");
  expect(h.world.standIn.state.keysOf(h.account)).toEqual([]);
});

test("an account that was suspended by somebody, and whose own credentials must be used: not run, and it says suspended", async () => {
  const h = await house();
  const id = await h.grant(await h.raise(), "disable-geo-regions");
  h.world.standIn.state.setStatus(h.account, "suspended");
  await h.settle();
  const run = await h.run(id);
  expect(run.status).toBe("refused");
  expect(reasonOf(run)).toContain("suspended");
  expect(h.writes()).toEqual([]);
});
