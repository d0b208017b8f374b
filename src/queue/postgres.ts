import { createPostgresBackend as bullmqOnPostgres, isPgPool, type PgPool, Queue, runMigrations, Worker } from "bullmq";
import { Pool, type PoolConfig } from "pg";
import { Fault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { Backend } from "./backend.ts";
import { ADD_BUDGET_MS, jobOptions, LANES, type Lane, queueName, WORKER_TIMES } from "./catalogue.ts";
import { createTroubleLog } from "./trouble.ts";

interface PostgresBackendOptions {
  readonly connection: PoolConfig;
  readonly prefix: string;
  readonly concurrency: number;
  readonly isAlone: boolean;
  readonly log: Log;
}

/** BullMQ's tables and functions live in a schema of their own; its statements name none. */
const SCHEMA = "bullmq";
const PRODUCER_CONNECTIONS = 2;
/** One LISTEN for each lane, and some to work with. */
const WORKER_CONNECTIONS = LANES.length + 4;
const WORKER_QUERY_MS = 10_000;

export async function createPostgresBackend(options: PostgresBackendOptions): Promise<Backend> {
  const { prefix, concurrency, isAlone, log } = options;
  const trouble = createTroubleLog(log, "postgres");
  const producers = createPool(options.connection, PRODUCER_CONNECTIONS, ADD_BUDGET_MS, trouble);
  let workers: PgPool | undefined;
  try {
    await migrate(producers);
  } catch (error) {
    await producers.end();
    throw postgresFault(error);
  }
  const queues = new Map(
    LANES.map((lane) => {
      const queue = new Queue(queueName(prefix, lane), { connection: producers }, bullmqOnPostgres);
      queue.on("error", trouble);
      return [lane, queue] as const;
    }),
  );
  const ready = [...queues.values()].map((queue) => queue.waitUntilReady());
  await Promise.all(ready).catch(rethrow);
  // A killed process's jobs would be locked for seconds more. Nobody else can be at work on them: the outbox knows what is left.
  if (isAlone) await Promise.all([...queues.values()].map((queue) => queue.obliterate({ force: true }))).catch(rethrow);

  function queueOf(lane: Lane) {
    const queue = queues.get(lane);
    if (queue === undefined) throw new Error(`there is no lane ${lane}`);
    return queue;
  }

  return {
    async add(lane, data, isRoutine) {
      await withinBudget(queueOf(lane).add(data.job, data, jobOptions(data, lane, isRoutine)));
    },

    async work(handle) {
      const pool = createPool(options.connection, WORKER_CONNECTIONS, WORKER_QUERY_MS, trouble);
      workers = pool;
      const working = LANES.map((lane) => {
        const worker = new Worker(
          queueName(prefix, lane),
          (job) => handle(job.data),
          { connection: pool, concurrency, ...WORKER_TIMES },
          bullmqOnPostgres,
        );
        worker.on("error", trouble);
        return worker;
      });
      await Promise.all(working.map((worker) => worker.waitUntilReady())).catch(rethrow);
      return working.map((worker) => ({
        drain: () => worker.close(),
        abandon: () => worker.getBackend().close(),
      }));
    },

    async ping() {
      await withinBudget(producers.query("select 1"));
    },

    async close() {
      trouble.end();
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await producers.end();
      await workers?.end();
    },
  };
}

function createPool(connection: PoolConfig, max: number, queryMs: number, trouble: (error: Error) => void): PgPool {
  const pool = new Pool({
    ...connection,
    max,
    keepAlive: true,
    connectionTimeoutMillis: queryMs,
    query_timeout: queryMs,
    statement_timeout: queryMs,
    options: `-c search_path=${SCHEMA}`,
    application_name: "tollgate queue",
  });
  pool.on("error", trouble);
  // A client that is checked out when its connection is cut has no listener of the pool's.
  pool.on("connect", (client) => client.on("error", () => {}));
  // The two packages describe the same pool in types that do not fit.
  if (!isPgPool(pool)) throw new Error("BullMQ does not know this version of pg");
  return pool;
}

/** Serialised by a lock of BullMQ's own; tables of a newer BullMQ are left as they are while it can work with them. */
async function migrate(pool: PgPool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    client.release();
  }
}

/** The wait for a connection and the query have a time-out each; together they may take one. */
async function withinBudget(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Fault("timeout", "the queue did not answer in time")), ADD_BUDGET_MS);
  });
  try {
    await Promise.race([work, overdue]);
  } catch (error) {
    throw postgresFault(error);
  } finally {
    clearTimeout(timer);
  }
}

function rethrow(error: unknown): never {
  throw postgresFault(error);
}

/** Whatever went wrong, the job is late: the outbox knows it and the sweep tries again. */
function postgresFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault("unavailable", "the queue's PostgreSQL is not reachable", { cause: error });
}
