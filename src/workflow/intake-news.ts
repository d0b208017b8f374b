import type { Clock } from "../lib/clock.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { POLL_IDS, pollKey } from "./polls/contract.ts";
import type { FollowUp, Outbox, PollStore, SetupStore } from "./ports.ts";
import { atOnce, createWish } from "./wishes.ts";

interface Parts {
  readonly outbox: Outbox;
  readonly polls: Pick<PollStore, "heard">;
  readonly setup: Pick<SetupStore, "saveSinkTest">;
  readonly hurry: (followUps: readonly FollowUp[]) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the intake learns beside signals. Only a sink's test is waited for: the other two must never slow a webhook. */
export interface IntakeNews {
  readonly onHeard: (source: string, accountSid: AccountSid) => void;
  readonly onRefused: (accountSid: AccountSid) => void;
  readonly keepSinkTests: (accountSid: AccountSid, testIds: readonly string[]) => Promise<void>;
}

export function createIntakeNews({ outbox, polls, setup, hurry, clock, log }: Parts): IntakeNews {
  const wish = createWish({ outbox, hurry, clock });
  return {
    onHeard(source, accountSid) {
      polls.heard(source, accountSid, clock.now()).catch((error: unknown) => {
        log.warn({ accountSid, route: source, err: error }, "a source was heard, which is not written down");
      });
    },
    // What was answered with 429 may never be sent again, so Twilio's records are read instead.
    onRefused(accountSid) {
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
