import { expect, test } from "vitest";
import { Fault, type FaultKind } from "../../src/lib/fault.ts";
import { isAccountSid } from "../../src/lib/id.ts";
import type { WatchedAccount } from "../../src/setup/contract.ts";
import { surveyAll } from "../../src/setup/survey-all.ts";
import { state } from "./fixtures.ts";

const PLAN = { steps: [], kept: 1, unmet: 0, notes: [] };

function accounts(count: number): readonly WatchedAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const sid = `AC${String(index).padStart(32, "0")}`;
    if (!isAccountSid(sid)) throw new Error("no SID");
    return { ...state().account, sid };
  });
}

/** Looks at ten accounts, of which the first so many fail so often. Answers what became of each, and how often each was read. */
async function survey(failing: number, times: number, kind: FaultKind) {
  const chosen = accounts(10);
  const reads = new Map<string, number>();
  const surveyed = await surveyAll(
    { chosen, hasSubaccounts: true },
    async (account) => {
      const count = (reads.get(account.sid) ?? 0) + 1;
      reads.set(account.sid, count);
      const isFailing = chosen.slice(0, failing).some(({ sid }) => sid === account.sid);
      if (isFailing && count <= times) throw new Fault(kind, "Twilio could not do it.");
      return { state: state({ account }), plan: PLAN };
    },
    0,
    () => {},
  );
  expect(surveyed.map(({ account }) => account)).toEqual(chosen);
  return { kinds: surveyed.map((one) => one.kind), reads: [...reads.values()].reduce((sum, count) => sum + count, 0) };
}

const looked = (count: number) => Array.from({ length: count }, () => "looked");

test("an account that Twilio could not show at first is read once more at the end", async () => {
  expect(await survey(1, 1, "timeout")).toEqual({ kinds: looked(10), reads: 11 });
  expect(await survey(1, 9, "unavailable")).toEqual({ kinds: ["failed", ...looked(9)], reads: 11 });
});

test("one whose credentials are refused is not asked again", async () => {
  expect(await survey(1, 1, "unauthorised")).toEqual({ kinds: ["failed", ...looked(9)], reads: 10 });
});

test("when most of them fail, nobody waits for the same a second time", async () => {
  expect(await survey(6, 1, "timeout")).toMatchObject({ reads: 10 });
});
