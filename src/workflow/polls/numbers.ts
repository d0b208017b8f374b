import { z } from "zod";
import type { AccountSid } from "../../lib/id.ts";
import { type HeldNumber, heldNumber, isReleaseOf, missingNumber, RELEASED } from "../../signal/phone-numbers.ts";
import type { SignalStore, TwilioRecords } from "../ports.ts";
import type { Poll } from "./contract.ts";
import { createFindHeld, MOST_NUMBERS } from "./number-owners.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** One look may err, and the event that explains it may come late. */
const CONFIRMED_AFTER_MS = 10 * MINUTE_MS;
/** Clocks differ. */
const OVERLAP_MS = 5 * MINUTE_MS;
const MOST_RELEASES = 5_000;
/** https://www.twilio.com/docs/usage/monitor-events#retention */
const KEPT_MS = 30 * 24 * HOUR_MS;
/** The porting webhook may tell of it before it leaves the list. */
const TOLD_BEFORE_MS = 24 * HOUR_MS;

const Missing = z.object({ sid: z.string(), lastSeenAtMs: z.number(), sinceMs: z.number() });
/** By number. */
const Memory = z.object({
  seenAtMs: z.number(),
  numbers: z.record(z.string(), z.string()),
  missing: z.record(z.string(), Missing),
});

type Gone = HeldNumber & { readonly lastSeenAtMs: number; readonly sinceMs: number };

interface Parts {
  readonly records: Pick<TwilioRecords, "accounts" | "events" | "numbers">;
  readonly signals: Pick<SignalStore, "bucketsSince">;
}

/**
 * Which phone numbers an account has: the catch-up for the porting webhook, which tells once and of which Twilio keeps no record. A
 * number that is gone in two looks, that nobody released, and that no other account of ours has, may have gone to another carrier.
 */
export function createNumbersPoll({ records, signals }: Parts): Poll {
  const findHeld = createFindHeld(records);

  /** Without those that Monitor Events say were released; of what they keep no more, or do not list whole, nothing is known. */
  async function notReleased(sid: AccountSid, gone: readonly Gone[], nowMs: number): Promise<readonly Gone[]> {
    const recent = gone.filter(({ lastSeenAtMs }) => nowMs - lastSeenAtMs < KEPT_MS);
    if (recent.length === 0) return [];
    const fromMs = Math.min(...recent.map(({ lastSeenAtMs }) => lastSeenAtMs)) - OVERLAP_MS;
    const released = await records.events(sid, { fromMs, toMs: nowMs }, MOST_RELEASES, RELEASED);
    if (released.length >= MOST_RELEASES) return [];
    return recent.filter((one) => !released.some((event) => isReleaseOf(one, event)));
  }

  async function notTold(sid: AccountSid, gone: readonly Gone[]): Promise<readonly Gone[]> {
    if (gone.length === 0) return [];
    const sinceMs = Math.min(...gone.map(({ lastSeenAtMs }) => lastSeenAtMs)) - TOLD_BEFORE_MS;
    const told = new Set(
      (await signals.bucketsSince(sid, sinceMs)).map(({ last }) => (last.kind === "ported-out" ? last.number : null)),
    );
    return gone.filter(({ number }) => !told.has(number));
  }

  async function notHeld(gone: readonly Gone[], nowMs: number): Promise<readonly Gone[]> {
    if (gone.length === 0) return [];
    const sinceMs = Math.max(...gone.map((one) => one.sinceMs));
    const numbers = gone.map(({ number }) => number);
    const held = await findHeld(numbers, sinceMs, nowMs);
    return gone.filter(({ number }) => !held.has(number));
  }

  return {
    id: "numbers",
    periodMs: 5 * MINUTE_MS,
    idlePeriodMs: 15 * MINUTE_MS,
    firstLookBackMs: 0,
    // Who released a number is told to the account alone.
    needsOwnCredentials: true,
    async read({ sid }, { memory }, { nowMs }) {
      const rows = await records.numbers(sid, MOST_NUMBERS);
      const isCut = rows.length >= MOST_NUMBERS;
      const held = rows.map(heldNumber).filter((one) => one !== null);
      const numbers = Object.fromEntries(held.map((one) => [one.number, one.sid]));
      const known = Memory.safeParse(memory).data;
      // The first look only learns. Of a list that was cut, what is missing says nothing.
      const gone = known === undefined || isCut ? [] : goneSince(known, numbers, nowMs);
      // A clock that was set back must not hold this up, hence the absolute value.
      const sure = gone.filter(({ sinceMs }) => Math.abs(nowMs - sinceMs) >= CONFIRMED_AFTER_MS);
      const unexplained = await notHeld(await notTold(sid, await notReleased(sid, sure, nowMs)), nowMs);
      const missing = Object.fromEntries(
        gone
          .filter((one) => !sure.includes(one))
          .map(({ number, sid, lastSeenAtMs, sinceMs }) => [number, { sid, lastSeenAtMs, sinceMs }]),
      );
      return {
        received: unexplained.map((one) => missingNumber(one, sid, one.lastSeenAtMs, nowMs)),
        upToMs: nowMs,
        memory: { seenAtMs: nowMs, numbers, missing },
        isCut,
        isIdle: Object.keys(missing).length === 0,
      };
    },
  };
}

/** What was here before and is not here now; also what was gone in the last look already. */
function goneSince(
  known: z.infer<typeof Memory>,
  numbers: Readonly<Record<string, string>>,
  nowMs: number,
): readonly Gone[] {
  const before = Object.entries(known.missing).map(([number, missing]): Gone => ({ number, ...missing }));
  const newly = Object.entries(known.numbers).map(
    ([number, sid]): Gone => ({ number, sid, lastSeenAtMs: known.seenAtMs, sinceMs: nowMs }),
  );
  return [...before, ...newly].filter(({ number }) => numbers[number] === undefined);
}
