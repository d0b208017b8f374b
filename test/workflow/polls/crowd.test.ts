import { expect, test } from "vitest";
import { Fault } from "../../../src/lib/fault.ts";
import type { AccountSid, IncidentId } from "../../../src/lib/id.ts";
import { createPoll } from "../../../src/workflow/poll.ts";
import type { Poll } from "../../../src/workflow/polls/contract.ts";
import type { FollowUp, PollProgress, PollStore } from "../../../src/workflow/ports.ts";
import { log } from "../../store/house.ts";
import { ACCOUNT } from "../../support/fixtures.ts";

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const sids = Array.from({ length: 3_000 }, (_, index) => `AC${index.toString(16).padStart(32, "0")}` as AccountSid);

interface Told {
  readonly save?: PollStore["save"];
  /** Accounts that were read before. */
  readonly known?: readonly AccountSid[];
  readonly read?: () => Promise<void>;
}

/** One poll of an account among very many, with what it was told. */
function crowd(
  accountSids: readonly AccountSid[],
  watched: AccountSid,
  { save = async () => [], known = [], read = async () => {} }: Told = {},
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
      await read();
      return { received: [], upToMs: look.nowMs, memory: null };
    },
  };
  const handle = createPoll({
    polls: [usage],
    records: {
      accounts: async () =>
        accountSids.map((sid) => ({ sid, friendlyName: "Acme", status: "active", isParent: false }) as const),
    },
    states: { load: async () => new Map(), save, progress: async () => known.map(progressOf), forget: async () => {} },
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

function progressOf(accountSid: AccountSid): PollProgress {
  return { poll: "usage", accountSid, upToMs: NOW, okAtMs: NOW, failures: 0, paused: null };
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
  const dueWithinMs = async (count: number, known: readonly AccountSid[] = []) => {
    const { work, begun } = crowd(sids.slice(0, count), ACCOUNT, { known });
    await work("accounts");
    const due = (jobs: readonly string[]) =>
      begun.flatMap(({ job, dueAtMs }) => (jobs.includes(job) && dueAtMs !== null ? [dueAtMs - NOW] : []));
    return { reads: Math.max(...due(["poll"])), tasks: due(["learn", "upkeep"]) };
  };
  const few = await dueWithinMs(20);
  expect(few.reads).toBeLessThan(MINUTE);
  expect(Math.min(...few.tasks)).toBeGreaterThan(30_000);
  expect(Math.max(...few.tasks)).toBeLessThan(MINUTE);
  const many = await dueWithinMs(3_000);
  expect(many.reads).toBeGreaterThan(2 * MINUTE);
  expect(Math.max(...many.tasks)).toBeGreaterThan(2 * 60 * MINUTE);
  const oneMore = await dueWithinMs(3_000, sids.slice(1));
  expect(Math.max(oneMore.reads, ...oneMore.tasks)).toBeLessThan(MINUTE);
});

test("a read that somebody else overtook is made again at once: it may have been hurried for what came after theirs", async () => {
  const { work } = crowd(sids.slice(0, 1), ACCOUNT, { save: async () => null });
  expect(await work(`usage.${sids[0]}`)).toBe(1_000);
});

test("a read that failed waits like others where there are too many accounts, and no less than a read that works elsewhere", async () => {
  const read = () => Promise.reject(new Fault("timeout", "Twilio does not answer"));
  const waitAmong = (count: number) => crowd(sids.slice(0, count), ACCOUNT, { read }).work(`usage.${sids[0]}`);
  expect(await waitAmong(20)).toBe(MINUTE);
  expect(await waitAmong(3_000)).toBeGreaterThan(MINUTE);
});
