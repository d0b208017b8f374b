import { expect, test } from "vitest";
import type { AccountSid, IncidentId } from "../../../src/lib/id.ts";
import { createPoll } from "../../../src/workflow/poll.ts";
import type { Poll } from "../../../src/workflow/polls/contract.ts";
import type { FollowUp, PollStore } from "../../../src/workflow/ports.ts";
import { log } from "../../store/house.ts";
import { ACCOUNT } from "../../support/fixtures.ts";

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const sids = Array.from({ length: 3_000 }, (_, index) => `AC${index.toString(16).padStart(32, "0")}` as AccountSid);

/** One poll of an account among very many, with what it was told. */
function crowd(
  accountSids: readonly AccountSid[],
  watched: AccountSid,
  { save = async () => [] }: { readonly save?: PollStore["save"] } = {},
) {
  const pacedMs: number[] = [];
  const begun: FollowUp[] = [];
  const usage: Poll = {
    id: "usage",
    periodMs: MINUTE,
    idlePeriodMs: MINUTE,
    firstLookBackMs: 0,
    needsOwnCredentials: false,
    async read(_account, _state, look) {
      pacedMs.push(look.pacedMs(MINUTE));
      return { received: [], upToMs: look.nowMs, memory: null };
    },
  };
  const handle = createPoll({
    polls: [usage],
    records: {
      accounts: async () =>
        accountSids.map((sid) => ({ sid, friendlyName: "Acme", status: "active", isParent: false }) as const),
    },
    states: { load: async () => new Map(), save, progress: async () => [], forget: async () => {} },
    incidents: { unresolvedOf: async (sid) => (sid === watched ? ["7" as IncidentId] : []) },
    outbox: { addMissing: async (followUps) => void begun.push(...followUps) },
    hurry: () => {},
    parentSid: ACCOUNT,
    clock: { now: () => NOW },
    log,
  });
  const work = async (key: string): Promise<number> => {
    const result = await handle(key, { job: "poll", key, dueAtMs: null, wanted: 1, sinceMs: NOW, attempts: 0 });
    return result.kind === "later" ? result.atMs - NOW : Number.NaN;
  };
  return { work, pacedMs, begun };
}

test("among thousands of accounts a round takes longer, except on one that people look at", async () => {
  const watched = sids[7] ?? ACCOUNT;
  const { work, pacedMs } = crowd(sids, watched);
  const waits = await Promise.all(sids.slice(0, 50).map((sid) => work(`usage.${sid}`)));
  expect(waits[7]).toBeLessThanOrEqual(MINUTE);
  expect(Math.max(...waits)).toBeGreaterThan(MINUTE);
  // What judges whether a source is quiet knows it.
  expect(Math.max(...waits)).toBeLessThanOrEqual(pacedMs[0] ?? 0);
});

test("a new installation is read within a minute and learned about later; thousands of accounts take their time", async () => {
  const dueWithinMs = async (count: number) => {
    const { work, begun } = crowd(sids.slice(0, count), ACCOUNT);
    await work("accounts");
    const due = (jobs: readonly string[]) =>
      begun.flatMap(({ job, dueAtMs }) => (jobs.includes(job) && dueAtMs !== null ? [dueAtMs - NOW] : []));
    return { reads: Math.max(...due(["poll"])), tasks: due(["learn", "upkeep"]) };
  };
  const few = await dueWithinMs(20);
  expect(few.reads).toBeLessThan(MINUTE);
  expect(Math.min(...few.tasks)).toBeGreaterThan(30_000);
  expect(Math.max(...few.tasks)).toBeLessThan(MINUTE);
  expect((await dueWithinMs(3_000)).reads).toBeGreaterThan(2 * MINUTE);
});

test("a read that somebody else overtook is made again at once: it may have been hurried for what came after theirs", async () => {
  const { work } = crowd(sids.slice(0, 1), ACCOUNT, { save: async () => null });
  expect(await work(`usage.${sids[0]}`)).toBe(1_000);
});
