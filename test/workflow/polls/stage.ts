import { onTestFinished } from "vitest";
import { plainSeries } from "../../../src/detection/fold.ts";
import { DEFAULT_DETECTION } from "../../../src/detection/settings.ts";
import type { AccountSid } from "../../../src/lib/id.ts";
import { createStore } from "../../../src/store/store.ts";
import { createPoll } from "../../../src/workflow/poll.ts";
import { createPolls } from "../../../src/workflow/polls/index.ts";
import type { FollowUp, Store } from "../../../src/workflow/ports.ts";
import { auditKey, log } from "../../store/house.ts";
import { testDatabase } from "../../support/postgres.ts";
import { startWorld, type TwilioWorld } from "../../twilio/world.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export interface PollStage {
  readonly store: Store;
  readonly world: TwilioWorld;
  readonly account: AccountSid;
  /** One read. Answers in how many milliseconds it comes back; null: never. */
  poll(id: string, sid?: AccountSid): Promise<number | null>;
  /** Everything that is due of this account within the time, in steps of a minute. */
  pass(ms: number): void;
  /** Signals that were kept of the account: series -> how many. */
  signals(sid?: AccountSid): Promise<Readonly<Record<string, number>>>;
  /** What was hurried since the last call of this. */
  wishes(): readonly string[];
}

/** The real polls on a database and a Twilio of the test's own, all by one clock; the queue is played by the test. */
export async function pollStage(): Promise<PollStage> {
  const [database, world] = await Promise.all([testDatabase(), startWorld({ sharesClock: true })]);
  const { clock } = world;
  const store = await createStore({ connection: database.connection, auditKey, log, clock });
  onTestFinished(async () => {
    await store.close();
    await database.close();
    await world.close();
  });
  const wished: string[] = [];
  const { records } = world.twilio;
  const handle = createPoll({
    polls: createPolls({
      records,
      twilio: world.twilio,
      polls: store.polls,
      signals: store.signals,
      incidents: store.incidents,
      settings: () => DEFAULT_DETECTION,
    }),
    records,
    states: store.polls,
    incidents: store.incidents,
    outbox: store.outbox,
    hurry: (followUps: readonly FollowUp[]) => {
      wished.push(...followUps.map(({ job, key }) => `${job}.${key}`));
    },
    parentSid: world.parentSid,
    clock,
    log,
  });
  return {
    store,
    world,
    account: world.voiceEu,
    async poll(id, sid = world.voiceEu) {
      const key = id === "accounts" ? id : `${id}.${sid}`;
      const nowMs = clock.now();
      const result = await handle(key, { job: "poll", key, dueAtMs: null, wanted: 1, sinceMs: nowMs, attempts: 0 });
      return result.kind === "later" ? result.atMs - nowMs : null;
    },
    pass: (ms) => clock.pass(ms),
    async signals(sid = world.voiceEu) {
      await store.signals.fold(sid, clock.now());
      const counts = new Map<string, number>();
      for (const { series, count } of await store.signals.bucketsSince(sid, 0, 0)) {
        const plain = plainSeries(series);
        counts.set(plain, (counts.get(plain) ?? 0) + count);
      }
      return Object.fromEntries(counts);
    },
    wishes: () => wished.splice(0),
  };
}
