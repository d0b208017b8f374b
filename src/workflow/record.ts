import type { AuditRecord, PlatformName } from "../audit/envelope.ts";
import type { ChatPlatform } from "../chat/platform.ts";
import type { Clock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";
import { done, type JobHandler, type JobResult, later } from "./job.ts";
import type { AuditStore, Outbox, Store, Todo } from "./ports.ts";
import { unseenUntilMs } from "./unseen.ts";

interface Parts {
  readonly platforms: ReadonlyMap<PlatformName, ChatPlatform>;
  readonly audit: AuditStore;
  /** Lines for people; equal refusals are folded into one. */
  readonly linesOf: (records: readonly AuditRecord[]) => readonly string[];
  /** True when the second is the same refusal again, so soon that it may wait for more of its kind. */
  readonly isRepeat: (previous: AuditRecord, next: AuditRecord) => boolean;
  /** A job that lost its lock in the queue must not write the same lines beside its successor. */
  readonly withLock: Store["withLock"];
  readonly clock: Clock;
}

/** Up to this many waiting records get a message each; more share messages, so that a storm stays readable and within Slack's pace. */
const ONE_MESSAGE_EACH_UP_TO = 5;
/** The longest lines of the record still fit a message of Slack's (12,000 characters) together. */
const LINES_PER_MESSAGE = 15;
const READ_AT_ONCE = 200;
const HOLD_REPEATS_MS = 15_000;
const SOMEBODY_ELSE_WRITES_MS = 1_000;

/** Writes the audit channel, in the order of the record. Key: the platform. */
export function createRecord({ platforms, audit, linesOf, isRepeat, withLock, clock }: Parts): JobHandler {
  async function postUpTo(platform: ChatPlatform, records: readonly AuditRecord[], upTo: number): Promise<void> {
    await audit.beginPost(platform.name, upTo, clock.now());
    try {
      await platform.postLines("audit", subjectOf(upTo), linesOf(records));
    } catch (error) {
      if (error instanceof Fault && !error.leavesOutcomeUnknown) await audit.cancelPost(platform.name);
      throw error;
    }
    await audit.markPosted(platform.name, upTo);
  }

  async function write(platform: ChatPlatform, todo: Todo): Promise<JobResult> {
    const { upTo, begunUpTo, begunAtMs } = await audit.posted(platform.name);
    let from = upTo;
    const heldSinceMs = todo.sinceMs;
    if (begunUpTo !== null && begunUpTo > upTo) {
      const settledAtMs = platform.canFind ? 0 : unseenUntilMs(begunAtMs, todo.sinceMs);
      if (clock.now() < settledAtMs) return later(settledAtMs);
      const found = await platform.find(subjectOf(begunUpTo), { role: "audit", id: null }, null);
      if (found === null) await postUpTo(platform, await audit.after(upTo, begunUpTo - upTo), begunUpTo);
      else await audit.markPosted(platform.name, begunUpTo);
      from = begunUpTo;
    }
    for (;;) {
      const waiting = await audit.after(from, READ_AT_ONCE);
      if (waiting.length === 0) return done;
      const [last] = from === 0 ? [] : await audit.after(from - 1, 1);
      // Somebody presses the same refused button again and again: told in one line, counted. Anything else ends the wait.
      if (
        last !== undefined &&
        clock.now() - heldSinceMs < HOLD_REPEATS_MS &&
        waiting.every((record) => isRepeat(last, record))
      ) {
        return later(heldSinceMs + HOLD_REPEATS_MS);
      }
      for (let left = waiting; left.length > 0; ) {
        const batch = left.slice(0, messageSize(left));
        left = left.slice(batch.length);
        from = batch.at(-1)?.sequence ?? from;
        await postUpTo(platform, batch, from);
      }
    }
  }

  /** How many of these records the next message tells. What folds into one line is told together, however often it was. */
  function messageSize(waiting: readonly AuditRecord[]): number {
    const lines = (count: number) => linesOf(waiting.slice(0, count)).length;
    if (waiting.length <= ONE_MESSAGE_EACH_UP_TO && lines(waiting.length) === waiting.length) return 1;
    let size = Math.min(waiting.length, LINES_PER_MESSAGE);
    while (size < waiting.length && lines(size + 1) <= LINES_PER_MESSAGE) size += 1;
    return size;
  }

  return async (key, todo) => {
    const platform = platforms.get(key as PlatformName);
    if (platform === undefined) return done;
    const locked = await withLock(`record-${platform.name}`, () => write(platform, todo));
    return locked.held ? locked.answer : later(clock.now() + SOMEBODY_ELSE_WRITES_MS);
  };
}

/**
 * Says where each platform's audit channel begins; call it at the start, before the first record. A new installation tells all;
 * a platform that is turned on later begins with what happens next, and is not told years of history.
 */
export async function beginRecord(
  { audit, outbox }: { readonly audit: AuditStore; readonly outbox: Outbox },
  platforms: readonly PlatformName[],
): Promise<void> {
  const { sequence } = await audit.head();
  for (const platform of platforms) {
    // Records wait for it already: it is not new, it only could not be written to until now.
    if ((await outbox.load("record", platform)) === null) await audit.beginAt(platform, sequence);
  }
}

/** Named after its newest record: a message whose answer was lost is found by it. */
function subjectOf(upTo: number): string {
  return `audit-${upTo}`;
}
