import type { Clock } from "../lib/clock.ts";
import { within } from "../lib/deadline.ts";
import type { Log } from "../lib/log.ts";
import { lagSentences, type PollLag, pollLags } from "./poll-lags.ts";
import { JOBS, type JobQueue, type Outbox, type PollStore, type Waiting } from "./ports.ts";

/** A part that does not work now. Intake goes on without it. */
interface Trouble {
  /** `queue`, `slack`, `twilio`. */
  readonly part: string;
  /** In plain words, safe to show. */
  readonly problem: string;
}

/** Asks a vendor whether it works for us. */
interface Check {
  readonly part: string;
  /** A sentence for everything that is wrong, safe to show; none when all is well. */
  readonly find: () => Promise<readonly string[]>;
  /** When to ask first, after the start. */
  readonly afterMs: number;
}

interface Parts {
  readonly checks: readonly Check[];
  readonly queue: Pick<JobQueue, "ping">;
  readonly outbox: Pick<Outbox, "oldest">;
  readonly polls: Pick<PollStore, "progress">;
  readonly clock: Clock;
  readonly log: Log;
  /** How long after an answer a vendor is asked again. A minute unless given. */
  readonly everyMs?: number;
}

const EVERY_MS = 60_000;
/** Equal refusals are held back for 15 s on purpose, to be told in one line. */
const CARDS_MAY_WAIT_MS = 20_000;
/** Whoever asks waits a second at most, and one part that hangs must not hide the others. */
const ASK_WITHIN_MS = 700;

export interface HealthWatch {
  /** Begins to ask the vendors, in the background. */
  start(): void;
  /** What does not work: of the vendors as they answered last, of the rest as it is now. */
  troubles(): Promise<readonly Trouble[]>;
  /** How far behind each poll of each account is. Rejects when the store is down. */
  pollLags(): Promise<readonly PollLag[]>;
  stop(): void;
}

/** Knows what is wrong outside, so that an operator hears it from us before they hear it from an incident that nobody saw. */
export function createHealthWatch({
  checks,
  queue,
  outbox,
  polls,
  clock,
  log,
  everyMs = EVERY_MS,
}: Parts): HealthWatch {
  const found = new Map<string, readonly string[]>();
  const timers = new Map<string, NodeJS.Timeout>();
  let isStopped = false;

  async function ask(check: Check): Promise<void> {
    const problems = await check.find().catch((error: unknown) => {
      log.error({ name: check.part, err: error }, "a check of this part met a bug");
      return ["it could not be checked; the log says more"];
    });
    if (isStopped) return;
    tell(check.part, found.get(check.part) ?? [], problems);
    found.set(check.part, problems);
    schedule(check, everyMs);
  }

  /** Each problem once, when it begins. */
  function tell(part: string, before: readonly string[], problems: readonly string[]): void {
    for (const problem of problems.filter((one) => !before.includes(one))) log.warn({ name: part }, problem);
    if (problems.length === 0 && before.length > 0) log.info({ name: part }, "this part works again");
  }

  function schedule(check: Check, afterMs: number): void {
    timers.set(
      check.part,
      setTimeout(() => void ask(check), afterMs),
    );
  }

  async function queueTroubles(): Promise<readonly Trouble[]> {
    try {
      await within(ASK_WITHIN_MS, "the queue", queue.ping());
      return [];
    } catch (error) {
      return [{ part: "queue", problem: error instanceof Error ? error.message : "does not answer" }];
    }
  }

  async function lags(): Promise<readonly Trouble[]> {
    try {
      return lateCards(await within(ASK_WITHIN_MS, "the outbox", outbox.oldest(clock.now())));
    } catch {
      // The store is down then, and that is told already.
      return [];
    }
  }

  const lagsOfPolls = async () => pollLags(await polls.progress(), clock.now());

  async function latePolls(): Promise<readonly Trouble[]> {
    try {
      const sentences = lagSentences(await within(ASK_WITHIN_MS, "the polls", lagsOfPolls()));
      return sentences.map((problem) => ({ part: "twilio", problem }));
    } catch {
      // As above.
      return [];
    }
  }

  return {
    pollLags: lagsOfPolls,
    start() {
      for (const check of checks) schedule(check, check.afterMs);
    },
    async troubles() {
      const vendors = [...found].flatMap(([part, problems]) => problems.map((problem) => ({ part, problem })));
      const [ofQueue, late, unread] = await Promise.all([queueTroubles(), lags(), latePolls()]);
      return [...ofQueue, ...vendors, ...unread, ...late];
    },
    stop() {
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** One sentence a platform, for cards and lines of the audit channel alike. */
function lateCards(waiting: readonly Waiting[]): readonly Trouble[] {
  const longest = new Map<string, number>();
  for (const { platform, ms } of waiting) {
    if (platform !== null && ms > CARDS_MAY_WAIT_MS) longest.set(platform, Math.max(ms, longest.get(platform) ?? 0));
  }
  return [...longest].map(([part, ms]) => ({ part, problem: `cards wait for ${Math.round(ms / 1_000)} s` }));
}

/** For every job, 0 for one that has nothing waiting: a line that vanishes cannot be alerted on. */
export function oldestSecondsByJob(waiting: readonly Waiting[]): ReadonlyMap<string, number> {
  return new Map(
    JOBS.map((job) => [job, Math.max(0, ...waiting.filter((one) => one.job === job).map(({ ms }) => ms)) / 1_000]),
  );
}
