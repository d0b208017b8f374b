import type { AccountSid } from "../lib/id.ts";
import { POLL_IDS, type PollId } from "./polls/contract.ts";
import { LATE_AFTER_MS } from "./polls/quiet.ts";
import type { PollProgress } from "./ports.ts";

/** How far behind one poll of one account is. */
export interface PollLag {
  readonly poll: string;
  readonly accountSid: AccountSid;
  readonly ms: number;
  /** It waits for the account's own credentials, and not for us. */
  readonly paused: PollProgress["paused"];
}

export function pollLags(progress: readonly PollProgress[], nowMs: number): readonly PollLag[] {
  return progress.map(({ poll, accountSid, upToMs, paused }) => ({
    poll,
    accountSid,
    ms: Math.max(0, nowMs - upToMs),
    paused,
  }));
}

/** The account that is furthest behind, of each poll; none of those that are paused. */
function worstLags(lags: readonly PollLag[]): ReadonlyMap<string, PollLag> {
  const worst = new Map<string, PollLag>();
  for (const lag of lags) {
    if (lag.paused === null && lag.ms >= (worst.get(lag.poll)?.ms ?? 0)) worst.set(lag.poll, lag);
  }
  return worst;
}

/** In seconds, for every poll, 0 for one that nobody is behind with: a line that vanishes cannot be alerted on. */
export function lagSecondsByPoll(lags: readonly PollLag[]): ReadonlyMap<string, number> {
  const worst = worstLags(lags);
  return new Map(POLL_IDS.map((poll) => [poll, (worst.get(poll)?.ms ?? 0) / 1_000]));
}

/** The slowest polls come back after a quarter of an hour when there is nothing to read. */
const TOLD_AFTER_MS = 2 * LATE_AFTER_MS;

const NAMES: Readonly<Record<PollId, string>> = {
  usage: "Usage Records",
  events: "Monitor Events",
  alerts: "Monitor Alerts",
  calls: "Call logs",
  messages: "Message logs",
  conversions: "Verify's attempts",
  numbers: "Lists of phone numbers",
  sources: "Checks for quiet sources",
};

/** In plain words: what has not been read for long, and whose own credentials are refused. A suspended account is no trouble of ours. */
export function lagSentences(lags: readonly PollLag[]): readonly string[] {
  const late = POLL_IDS.flatMap((poll) => {
    const behind = lags.filter((lag) => lag.poll === poll && lag.paused === null && lag.ms > TOLD_AFTER_MS);
    if (behind.length === 0) return [];
    const minutes = Math.round(Math.max(...behind.map(({ ms }) => ms)) / 60_000);
    return [`${NAMES[poll]} of ${accounts(behind.length)} have not been read for up to ${minutes} min`];
  });
  const refused = new Set(lags.filter(({ paused }) => paused === "refused").map(({ accountSid }) => accountSid));
  if (refused.size === 0) return late;
  return [
    ...late,
    `Twilio refuses the own credentials of ${accounts(refused.size)}: who changes what there is not seen`,
  ];
}

function accounts(count: number): string {
  return count === 1 ? "1 account" : `${count} accounts`;
}
