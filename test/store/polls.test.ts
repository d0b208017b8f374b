import { expect, test } from "vitest";
import type { PollState } from "../../src/workflow/ports.ts";
import { account, house, otherAccount } from "./house.ts";

const MINUTE = 60_000;

function state(changes: Partial<PollState> = {}): PollState {
  return { upToMs: 1_000, okAtMs: 1_000, failures: 0, paused: null, memory: { read: ["a", 1, null] }, ...changes };
}

test("how far a poll is stays as it was saved last, of each account and poll by itself", async () => {
  const { polls } = (await house()).store;
  expect(await polls.load("usage", account)).toBeNull();
  await polls.save("usage", account, state());
  await polls.save(
    "usage",
    account,
    state({ upToMs: 2_000, okAtMs: null, failures: 3, paused: "refused", memory: null }),
  );
  await polls.save("usage", otherAccount, state());
  await polls.save("events", account, state());
  expect(await polls.load("usage", account)).toEqual({
    upToMs: 2_000,
    okAtMs: null,
    failures: 3,
    paused: "refused",
    memory: null,
  });
  expect(await polls.load("usage", otherAccount)).toEqual(state());
  const { memory: _memory, ...progress } = state();
  expect(await polls.progress()).toEqual([
    { ...progress, poll: "events", accountSid: account },
    { poll: "usage", accountSid: account, upToMs: 2_000, okAtMs: null, failures: 3, paused: "refused" },
    { ...progress, poll: "usage", accountSid: otherAccount },
  ]);
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
    await polls.save("usage", sid, state());
    await polls.heard("debugger", sid, MINUTE);
  }
  await polls.forget(account);
  expect((await polls.progress()).map(({ accountSid }) => accountSid)).toEqual([otherAccount]);
  expect((await polls.lastHeard(account)).size + (await polls.lastHeard(otherAccount)).size).toBe(1);
});
