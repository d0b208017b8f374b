import type { Store } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

const TRY_LOCK = "select pg_try_advisory_lock(hashtextextended($1, 0)) as held";
const UNLOCK = "select pg_advisory_unlock(hashtextextended($1, 0))";

/**
 * Locks that belong to a database session: when its holder is killed the connection ends, and the lock with it. They keep workers
 * from doing the same thing at once; what must never happen twice is kept by a stream's versions, as a connection can be lost
 * while its holder works on.
 */
export function createWithLock(database: Database): Store["withLock"] {
  return async (name, work) => {
    const session = await database.session();
    try {
      const [row] = await session.run<{ held: boolean }>(TRY_LOCK, [name], "try-lock");
      if (row?.held !== true) return { held: false };
      try {
        return { held: true, answer: await work() };
      } finally {
        session.renewBudget();
        // When this fails the connection is broken and closed, which frees the lock as well.
        await session.run(UNLOCK, [name], "unlock").catch(() => {});
      }
    } finally {
      session.release();
    }
  };
}
