import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from "kysely";
import { Pool, type PoolClient, type PoolConfig, types } from "pg";
import { Fault, isFault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import { toFault } from "./faults.ts";
import type { Schema } from "./schema.ts";

/** Where PostgreSQL is: an address, or a host (a folder for a Unix socket) and names. */
export type Connection = Pick<
  PoolConfig,
  "connectionString" | "host" | "port" | "user" | "password" | "database" | "ssl"
>;

/**
 * The work that a connection is for. A budget covers waiting for a connection and every query until it is given back, so
 * whoever waits for us has an answer or a `Fault` within it.
 *
 * - `request`     somebody is waiting: a webhook's sender, a person who clicked. Under a second.
 * - `background`  folding, forgetting.
 * - `migration`   as long as it takes: an index over years of records must not end at a budget, at each start again.
 * - `lock`        held while a job works; the budget is one of waiting for a connection and of each query.
 */
const USES = {
  request: { max: 10, budgetMs: 950 },
  background: { max: 4, budgetMs: 30_000 },
  migration: { max: 2, budgetMs: 24 * 3_600_000 },
  lock: { max: 24, budgetMs: 950 },
} as const;
export type Use = keyof typeof USES;

/** However long the work may take, a server that lets nobody in is not there. */
const LONGEST_CONNECT_MS = 30_000;

/** A connection that was taken from the pool. Its queries throw `Fault`. */
export interface Session {
  /** A `name` makes it a prepared statement, planned once per connection. */
  run<Row>(sql: string, values?: readonly unknown[], name?: string): Promise<readonly Row[]>;
  /** Begins a new budget, for a session that is kept while something else goes on. */
  renewBudget(): void;
  release(): void;
}

export interface Database {
  /** Throws `Fault`. */
  session(budgetMs?: number): Promise<Session>;
  /** One statement, committed when it resolves. Throws `Fault`. */
  run<Row>(sql: string, values: readonly unknown[], name: string, budgetMs?: number): Promise<readonly Row[]>;
  /** The same connections through Kysely. */
  readonly db: Kysely<Schema>;
  end(): Promise<void>;
}

/** https://www.postgresql.org/docs/current/catalog-pg-type.html: bigint, which `pg` reads as text */
const BIGINT = 20;

export function openDatabase(connection: Connection, use: Use, log: Log): Database {
  const { max, budgetMs: wholeBudgetMs } = USES[use];
  const pool = new Pool({
    ...connection,
    max,
    connectionTimeoutMillis: Math.min(wholeBudgetMs, LONGEST_CONNECT_MS),
    // The server gives up too, so that a statement nobody waits for any more does not go on holding its locks.
    statement_timeout: wholeBudgetMs,
    idle_in_transaction_session_timeout: wholeBudgetMs + 1_000,
    application_name: `tollgate ${use}`,
    // Our numbers are milliseconds, sequences and counts, all far below 2^53.
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === BIGINT && format !== "binary" ? Number : types.getTypeParser(oid, format ?? "text"),
    },
  });
  // Without these listeners a restart of PostgreSQL would end our process.
  let isEnding = false;
  pool.on("error", (error) => {
    // Connections that are being closed may still hear that their server stops as well.
    if (!isEnding) log.warn({ component: "store", err: error }, "lost an idle PostgreSQL connection");
  });
  pool.on("connect", (client) => client.on("error", () => {}));

  async function take(budgetMs: number): Promise<GuardedClient> {
    const startedAt = performance.now();
    const client = await connect(pool, budgetMs);
    return new GuardedClient(client, budgetMs, budgetMs - (performance.now() - startedAt));
  }

  const forKysely: PostgresPool = { connect: () => take(wholeBudgetMs), end: () => pool.end() };
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: forKysely }) });

  return {
    session: (budgetMs = wholeBudgetMs) => take(budgetMs),
    async run(sql, values, name, budgetMs = wholeBudgetMs) {
      const client = await take(budgetMs);
      try {
        return await client.run(sql, values, name);
      } finally {
        client.release();
      }
    },
    db,
    end: () => {
      isEnding = true;
      return pool.end();
    },
  };
}

/** The pool's own time-out is one for all; this one is the caller's. */
async function connect(pool: Pool, budgetMs: number): Promise<PoolClient> {
  const connecting = pool.connect();
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => {
        // A connection that comes after all goes back to the pool.
        connecting.then(
          (client) => client.release(),
          () => {},
        );
        reject(new Fault("timeout", "PostgreSQL gave no connection in time"));
      },
      Math.max(1, budgetMs),
    );
  });
  try {
    return await Promise.race([connecting, overdue]);
  } catch (error) {
    throw toFault(error);
  } finally {
    clearTimeout(timer);
  }
}

class GuardedClient implements Session, PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #wholeBudgetMs: number;
  #deadline: number;
  #isBroken = false;

  constructor(client: PoolClient, wholeBudgetMs: number, leftMs: number) {
    this.#client = client;
    this.#wholeBudgetMs = wholeBudgetMs;
    this.#deadline = performance.now() + leftMs;
  }

  renewBudget(): void {
    this.#deadline = performance.now() + this.#wholeBudgetMs;
  }

  async run<Row>(sql: string, values: readonly unknown[] = [], name?: string): Promise<readonly Row[]> {
    const { rows } = await this.#ask(sql, values, name);
    return rows;
  }

  query<Row>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query(cursor: never): never;
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<Row>> {
    const { command, rowCount, rows } = await this.#ask(sql, parameters, undefined);
    return { command: changes(command) ? command : "SELECT", rowCount: rowCount ?? 0, rows };
  }

  release(): void {
    this.#client.release(this.#isBroken);
  }

  async #ask(text: string, values: readonly unknown[], name: string | undefined) {
    if (this.#isBroken) throw new Fault("unavailable", "PostgreSQL did not answer before on this connection");
    const leftMs = Math.max(1, Math.ceil(this.#deadline - performance.now()));
    const config = { text, query_timeout: leftMs, ...(name === undefined ? {} : { name }) };
    try {
      // Without values `pg` speaks the simple protocol, which takes several statements in one round trip.
      return await this.#client.query(values.length === 0 ? config : { ...config, values: [...values] });
    } catch (error) {
      const fault = toFault(error);
      // An answer may still be under way on this connection, or a transaction open: nobody else may get it.
      if (isFault(fault, "timeout") || isFault(fault, "unavailable")) this.#isBroken = true;
      throw fault;
    }
  }
}

function changes(command: string): command is "UPDATE" | "DELETE" | "INSERT" | "MERGE" {
  return command === "UPDATE" || command === "DELETE" || command === "INSERT" || command === "MERGE";
}
