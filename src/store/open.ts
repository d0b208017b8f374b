import type { PoolConfig } from "pg";
import type { Log } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import { loadOrMakeAuditKey } from "./audit-key.ts";
import { attachEmbedded, emptyDatabase, startEmbedded } from "./embedded/index.ts";

export interface DatabaseOptions {
  /** Absent: the embedded server in `dataDir`. */
  readonly databaseUrl?: Secret;
  readonly dataDir: string;
  /** Absent only with the embedded server, which makes one in `dataDir`. */
  readonly auditKey?: Secret;
  readonly log: Log;
  /** The demo begins anew each time: throws away what the embedded server holds. Never on a database that is not ours. */
  readonly startsEmpty?: boolean;
}

export interface OpenDatabase {
  readonly connection: PoolConfig;
  readonly auditKey: Secret;
  /** What an operator pastes to look inside; null for a database that is not ours. */
  readonly psqlLine: string | null;
  /** It ran before, and goes on when this is closed beside its owner. */
  readonly wasRunning: boolean;
  close(): Promise<void>;
}

/** The database that `start` works on: owned for the life of this process when it is the embedded one. */
export function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  return open(options, () => startEmbedded({ dataDir: options.dataDir, log: options.log, exclusive: true }));
}

/** The same database beside whoever runs it now, for `audit`. */
export function attachDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  return open(options, () => attachEmbedded({ dataDir: options.dataDir, log: options.log }));
}

async function open(options: DatabaseOptions, embedded: () => ReturnType<typeof startEmbedded>): Promise<OpenDatabase> {
  const { databaseUrl, auditKey, dataDir } = options;
  if (databaseUrl !== undefined) {
    if (auditKey === undefined) throw new Error("AUDIT_KEY is required with DATABASE_URL");
    return {
      connection: { connectionString: databaseUrl.reveal() },
      auditKey,
      psqlLine: null,
      wasRunning: true,
      close: async () => undefined,
    };
  }
  const server = await embedded();
  try {
    if (options.startsEmpty === true) await emptyDatabase(server);
    const key = auditKey ?? (await loadOrMakeAuditKey(dataDir));
    return {
      connection: server.connection,
      auditKey: key,
      psqlLine: server.psqlLine,
      wasRunning: server.adopted,
      close: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
