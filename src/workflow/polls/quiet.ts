import type { PollId } from "./contract.ts";

/** A source that should have spoken, and since when it has not. */
interface Quiet {
  readonly source: string;
  readonly sinceMs: number;
}

interface Listened {
  readonly nowMs: number;
  /** Since when we have been here without a break: what happened before may have found nobody to tell. */
  readonly hereSinceMs: number;
  /** Usage has grown lately. */
  readonly hasTraffic: boolean;
  readonly polls: readonly {
    readonly id: PollId;
    readonly periodMs: number;
    readonly okAtMs: number | null;
    readonly failures: number;
    readonly paused: "suspended" | "refused" | null;
  }[];
  /** Webhook -> when it was heard last; to the minute. */
  readonly lastHeardMs: ReadonlyMap<string, number>;
  /** When things happened of which a webhook should have told, as Twilio's own records say. */
  readonly happened: {
    readonly errors: readonly number[];
    readonly apiCalls: readonly number[];
    readonly firings: readonly number[];
  };
}

const MINUTE_MS = 60_000;
/** A poll that has not worked for so long is quiet, however short its period. */
export const LATE_AFTER_MS = 15 * MINUTE_MS;
const LATE_AFTER_PERIODS = 6;
const FEWEST_FAILURES = 3;
/** A webhook may take so long, repeats of Twilio's included. */
const WEBHOOK_WITHIN_MS = 10 * MINUTE_MS;
/** One that is missed may have been lost on its way; several are silence. Of triggers each counts: they fire once a day. */
const FEWEST_MISSED = { errors: 3, apiCalls: 5, firings: 1 } as const;

/** Heard is written once a minute. */
const HEARD_WITHIN_MS = 2 * MINUTE_MS;

function lateAfterMs(periodMs: number): number {
  return Math.max(LATE_AFTER_PERIODS * periodMs, LATE_AFTER_MS);
}

/**
 * Which sources say nothing although their account has traffic. Careful: an account without traffic is never quiet, nor is one whose
 * records cannot be read at all (then Twilio is down for everybody, which health tells), nor a webhook that was never there.
 */
export function quietSources(listened: Listened): readonly Quiet[] {
  return [...quietPolls(listened), ...quietWebhooks(listened)];
}

function quietPolls({ nowMs, hereSinceMs, hasTraffic, polls }: Listened): readonly Quiet[] {
  const isOnTime = ({ okAtMs, periodMs }: Listened["polls"][number]) =>
    okAtMs !== null && nowMs - okAtMs < lateAfterMs(periodMs);
  if (!hasTraffic || !polls.some(isOnTime)) return [];
  return polls
    .filter((poll) => poll.paused === "refused" || (poll.paused === null && poll.failures >= FEWEST_FAILURES))
    .map(({ id, periodMs, okAtMs }) => ({ source: `poll-${id}`, periodMs, sinceMs: okAtMs ?? hereSinceMs }))
    .filter(({ sinceMs, periodMs }) => nowMs - Math.max(sinceMs, hereSinceMs) >= lateAfterMs(periodMs))
    .map(({ source, sinceMs }) => ({ source, sinceMs }));
}

function quietWebhooks(listened: Listened): readonly Quiet[] {
  const { errors, apiCalls, firings } = listened.happened;
  return [
    ...missed(listened, "debugger", errors, FEWEST_MISSED.errors),
    ...missed(listened, "events", apiCalls, FEWEST_MISSED.apiCalls),
    ...missed(listened, "usage-trigger", firings, FEWEST_MISSED.firings),
  ];
}

/** Things that happened while we were here, after it was heard last, and long enough ago. */
function missed(
  { nowMs, hereSinceMs, lastHeardMs }: Listened,
  source: string,
  happenedMs: readonly number[],
  fewest: number,
): readonly Quiet[] {
  const heardMs = lastHeardMs.get(source);
  // Triggers are ours, so that theirs must come; of the others we only know that they are there once they were heard.
  if (heardMs === undefined && source !== "usage-trigger") return [];
  const fromMs = Math.max(hereSinceMs, (heardMs ?? 0) + HEARD_WITHIN_MS);
  const unheard = happenedMs.filter((atMs) => atMs >= fromMs && atMs <= nowMs - WEBHOOK_WITHIN_MS);
  return unheard.length < fewest ? [] : [{ source, sinceMs: heardMs ?? Math.min(...unheard) }];
}
