import { setTimeout as sleep } from "node:timers/promises";
import { orLate } from "../lib/deadline.ts";
import { isFault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { Database, Session } from "./database.ts";
import type { Index } from "./indexes.ts";

export interface IndexBuild {
  /** Resolves when all of them are there, or when it was stopped. */
  readonly done: Promise<void>;
  /** Cancels what is under way: what it leaves behind is repaired at the next start. */
  stop(): Promise<void>;
}

const ASK_FOR_LOCK_EVERY_MS = 100;
const TRY_AGAIN_AFTER_MS = 60_000;
const CANCEL_EVERY_MS = 100;

const STATES = `
  select name, (select indisvalid from pg_index where indexrelid = to_regclass(name)) as is_valid
  from unnest($1::text[]) with ordinality as wanted(name, place) order by place`;
const TRY_LOCK = "select pg_try_advisory_lock(hashtextextended('tollgate indexes', 0)) as held";
const UNLOCK = "select pg_advisory_unlock(hashtextextended('tollgate indexes', 0))";
const CANCEL = "select pg_cancel_backend($1)";

/**
 * Builds what is missing, concurrently: nobody is kept out, and it waits for the transactions that are under way. One process at
 * a time does so. Ends the database that it is given.
 * https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 */
export function buildIndexes(database: Database, wanted: readonly Index[], log: Log): IndexBuild {
  const ending = new AbortController();
  const { signal } = ending;
  let backend: number | undefined;

  async function buildAll(): Promise<void> {
    while (!signal.aborted) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isFault(error)) throw error;
        log.warn(
          { kind: error.kind, code: error.code, ms: TRY_AGAIN_AFTER_MS },
          "indexes could not be built, will try again",
        );
        await pause(TRY_AGAIN_AFTER_MS);
      }
    }
  }

  async function attempt(): Promise<void> {
    const session = await database.session();
    try {
      if ((await missing(session)).length === 0) return;
      await takeLock(session);
      const [row] = await session.run<{ pid: number }>("select pg_backend_pid() as pid");
      backend = row?.pid;
      // Somebody else may have built them meanwhile.
      for (const index of await missing(session)) await build(session, index);
    } finally {
      backend = undefined;
      // Also when it is ours no more: the server only warns.
      await session.run(UNLOCK).catch(() => {});
      session.release();
    }
  }

  async function missing(session: Session): Promise<readonly (Index & { readonly isBroken: boolean })[]> {
    const names = wanted.map(({ name }) => name);
    const states = await session.run<{ name: string; is_valid: boolean | null }>(STATES, [names]);
    return wanted.flatMap((index) => {
      const isValid = states.find(({ name }) => name === index.name)?.is_valid ?? null;
      return isValid === true ? [] : [{ ...index, isBroken: isValid === false }];
    });
  }

  /** Asks again and again: a session that waits inside the server would be waited for by the one that builds. */
  async function takeLock(session: Session): Promise<void> {
    while (!signal.aborted) {
      const [row] = await session.run<{ held: boolean }>(TRY_LOCK);
      if (row?.held === true) return;
      await pause(ASK_FOR_LOCK_EVERY_MS);
    }
  }

  async function build(
    session: Session,
    { name, on, isBroken }: Index & { readonly isBroken: boolean },
  ): Promise<void> {
    if (signal.aborted) return;
    const startedAt = performance.now();
    // What was interrupted is kept up to date and never read.
    if (isBroken) await session.run(`drop index concurrently if exists ${name}`);
    if (signal.aborted) return;
    await session.run(`create index concurrently if not exists ${name} ${on}`);
    log.info({ name, ms: Math.round(performance.now() - startedAt) }, "index built");
  }

  function pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal }).catch(() => {});
  }

  const done = buildAll()
    .catch((error: unknown) => log.error({ err: error }, "indexes met a bug"))
    .finally(() => database.end());

  return {
    done,
    async stop() {
      ending.abort();
      // Again and again: one that comes before its statement does is lost.
      do {
        if (backend !== undefined) await database.run(CANCEL, [backend], "cancel-index").catch(() => {});
      } while ((await orLate(done, CANCEL_EVERY_MS)) === "late");
    },
  };
}
