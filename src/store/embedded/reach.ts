import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../../lib/log.ts";
import type { Binaries } from "./binaries.ts";
import type { Folder } from "./folder.ts";
import { type Connection, knock, servesCluster } from "./knock.ts";
import { type Launch, launch } from "./launch.ts";
import { clearStale, isServing, type Postmaster, readPostmaster } from "./postmaster.ts";
import { EmbeddedProblem } from "./problem.ts";

const POLL_MS = 10;
/** Each try writes a line into the server's log, so a long recovery is asked ever less often. */
const POLL_AT_MOST_MS = 200;
const POLL_SLOWDOWN = 0.05;
/** A server that was killed under load reads its log again before it answers. */
const READY_WITHIN_MS = 120_000;
/**
 * Of two who start at the same moment one server ends by itself, and a killed server's sessions hold its memory for a moment;
 * more failures than this have another reason.
 */
const LAUNCHES = 5;
const LAUNCH_AGAIN_MS = 100;

export interface House {
  readonly folder: Folder;
  readonly binaries: Binaries;
  readonly log: Log;
  /** How this process names itself on its connections. */
  readonly applicationName: string;
}

export interface Reached extends Connection {
  readonly server: Postmaster;
  /** False when we started it. */
  readonly wasRunning: boolean;
}

/** A connection to the folder's server: the one that runs, or one that this starts. */
export async function reach(house: House): Promise<Reached> {
  const { folder, binaries } = house;
  const beganAt = performance.now();
  const waitedMs = () => performance.now() - beganAt;
  const nextPoll = () => pause(Math.min(POLL_MS + waitedMs() * POLL_SLOWDOWN, POLL_AT_MOST_MS));
  let launched: Launch | undefined;
  for (let launches = 0; waitedMs() < READY_WITHIN_MS; await nextPoll()) {
    const server = readPostmaster(folder.cluster);
    const found = server === undefined ? "none" : await look(house, server);
    if (server !== undefined && typeof found === "object") {
      return { ...found, server, wasRunning: server.pid !== launched?.child.pid };
    }
    if (found === "not-ready" || (launched !== undefined && isUp(launched))) continue;
    if (server !== undefined) clearStale(folder, server);
    if (launches === LAUNCHES) throw new EmbeddedProblem(whyItEnded(folder, launched));
    if (launched !== undefined) await pause(launches * LAUNCH_AGAIN_MS);
    launched = launch(folder, binaries);
    launches += 1;
  }
  throw new EmbeddedProblem(
    `PostgreSQL in ${folder.home} did not answer within ${READY_WITHIN_MS / 1000} s: see ${folder.logFile}.`,
  );
}

async function look(
  { folder, applicationName }: House,
  server: Postmaster,
): Promise<Connection | "not-ready" | "none"> {
  const knocked = await knock(server.socketDir, server.port, applicationName);
  if (knocked.answer === "busy") return "not-ready";
  if (knocked.answer === "open") {
    if (await servesCluster(knocked.client, folder.cluster).catch(() => false)) return knocked;
    await knocked.client.end();
  }
  return isServing(folder.cluster, server) ? "not-ready" : "none";
}

function isUp({ child }: Launch): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function whyItEnded(folder: Folder, launched: Launch | undefined): string {
  const reason = launched
    ?.said()
    .split("\n")
    .findLast((line) => /FATAL|PANIC|error/.test(line));
  return `PostgreSQL does not start in ${folder.home}: ${reason ?? "it ended without a word"} (all of it: ${folder.logFile})`;
}
