import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { FolderInUse } from "./problem.ts";
import { isRunning, type ProcessIdentity } from "./process.ts";

/**
 * Who uses the folder is kept by the server itself, as advisory locks on a connection that each user of the folder holds:
 *
 * - `presence`  shared by everybody who is connected; exclusive while somebody stops the server
 * - `owner`     exclusive, one `start` or `demo`
 *
 * The server hands each to exactly one, and gives it back as soon as the kernel closes a killed process's socket: no file is
 * left that could lie. (A lock file with a process number cannot be taken over from a dead owner without a race.)
 */
const LOCK = { space: 0x746f6c6c, presence: 1, owner: 2 } as const;

const RETRY_MS = 10;
/** A process that was just killed may still be going down; only then is the folder free. */
const GRACE_MS = 750;

const MARK = "tollgate";

/** How a process names itself on its connection; at most 63 bytes, or PostgreSQL cuts it. */
export function signature({ pid, startTicks, namespace }: ProcessIdentity): string {
  return `${MARK} ${pid} ${startTicks} ${namespace}`;
}

/** Waits while somebody stops the server; then this call fails with the connection. */
export async function enter(client: Client): Promise<void> {
  await client.query("select pg_advisory_lock_shared($1, $2)", [LOCK.space, LOCK.presence]);
}

/** True when nobody else is connected; from then on nobody can enter. */
export async function isLastOne(client: Client): Promise<boolean> {
  await client.query("select pg_advisory_unlock_shared($1, $2)", [LOCK.space, LOCK.presence]);
  return tryLock(client, LOCK.presence);
}

/** Makes this connection the owner of the folder, or throws `FolderInUse`. */
export async function claim(client: Client, dataDir: string): Promise<void> {
  const deadline = performance.now() + GRACE_MS;
  while (!(await tryLock(client, LOCK.owner))) {
    const holder = await ownerOf(client);
    const running = holder === undefined ? undefined : isRunning(holder.identity);
    // Its owner is dead, but the server has not noticed yet.
    if (holder !== undefined && running === false)
      await client.query("select pg_terminate_backend($1)", [holder.backend]);
    else if (holder !== undefined && performance.now() > deadline) {
      throw new FolderInUse(dataDir, running === true ? holder.identity.pid : undefined);
    }
    await pause(RETRY_MS);
  }
}

async function tryLock(client: Client, lock: number): Promise<boolean> {
  const sql = "select pg_try_advisory_lock($1, $2) as taken";
  const { rows } = await client.query<{ taken: boolean }>(sql, [LOCK.space, lock]);
  return rows[0]?.taken === true;
}

async function ownerOf(client: Client): Promise<{ backend: number; identity: ProcessIdentity } | undefined> {
  const { rows } = await client.query<{ backend: number; name: string }>(
    `select pid as backend, application_name as name from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and classid = $1 and objid = $2 and granted`,
    [LOCK.space, LOCK.owner],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const [, pid, startTicks, namespace] = row.name.split(" ");
  return {
    backend: row.backend,
    identity: { pid: Number(pid), startTicks: Number(startTicks), namespace: namespace ?? "" },
  };
}
