import { expect, test } from "vitest";
import type { PollRead, PollState } from "../../src/workflow/ports.ts";
import { account, followUp, house, otherAccount, received } from "./house.ts";

const MINUTE = 60_000;

function state(changes: Partial<PollState> = {}): PollState {
  return { upToMs: 1_000, okAtMs: 1_000, failures: 0, paused: null, memory: { read: ["a", 1, null] }, ...changes };
}

/** A read that went on from there. */
function read(after: PollState, before: PollState | null, found: Partial<PollRead> = {}): PollRead {
  return { before, after, received: [], hours: [], followUps: [], atMs: 1_000, ...found };
}

test("how far a poll is stays as it was saved last, of each account and poll by itself", async () => {
  const { polls } = (await house()).store;
  expect((await polls.load(account)).size).toBe(0);
  const later = state({ upToMs: 2_000, okAtMs: null, failures: 3, paused: "refused", memory: null });
  expect(await polls.save("usage", account, read(state(), null))).toEqual([]);
  expect(await polls.save("usage", account, read(later, state()))).toEqual([]);
  await polls.save("usage", otherAccount, read(state(), null));
  await polls.save("events", account, read(state(), null));
  expect(await polls.load(account)).toEqual(
    new Map([
      ["usage", later],
      ["events", state()],
    ]),
  );
  expect((await polls.load(otherAccount)).get("usage")).toEqual(state());
  const { memory: _memory, ...progress } = state();
  expect(await polls.progress()).toEqual([
    { ...progress, poll: "events", accountSid: account },
    { poll: "usage", accountSid: account, upToMs: 2_000, okAtMs: null, failures: 3, paused: "refused" },
    { ...progress, poll: "usage", accountSid: otherAccount },
  ]);
});

test("what a read found is kept with how far it got: signals that are new, and each hour's share", async () => {
  const { polls, baselines, signals } = (await house()).store;
  const amount = { spendUsd: 1, count: 2, units: 3 };
  const hours = [5, 6].map((hour) => ({ hour, amounts: { calls: amount } }));
  const found = { received: [received("1"), received("1"), received("2", { accountSid: otherAccount })], hours };
  const fresh = await polls.save("usage", account, read(state(), null, found));
  expect([...(fresh ?? [])].sort()).toEqual([account, otherAccount].sort());
  expect(await polls.save("usage", account, read(state({ okAtMs: 2_000 }), state(), found))).toEqual([]);
  expect([await signals.fold(account, 1), await signals.fold(otherAccount, 1)]).toEqual([1, 1]);
  expect(await baselines.hoursSince(account, 0)).toEqual(
    [5, 6].map((hour) => ({ hour, category: "calls", spendUsd: 2, count: 4, units: 6 })),
  );
});

test("of two reads that begin from the same state, also the first ever, one counts and the other leaves nothing", async () => {
  const { polls, baselines, signals } = (await house()).store;
  const hours = [{ hour: 5, amounts: { calls: { spendUsd: 1, count: 1, units: 1 } } }];
  for (const before of [null, state()]) {
    const after = before === null ? state() : state({ upToMs: 9_000, okAtMs: 9_000 });
    const reads = [1, 2, 3].map((reader) =>
      polls.save("usage", account, read(after, before, { received: [received(`${before?.upToMs} ${reader}`)], hours })),
    );
    const answers = (await Promise.all(reads)).map((answer) => answer?.length ?? null);
    expect(answers.toSorted()).toEqual([1, null, null]);
  }
  // One that failed knows nothing of who has read on meanwhile.
  expect(await polls.save("usage", account, read(state({ failures: 1 }), state()))).toBeNull();
  expect((await polls.load(account)).get("usage")).toEqual(state({ upToMs: 9_000, okAtMs: 9_000 }));
  expect(await signals.fold(account, 1)).toBe(2);
  expect((await baselines.hoursSince(account, 0)).map(({ count }) => count)).toEqual([2]);
});

test("what follows from a read is wished for with it: in any case, or only when an account got something new", async () => {
  const { polls, outbox } = (await house()).store;
  const followUps = [
    { ...followUp("detect", account), ifNewOf: account },
    { ...followUp("detect", otherAccount), ifNewOf: otherAccount },
    { ...followUp("poll", "calls.1", 500), ifNewOf: otherAccount },
    followUp("poll", "calls.1"),
    followUp("poll", "calls.1", 900),
  ];
  const wanted = async (job: "detect" | "poll", key: string) => (await outbox.load(job, key))?.wanted ?? 0;
  const due = async () => (await outbox.takeDue(1_000, 0, 10)).map(({ job }) => job).toSorted();
  const found = { received: [received("1")], followUps };
  await polls.save("usage", account, read(state(), null, found));
  expect(await due()).toEqual(["detect", "poll"]);
  expect((await outbox.load("poll", "calls.1"))?.dueAtMs).toBeNull();
  const first = [await wanted("detect", account), await wanted("poll", "calls.1")];
  // Whoever lost against another reader leaves nothing; whoever reads the same again finds nothing new.
  await polls.save("usage", account, read(state({ okAtMs: 3_000 }), null, found));
  expect([await wanted("detect", account), await wanted("poll", "calls.1")]).toEqual(first);
  await polls.save("usage", account, read(state({ okAtMs: 2_000 }), state(), found));
  expect(await due()).toEqual(["detect", "poll"]);
  expect(await wanted("detect", account)).toBe(first[0]);
  expect(await wanted("poll", "calls.1")).toBeGreaterThan(first[1] ?? 0);
});

test("when a source was heard is written once a minute, and never earlier than it was", async () => {
  const { polls } = (await house()).store;
  await polls.heard("debugger", account, 10 * MINUTE);
  await polls.heard("debugger", account, 10 * MINUTE + 1_000);
  await polls.heard("debugger", account, 5 * MINUTE);
  await polls.heard("events", account, 12 * MINUTE);
  expect(await polls.lastHeard(account)).toEqual(
    new Map([
      ["debugger", 10 * MINUTE],
      ["events", 12 * MINUTE],
    ]),
  );
  await polls.heard("debugger", account, 11 * MINUTE);
  expect((await polls.lastHeard(account)).get("debugger")).toBe(11 * MINUTE);
  expect(await polls.lastHeard(otherAccount)).toEqual(new Map());
});

test("of a closed account nothing is left, of others everything", async () => {
  const { polls } = (await house()).store;
  for (const sid of [account, otherAccount]) {
    await polls.save("usage", sid, read(state(), null));
    await polls.heard("debugger", sid, MINUTE);
  }
  await polls.forget(account);
  expect((await polls.progress()).map(({ accountSid }) => accountSid)).toEqual([otherAccount]);
  expect((await polls.lastHeard(account)).size + (await polls.lastHeard(otherAccount)).size).toBe(1);
});
