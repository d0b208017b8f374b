import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import type { Log } from "../../lib/log.ts";
import { binariesFor, findBinaries } from "./binaries.ts";
import { DATABASE_USER, ensureCluster, removeDrafts } from "./cluster.ts";
import { DATABASE, ensureDatabase } from "./database.ts";
import { PORT, prepareFolder, removeSocketDir } from "./folder.ts";
import { isLost } from "./knock.ts";
import { claim, enter, isLastOne, signature } from "./ownership.ts";
import { shutDown } from "./postmaster.ts";
import { thisProcess } from "./process.ts";
import { type House, type Reached, reach } from "./reach.ts";

const RETRY_MS = 500;

export interface EmbeddedServer {
  /** For `pg.Pool`: the host is the folder of the socket. `ssl` is named because `PGSSLMODE` would ask for it otherwise. */
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
    readonly ssl: false;
  };
  /** What an operator pastes to look inside. */
  readonly psqlLine: string;
  /** It was running already: a killed Tollgate left it, or another process works beside us. */
  readonly adopted: boolean;
  /**
   * The owner stops the server; others leave it running, except that one who started it stops it when nobody else is
   * connected. May be called twice.
   */
  stop(): Promise<void>;
}

interface StartOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** True for `start` and `demo`: own the folder for the life of this process. False: work beside an owner. */
  readonly exclusive: boolean;
}

/**
 * A PostgreSQL server on the data in `dataDir`: the one that runs there already, or a new one. Throws `FolderInUse` when
 * another process owns the folder, `EmbeddedProblem` when this machine or folder needs an operator.
 */
export async function startEmbedded({ dataDir, log, exclusive }: StartOptions): Promise<EmbeddedServer> {
  const startedAt = performance.now();
  const installed = await findBinaries();
  const folder = prepareFolder(dataDir);
  const binaries = binariesFor(folder.user, installed);
  const house: House = { folder, binaries, log, applicationName: signature(thisProcess()) };
  await ensureCluster(folder, binaries);
  const joined = await join(house, exclusive);
  if (exclusive) await removeDrafts(folder);
  const message = joined.wasRunning ? "embedded PostgreSQL was running, adopted" : "embedded PostgreSQL started";
  log.info({ dataDir: folder.dataDir, pid: joined.server.pid, ms: Math.round(performance.now() - startedAt) }, message);

  const leave = exclusive ? own(house, joined) : visit(house, joined);
  const { socketDir: host, port } = joined.server;
  let left: Promise<void> | undefined;
  return {
    connection: { host, port, user: DATABASE_USER, database: DATABASE, ssl: false },
    psqlLine: psqlLine(host, port),
    adopted: joined.wasRunning,
    stop() {
      left ??= leave();
      return left;
    },
  };
}

/** For `audit` and `doctor`: the server that runs on this data, or one that runs until `stop`. */
export function attachEmbedded(options: { readonly dataDir: string; readonly log: Log }): Promise<EmbeddedServer> {
  return startEmbedded({ ...options, exclusive: false });
}

/** Reaches the server and enters. One that stops meanwhile is waited for and started again. */
async function join(house: House, exclusive: boolean): Promise<Reached> {
  for (;;) {
    const reached = await reach(house);
    try {
      await enter(reached.client);
      if (exclusive) await claim(reached.client, house.folder.dataDir);
      await ensureDatabase(reached.client);
      return reached;
    } catch (error) {
      await reached.client.end().catch(() => {});
      if (!isLost(error)) throw error;
    }
  }
}

/** Keeps the folder and its server until the returned function is called: a server that is killed is started again. */
function own(house: House, joined: Reached): () => Promise<void> {
  const stopping = new AbortController();
  const kept = keep(house, joined, stopping.signal);
  return async () => {
    stopping.abort();
    const client = await kept;
    await shutDown(house.folder, house.log);
    await client.end().catch(() => {});
    removeSocketDir(house.folder);
  };
}

/** Answers the connection that holds the folder at the end. */
async function keep(house: House, joined: Reached, stopping: AbortSignal): Promise<Client> {
  let { client, over } = joined;
  while (!stopping.aborted) {
    await Promise.race([over, aborted(stopping)]);
    while (!stopping.aborted) {
      house.log.error("embedded PostgreSQL was lost, starting it again");
      try {
        ({ client, over } = await join(house, true));
        break;
      } catch (error) {
        house.log.error({ err: error }, "embedded PostgreSQL could not be started again, will retry");
        await pause(RETRY_MS);
      }
    }
  }
  return client;
}

function visit(house: House, { client, wasRunning }: Reached): () => Promise<void> {
  return async () => {
    try {
      if (!wasRunning && (await isLastOne(client))) {
        await shutDown(house.folder, house.log);
        removeSocketDir(house.folder);
      }
    } catch (error) {
      // The owner may have stopped the server before us.
      if (!isLost(error)) throw error;
    } finally {
      await client.end().catch(() => {});
    }
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function psqlLine(host: string, port: number): string {
  const path = /^[\w./-]+$/.test(host) ? host : `'${host.replaceAll("'", `'\\''`)}'`;
  return `psql -h ${path}${port === PORT ? "" : ` -p ${port}`} -U ${DATABASE_USER} ${DATABASE}`;
}
