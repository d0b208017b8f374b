import type { AccountSid } from "../../lib/id.ts";
import { heldNumber } from "../../signal/phone-numbers.ts";
import type { TwilioRecords } from "../ports.ts";

/** An account's numbers that are read at once. */
export const MOST_NUMBERS = 5_000;
/** The rest of the lane goes on with what it does. */
const READS_AT_A_TIME = 4;
/** Twilio takes the number for a pattern, and may list others that contain it. */
const MOST_LIKE_IT = 50;

type Records = Pick<TwilioRecords, "accounts" | "numbers">;

interface Held {
  readonly beganAtMs: number;
  readonly numbers: ReadonlySet<string>;
  /** They have more than is read at once, and are asked for each number. */
  readonly larger: readonly AccountSid[];
}

/** Which of these numbers any account of ours has, as of a moment after `missingSinceMs`. Throws a `Fault`. */
type FindHeld = (numbers: readonly string[], missingSinceMs: number, nowMs: number) => Promise<ReadonlySet<string>>;

/**
 * Twilio has no list of the numbers of all accounts, and does not say how a move between two of them looks. So all accounts are listed,
 * but only when a number is missing, and once for all that miss some at the same time: any list that began later than it went missing
 * will do.
 */
export function createFindHeld(records: Records): FindHeld {
  let latest: { readonly beganAtMs: number; readonly held: Promise<Held> } | undefined;

  async function listAll(beganAtMs: number): Promise<Held> {
    const accounts = (await records.accounts()).map(({ sid }) => sid);
    const numbers = new Set<string>();
    const larger: AccountSid[] = [];
    const work = async (): Promise<void> => {
      for (let sid = accounts.pop(); sid !== undefined; sid = accounts.pop()) {
        const rows = await records.numbers(sid, MOST_NUMBERS);
        if (rows.length >= MOST_NUMBERS) larger.push(sid);
        for (const row of rows) {
          const held = heldNumber(row);
          if (held !== null) numbers.add(held.number);
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: READS_AT_A_TIME }, work));
    } finally {
      // Where one cannot be read, the others say nothing either.
      accounts.length = 0;
    }
    return { beganAtMs, numbers, larger };
  }

  return async (wanted, missingSinceMs, nowMs) => {
    if (latest === undefined || latest.beganAtMs <= missingSinceMs) latest = { beganAtMs: nowMs, held: listAll(nowMs) };
    const mine = latest;
    try {
      const { numbers, larger } = await mine.held;
      const found = new Set(wanted.filter((number) => numbers.has(number)));
      for (const sid of larger) {
        for (const number of wanted) {
          if (found.has(number)) continue;
          const rows = await records.numbers(sid, MOST_LIKE_IT, number);
          if (rows.some((row) => heldNumber(row)?.number === number)) found.add(number);
        }
      }
      return found;
    } catch (error) {
      if (latest === mine) latest = undefined;
      throw error;
    }
  };
}
