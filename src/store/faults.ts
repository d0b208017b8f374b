import { DatabaseError } from "pg";
import { Fault, type FaultKind } from "../lib/fault.ts";

/** SQLSTATE, or its class of two characters, to what it means for us. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const KINDS: Readonly<Record<string, FaultKind>> = {
  "08": "unavailable", // connection exception
  "28": "unauthorised", // invalid authorization
  "3D": "not-found", // no such database
  "40": "unavailable", // rolled back: deadlock or serialization
  "53": "unavailable", // disk full, out of memory, too many connections
  "57": "unavailable", // shut down, starting up
  "58": "unavailable", // disk trouble
  "25006": "unavailable", // read only: a standby, or failed over
  "25P03": "timeout", // idle in transaction
  "42P01": "not-found", // no such table
  "55P03": "timeout", // lock not available
  "57014": "timeout", // statement cancelled
};

/** What `pg` throws without a code of its own when a connection or an answer did not come in time. */
const TIMEOUT_MESSAGES = new Set([
  "Query read timeout",
  "timeout exceeded when trying to connect",
  "timeout expired",
  "Connection terminated due to connection timeout",
]);

const LOST_MESSAGES = new Set([
  "Connection terminated",
  "Connection terminated unexpectedly",
  "Client has encountered a connection error and is not queryable",
  "Client was closed and is not queryable",
  "Cannot use a pool after calling end on the pool",
  "The server does not support SSL connections",
]);

/** Postgres as a `Fault`. What is no fault of PostgreSQL's is a bug of ours and stays as it is. */
export function toFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Fault) return error;
  if (error instanceof DatabaseError && error.code !== undefined) {
    const kind = KINDS[error.code] ?? KINDS[error.code.slice(0, 2)] ?? "rejected";
    // The message alone: detail and hint may quote a row.
    return new Fault(kind, `PostgreSQL: ${error.message}`, { code: error.code, cause: error });
  }
  if (TIMEOUT_MESSAGES.has(error.message))
    return new Fault("timeout", "PostgreSQL did not answer in time", { cause: error });
  if (LOST_MESSAGES.has(error.message))
    return new Fault("unavailable", "PostgreSQL is not reachable", { cause: error });
  if ("code" in error && typeof error.code === "string" && "syscall" in error)
    return new Fault("unavailable", "PostgreSQL is not reachable", { code: error.code, cause: error });
  return error;
}
