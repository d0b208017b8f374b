import { expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import { createLog } from "../../src/lib/log.ts";
import type { ReceivedSignal } from "../../src/signal/contract.ts";
import { createTokenChanges } from "../../src/workflow/token-changes.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON } from "../support/signals.ts";

const READ = { knownAtMs: NOON - 300_000, madeAtMs: null };

function changes(keep: (received: readonly ReceivedSignal[]) => void = () => {}) {
  const kept = new Map<string, ReceivedSignal>();
  const fresh: string[] = [];
  const clock = { nowMs: NOON, now: () => clock.nowMs };
  const lines: string[] = [];
  const told = createTokenChanges({
    signals: {
      keep: async (received) => {
        keep(received);
        const news = received.filter(({ sourceKey }) => !kept.has(sourceKey));
        for (const one of news) kept.set(one.sourceKey, one);
        return news.map(({ signal }) => signal.accountSid);
      },
    },
    onFresh: (accountSid) => fresh.push(accountSid),
    clock,
    log: createLog("info", { write: (line) => lines.push(line) }),
  });
  return { told, kept, fresh, clock, lines };
}

test("a token that changed without us is a signal, one a minute and account for each copy that was lost, without the token", async () => {
  const { told, kept, fresh, clock } = changes();
  await told(ACCOUNT, READ);
  clock.nowMs += 20_000;
  await told(ACCOUNT, READ);
  expect([...kept.values()]).toEqual([
    {
      sourceKey: `token-changed:${ACCOUNT}:${NOON / 60_000}:read:${NOON / 60_000 - 5}`,
      signal: { kind: "token-changed", accountSid: ACCOUNT, atMs: NOON, copy: READ },
    },
  ]);
  expect(fresh).toEqual([ACCOUNT]);
  await told(ACCOUNT, { knownAtMs: NOON - 60_000, madeAtMs: NOON - 60_000 });
  expect(kept.size).toBe(2);
  clock.nowMs += 60_000;
  await told(ACCOUNT, READ);
  expect(kept.size).toBe(3);
});

test("a store that is down is logged, and whoever noticed goes on", async () => {
  const { told, lines } = changes(() => {
    throw new Fault("unavailable", "PostgreSQL is down");
  });
  await expect(told(ACCOUNT, READ)).resolves.toBeUndefined();
  expect(lines).toHaveLength(1);
});
