import { once } from "node:events";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { Fault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import type { Backend } from "./backend.ts";
import { ADD_BUDGET_MS, jobOptions, LANES, type Lane, queueName, WORKER_TIMES } from "./catalogue.ts";
import { inspectRedis } from "./redis-safety.ts";
import { createTroubleLog } from "./trouble.ts";

interface RedisBackendOptions {
  readonly url: Secret;
  readonly prefix: string;
  readonly concurrency: number;
  readonly allowUnsafe: boolean;
  readonly log: Log;
}

const RECONNECT_MS = 250;
const CONNECT_MS = 5_000;

/** https://github.com/redis/ioredis: the defaults make a caller wait for as long as Redis is away, and 18 s more. */
const PRODUCER = {
  enableOfflineQueue: false,
  commandTimeout: ADD_BUDGET_MS,
  connectTimeout: CONNECT_MS,
  maxRetriesPerRequest: 0,
  retryStrategy: () => RECONNECT_MS,
} as const;

/** A worker waits for Redis as long as it takes; `null` is what BullMQ asks for. */
const CONSUMER = { maxRetriesPerRequest: null, connectTimeout: CONNECT_MS, retryStrategy: () => RECONNECT_MS };

export async function createRedisBackend(options: RedisBackendOptions): Promise<Backend> {
  const { url, prefix, concurrency, log } = options;
  const trouble = createTroubleLog(log, "redis");
  const producer = new Redis(url.reveal(), PRODUCER);
  producer.on("error", trouble);
  let isInspected = false;
  try {
    isInspected = await inspect(producer, options);
  } catch (error) {
    producer.disconnect();
    throw error;
  }

  const queues = new Map<Lane, Queue>();
  for (const lane of LANES) {
    // Without waiting for readiness and version a queue can be made, and asked, while Redis is down.
    const asked = { connection: producer, skipWaitingForReady: true, skipVersionCheck: true };
    const queue = new Queue(queueName(prefix, lane), asked);
    queue.on("error", trouble);
    queues.set(lane, queue);
  }

  return {
    async add(lane, data, isRoutine) {
      const queue = queues.get(lane);
      if (queue === undefined) throw new Error(`there is no lane ${lane}`);
      const jobsOptions = jobOptions(data, lane, isRoutine);
      await queue.add(data.job, data, jobsOptions).catch(rethrow);
      if (isInspected) return;
      // It was down when we started: better late than never.
      isInspected = true;
      inspect(producer, { ...options, allowUnsafe: true }).catch(trouble);
    },

    async work(handle) {
      const workers = LANES.map((lane) => {
        const worker = new Worker(queueName(prefix, lane), (job) => handle(job.data), {
          connection: { url: url.reveal(), ...CONSUMER },
          skipVersionCheck: true,
          concurrency,
          ...WORKER_TIMES,
        });
        worker.on("error", trouble);
        return worker;
      });
      return workers.map((worker) => ({
        drain: () => worker.close(),
        abandon: () => worker.getBackend().close(true),
      }));
    },

    async ping() {
      await producer.ping().catch(rethrow);
    },

    async close() {
      trouble.end();
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      producer.disconnect();
    },
  };
}

/** True when Redis could be looked at. Throws a `Fault` when it would lose jobs and that is not allowed. */
async function inspect(redis: Redis, { allowUnsafe, log }: RedisBackendOptions): Promise<boolean> {
  if (!(await isReady(redis))) {
    log.warn({ backend: "redis" }, "Redis is not reachable; jobs are late until it is");
    return false;
  }
  await inspectRedis(redis, allowUnsafe, log);
  return true;
}

async function isReady(redis: Redis): Promise<boolean> {
  if (redis.status === "ready") return true;
  try {
    await once(redis, "ready", { signal: AbortSignal.timeout(ADD_BUDGET_MS) });
    return true;
  } catch {
    return false;
  }
}

function rethrow(error: unknown): never {
  throw redisFault(error);
}

/** https://github.com/redis/ioredis/blob/main/lib/Command.ts */
const TIMEOUT_MESSAGE = "Command timed out";

function redisFault(error: unknown): Fault {
  const message = error instanceof Error ? error.message : "unknown";
  const code = message.split(" ", 1)[0] ?? "";
  if (message === TIMEOUT_MESSAGE) return new Fault("timeout", "Redis did not answer in time", { cause: error });
  if (code === "WRONGPASS" || code === "NOAUTH" || code === "NOPERM")
    return new Fault("unauthorised", "Redis refused our credentials", { code, cause: error });
  if (code === "OOM") return new Fault("unavailable", "Redis is out of memory", { code, cause: error });
  return new Fault("unavailable", "Redis is not reachable", { cause: error });
}
