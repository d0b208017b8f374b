import type { Clock } from "../lib/clock.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { POLL_IDS, pollKey } from "./polls/contract.ts";
import type { FollowUp, Outbox, PollStore, SetupStore, SignalStore } from "./ports.ts";
import { atOnce, createWish } from "./wishes.ts";

interface Parts {
  readonly outbox: Outbox;
  readonly polls: Pick<PollStore, "heard">;
  readonly setup: Pick<SetupStore, "saveSinkTest">;
  readonly signals: Pick<SignalStore, "keep">;
  readonly hurry: (followUps: readonly FollowUp[]) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the intake learns beside signals. Only a sink's test is waited for: the other two must never slow a webhook. */
export interface IntakeNews {
  readonly onHeard: (source: string, accountSid: AccountSid) => void;
  /** `refusedInMinute`: told with the first of a minute, and each time that they have doubled. */
  readonly onRefused: (accountSid: AccountSid, refusedInMinute: number) => void;
  readonly keepSinkTests: (accountSid: AccountSid, testIds: readonly string[]) => Promise<void>;
}

const MINUTE_MS = 60_000;

export function createIntakeNews({ outbox, polls, setup, signals, hurry, clock, log }: Parts): IntakeNews {
  const wish = createWish({ outbox, hurry, clock });

  /** It is no incident of its own: those of the account show it. Another replica that counted as many says nothing new. */
  async function keepRefused(accountSid: AccountSid, count: number): Promise<void> {
    const atMs = clock.now();
    const sourceKey = `refused-webhooks:${accountSid}:${Math.floor(atMs / MINUTE_MS)}:${count}`;
    const signal = { kind: "refused-webhooks", accountSid, atMs, count } as const;
    const fresh = await signals.keep([{ sourceKey, signal }], atMs);
    await wish(fresh.map((sid) => atOnce("detect", sid)));
  }

  return {
    onHeard(source, accountSid) {
      polls.heard(source, accountSid, clock.now()).catch((error: unknown) => {
        log.warn({ accountSid, route: source, err: error }, "a source was heard, which is not written down");
      });
    },
    onRefused(accountSid, refusedInMinute) {
      keepRefused(accountSid, refusedInMinute).catch((error: unknown) => {
        log.warn({ accountSid, count: refusedInMinute, err: error }, "that webhooks were refused is not written down");
      });
      if (refusedInMinute > 1) return;
      // What was answered with 429 may never be sent again, so Twilio's records are read instead.
      log.warn({ accountSid }, "an account sends more than its share: its records are read instead");
      wish(POLL_IDS.map((id) => atOnce("poll", pollKey(id, accountSid)))).catch((error: unknown) => {
        log.warn({ accountSid, err: error }, "the records of an account will be read when they are due");
      });
    },
    async keepSinkTests(accountSid, testIds) {
      for (const testId of testIds) await setup.saveSinkTest(accountSid, testId, clock.now());
      await wish([atOnce("upkeep", accountSid)]);
    },
  };
}
