/** The composition root: the only file that names concrete parts. */

import type { PlatformName } from "./audit/envelope.ts";
import { createDrawer } from "./chart/drawer.ts";
import type { ChatPlatform } from "./chat/platform.ts";
import { commands } from "./command/index.ts";
import { type Config, type Policy, platformNames, policyForAudit } from "./config.ts";
import { rules } from "./detection/index.ts";
import { createMetrics } from "./http/metrics.ts";
import { createServer } from "./http/server.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import { type AccountSid, randomId } from "./lib/id.ts";
import type { Log } from "./lib/log.ts";
import { createPlatforms } from "./platforms.ts";
import { createLatch } from "./queue/latch.ts";
import { createQueue } from "./queue/queue.ts";
import type { SecretSink } from "./remediation/contract.ts";
import { remediations } from "./remediation/index.ts";
import { signalSources } from "./signal/index.ts";
import { openDatabase } from "./store/open.ts";
import { createStore } from "./store/store.ts";
import { createCredentials } from "./twilio/credentials.ts";
import { createTwilio } from "./twilio/gateway.ts";
import { createTwilioSdk } from "./twilio/sdk.ts";
import { createCommandSink, createFileSink } from "./twilio/secret-sink.ts";
import { findTwilioProblems } from "./twilio/self-check.ts";
import { createTripwires } from "./twilio/tripwires.ts";
import { createWebhookVerifier } from "./twilio/verifier.ts";
import { createHealthWatch, oldestSecondsByJob } from "./workflow/health.ts";
import { createIntakeNews } from "./workflow/intake-news.ts";
import { recordPolicy } from "./workflow/policy-record.ts";
import type { FirstRound } from "./workflow/poll.ts";
import { lagSecondsByPoll } from "./workflow/poll-lags.ts";
import { ACCOUNTS } from "./workflow/polls/contract.ts";
import { beginRecord } from "./workflow/record.ts";
import { createShell } from "./workflow/shell.ts";
import { createTokenChanges } from "./workflow/token-changes.ts";

export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /** A new policy is in force from now on, and its load is in the record. */
  adoptPolicy(policy: Policy): Promise<void>;
  /** Takes nothing new, finishes what is under way, and leaves nothing open. */
  stop(): Promise<void>;
}

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly clock?: Clock;
  /** The demo alone: the embedded database is emptied first. */
  readonly startsEmpty?: boolean;
  /** The demo alone: its attack begins at once. */
  readonly firstRound?: FirstRound;
}

const DRAIN_MS = 8_000;
/** Loading Twilio's SDK holds up everything for some 300 ms, so not while everybody waits for the start. */
const FIRST_TWILIO_CHECK_AFTER_MS = 3_000;

