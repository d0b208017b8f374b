import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../../lib/log.ts";
import { type Folder, PORT } from "./folder.ts";
import { EmbeddedProblem, errorCode } from "./problem.ts";
import { isAlive, isTaken, processStat } from "./process.ts";

/**
 * What `postmaster.pid` in a cluster says of the server that wrote it last.
 * https://www.postgresql.org/docs/18/storage-file-layout.html
 */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketDir: string;
  /** The file as read: tells this server from a later one. */
  readonly text: string;
}

const POLL_MS = 10;
const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 5_000;

export function readPostmaster(cluster: string): Postmaster | undefined {
  try {
    const text = readFileSync(join(cluster, "postmaster.pid"), "utf8");
    const [pid, , , port, socketDir] = text.split("\n");
    return { pid: Number(pid), port: Number(port), socketDir: socketDir ?? "", text };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** True while the process that the file names is a PostgreSQL server of this cluster, not a later process with its number. */
export function isServing(cluster: string, { pid }: Postmaster): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") {
    return spawnSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" }).stdout.includes("postgres");
  }
  return worksIn(cluster, pid);
}

/** A server and its sessions work inside the cluster. In a container that may not look (no CAP_SYS_PTRACE) the name has to do. */
function worksIn(cluster: string, pid: number): boolean {
  return processStat(pid)?.name === "postgres" && (workingFolder(pid) ?? cluster) === cluster;
}

/**
 * Removes what a killed server left, when its process number is still taken: by another process, or by the killed one that
 * nobody collects (a container's first process often does not). PostgreSQL would take it for the server and refuse to start.
 * It clears everything else by itself.
 */
export function clearStale(folder: Folder, stale: Postmaster): void {
  if (!isTaken(stale.pid)) return;
  // Sessions of the killed server may still write.
  if (processes().some((pid) => isAlive(pid) && worksIn(folder.cluster, pid))) return;
  // Somebody who starts at the same moment may have replaced the file since.
  if (readPostmaster(folder.cluster)?.text !== stale.text) return;
  rmSync(join(folder.socketDir, `.s.PGSQL.${PORT}.lock`), { force: true });
  rmSync(join(folder.cluster, "postmaster.pid"), { force: true });
}

/** Stops the server of this cluster, if one runs, and waits until it is gone. */
export async function shutDown(folder: Folder, log: Log): Promise<void> {
  const server = readPostmaster(folder.cluster);
  if (server === undefined || !isServing(folder.cluster, server)) return;
  // SIGINT is PostgreSQL's fast shutdown: it ends all sessions and writes everything down.
  process.kill(server.pid, "SIGINT");
  if (await isGone(folder, server, FAST_STOP_MS)) return;
  log.warn({ pid: server.pid }, "embedded PostgreSQL does not stop, ending it; it recovers at its next start");
  process.kill(server.pid, "SIGQUIT");
  if (await isGone(folder, server, IMMEDIATE_STOP_MS)) return;
  throw new EmbeddedProblem(`PostgreSQL, process ${server.pid}, does not stop: end it with \`kill -9 ${server.pid}\`.`);
}

async function isGone(folder: Folder, server: Postmaster, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += POLL_MS) {
    if (!isServing(folder.cluster, server)) return true;
    await pause(POLL_MS);
  }
  return false;
}

function processes(): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
