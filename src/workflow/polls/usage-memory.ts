import { z } from "zod";
import type { Json } from "../../audit/envelope.ts";
import type { Medium } from "../../signal/usage-records.ts";
import type { PollState } from "../ports.ts";

const Amount = z.object({ spendUsd: z.number(), count: z.number(), units: z.number() });

/** What the poll of usage remembers of an account, and the other polls ask it. */
const UsageMemory = z.object({
  read: z.object({ day: z.string(), readAtMs: z.number(), amounts: z.record(z.string(), Amount) }).nullable(),
  /** When its use was last seen to grow; null: never. */
  grewAtMs: z.object({ calls: z.number().nullable(), messages: z.number().nullable(), verify: z.number().nullable() }),
});
export type UsageMemory = z.infer<typeof UsageMemory>;

const NOTHING: UsageMemory = { read: null, grewAtMs: { calls: null, messages: null, verify: null } };

export function usageMemoryOf(memory: Json | undefined): UsageMemory {
  return UsageMemory.safeParse(memory).data ?? NOTHING;
}

/** Usage data lags by minutes, and traffic has pauses. */
const IN_USE_MS = 30 * 60_000;

export function isInUse({ grewAtMs }: UsageMemory, medium: Medium, nowMs: number): boolean {
  const atMs = grewAtMs[medium];
  return atMs !== null && nowMs - atMs < IN_USE_MS;
}

/**
 * What came before this, of a medium that is not in use, needs no reading: usage would have told of it. It lags; and what came while
 * nobody read it (Tollgate was away) it has yet to tell.
 */
export function unusedUntilMs({ read }: UsageMemory, nowMs: number): number {
  return Math.min(nowMs, read?.readAtMs ?? 0) - IN_USE_MS;
}

/** Whatever it is: the account has traffic. */
export function grewWithin({ grewAtMs }: UsageMemory, ms: number, nowMs: number): boolean {
  return Object.values(grewAtMs).some((atMs) => atMs !== null && nowMs - atMs < ms);
}

export function usageMemoryIn(states: ReadonlyMap<string, PollState>): UsageMemory {
  return usageMemoryOf(states.get("usage")?.memory);
}