/** Starts everything, or leaves nothing behind and throws. */
export async function startApp({
  config,
  log,
  clock = systemClock,
  startsEmpty = false,
  firstRound,
}: AppOptions): Promise<App> {
  const { environment } = config;
  let policy = config.policy;
  const cleanUps: (() => Promise<void>)[] = [];
  /** In reverse: what was opened last is closed first. One that fails must not keep the others open. */
  async function stop(): Promise<void> {
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      await cleanUp().catch((error: unknown) => log.error({ err: error }, "a part did not close cleanly"));
    }
  }

  try {
    // Stores.
    const database = await openDatabase({ ...environment.store, log, startsEmpty });
    cleanUps.push(() => database.close());
    const store = await createStore({
      connection: database.connection,
      auditKey: database.auditKey,
      log,
      allowUnsafe: environment.store.allowUnsafeStores,
    });
    cleanUps.push(() => store.close());
    const { redisUrl, databaseUrl } = environment.store;
    // The embedded database has one owner, and that is us.
    const isAlone = databaseUrl === undefined;
    const queue = await createQueue({
      backend: redisUrl === undefined ? { connection: database.connection, isAlone } : { redisUrl },
      allowUnsafe: environment.store.allowUnsafeStores,
      log,
    });
    cleanUps.push(() => queue.close(DRAIN_MS));

    // Twilio.
    const { accountSid: parentSid, authToken: parentToken, apiBaseUrl } = environment.twilio;
    const credentials = createCredentials({
      sdk: createTwilioSdk({ apiBaseUrl }),
      parentSid,
      parentToken,
      clock,
      log,
      onTokenChanged: (accountSid, lost) => void keepTokenChange(accountSid, lost),
    });
    const keepTokenChange = createTokenChanges({
      signals: store.signals,
      onFresh: (accountSid) => latch.trigger(accountSid),
      clock,
      log,
    });
    const twilio = createTwilio({ credentials });
    const { publicUrl } = environment.server;
    const verifier = createWebhookVerifier({ publicUrl, credentials, parentSid, log });
    // Looked up at each use: a reloaded policy may name another one.
    const sink: SecretSink = {
      store: (token) => sinkOf(policy).store(token),
      describe: (accountSid) => sinkOf(policy).describe(accountSid),
    };

    const drawer = createDrawer();
    cleanUps.push(() => drawer.close());
    const names = platformNames(environment);
    const platforms = new Map<PlatformName, ChatPlatform>();
    const { worker, handlers, executor, sweep } = createShell({
      store,
      queue,
      twilio,
      tripwires: createTripwires(credentials),
      publicUrl,
      sink,
      platformNames: names,
      platforms,
      remediations,
      rules,
      commands,
      policy: () => policy,
      troubles: () => health.troubles(),
      firstRound,
      drawPicture: drawer.draw,
      newId: randomId,
      clock,
      log,
    });

    // Chat.
    const { conversations } = store;
    const chats = await createPlatforms({ environment, policy: () => policy, handlers, conversations, clock, log });
    for (const chat of chats) {
      cleanUps.push(() => chat.close());
      platforms.set(chat.name, chat.platform);
    }

    // HTTP.
    const hurryDetection = (accountSid: AccountSid): void => {
      const followUp = { job: "detect", key: accountSid, dueAtMs: null } as const;
      // When the store fails here, the sweep finds the signals: they are durable already.
      store.outbox.add(followUp, clock.now()).then(
        () => worker.hurry([followUp]),
        (error: unknown) => log.warn({ accountSid, err: error }, "detection will be started by the sweep"),
      );
    };
    const latch = createLatch({ run: hurryDetection });
    cleanUps.push(async () => latch.close());
    const health = createHealthWatch({
      checks: [
        ...chats.map((chat) => ({ part: chat.name, afterMs: 0, find: firstThen(chat.start, chat.problems) })),
        { part: "twilio", afterMs: FIRST_TWILIO_CHECK_AFTER_MS, find: () => findTwilioProblems(credentials) },
      ],
      queue,
      outbox: store.outbox,
      polls: store.polls,
      clock,
      log,
    });
    cleanUps.push(async () => health.stop());
    const metrics = createMetrics();
    metrics.gaugeBy(
      "tollgate_outbox_oldest_seconds",
      "How long the most overdue follow-up has been waiting",
      "job",
      async () => oldestSecondsByJob(await store.outbox.oldest(clock.now())),
    );
    metrics.gaugeBy(
      "tollgate_poll_lag_seconds",
      "How far behind the poll of Twilio's records is that is furthest behind",
      "poll",
      async () => lagSecondsByPoll(await health.pollLags()),
    );
    const server = createServer({
      host: environment.server.host,
      port: environment.server.port,
      log,
      metrics,
      metricsToken: environment.server.metricsToken ?? null,
      intake: {
        sources: signalSources,
        verifier,
        signals: store.signals,
        clock,
        perAccountPerMinute: () => policy.intake.perAccountPerMinute,
        onFresh: (accountSid) => latch.trigger(accountSid),
        ...createIntakeNews({ ...store, hurry: (followUps) => worker.hurry(followUps), clock, log }),
      },
      health: {
        canStore: () => store.ping(),
        troubles: () => health.troubles(),
        pollLagSeconds: async () => lagSecondsByPoll(await health.pollLags()),
      },
    });
    server.register(async (fastify) => {
      for (const chat of chats) chat.register(fastify);
    });
    await beginRecord(store, names);
    await recordPolicy(executor, policy.digest, policyForAudit(policy));
    // Whatever is polled follows from this one.
    await store.outbox.addMissing([{ job: "poll", key: ACCOUNTS, dueAtMs: null }], clock.now());
    await queue.start(worker.handle);
    await sweep.start();
    cleanUps.push(() => sweep.stop());
    const url = await server.listen();
    cleanUps.push(() => server.close());
    health.start();
    log.info({ url, backend: redisUrl === undefined ? "postgresql" : "redis" }, "Tollgate is ready");

    return {
      url,
      stop,
      async adoptPolicy(next) {
        // Recorded before it is in force: nobody may approve under a policy that the record does not know.
        await recordPolicy(executor, next.digest, policyForAudit(next));
        policy = next;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A platform is started by the first look at its health, and asked what is wrong by every later one. */
function firstThen<Answer>(first: () => Promise<Answer>, then: () => Promise<Answer>): () => Promise<Answer> {
  let hasStarted = false;
  return () => {
    if (hasStarted) return then();
    hasStarted = true;
    return first();
  };
}

function sinkOf({ secretSink }: Policy): SecretSink {
  return secretSink.kind === "file"
    ? createFileSink({ folder: secretSink.folder })
    : createCommandSink({ command: secretSink.command });
}
