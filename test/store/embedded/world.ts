import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { onTestFinished } from "vitest";
import { createLog } from "../../../src/lib/log.ts";
import { type EmbeddedServer, startEmbedded } from "../../../src/store/embedded/index.ts";

export const log = createLog("silent");

export function newFolder(name = "data"): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tollgate-embedded-")));
  onTestFinished(() => {
    // A test that failed half way leaves no server behind.
    for (const pid of processesIn(join(folder, name))) process.kill(pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  // As root the server runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  return join(folder, name);
}

/** A folder as a stopped owner leaves it, to copy from: making a cluster takes longer than all that most tests do. */
export async function stoppedFolder(): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tollgate-embedded-")));
  await (await startEmbedded({ dataDir: folder, log, exclusive: true })).stop();
  return folder;
}

export function copyOf(stopped: string, name = "data"): string {
  const dataDir = newFolder(name);
  mkdirSync(dirname(dataDir), { recursive: true, mode: 0o711 });
  execFileSync("cp", ["-a", stopped, dataDir]);
  return dataDir;
}

/** Started as `start` does it; stopped at the end of the test. */
export async function owned(dataDir: string): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, log, exclusive: true });
  onTestFinished(() => server.stop());
  return server;
}

export async function query(server: EmbeddedServer, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(server.connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export interface OwnerProcess {
  readonly process: ChildProcess;
  readonly pid: number | undefined;
  /** What it said: adopted or not, or the sentence that refused it. */
  readonly said: { readonly adopted?: boolean; readonly refused?: string };
}

/** An owner in a process of its own, with a secret in its environment. */
export async function ownerProcess(dataDir: string): Promise<OwnerProcess> {
  const loader = fileURLToPath(new URL("../../support/typescript-loader.js", import.meta.url));
  const script = fileURLToPath(new URL("./child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", loader, script, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { TWILIO_AUTH_TOKEN: "a-secret-of-ours" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { process: child, pid: child.pid, said: JSON.parse(String(line)) };
}

export async function kill(owner: OwnerProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(owner.process, "exit");
  owner.process.kill(signal);
  await gone;
}

export function postmasterPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, "postgres", "data", "postmaster.pid"), "utf8").split("\n")[0]);
}

export function environment(pid: number): string {
  return readFileSync(`/proc/${pid}/environ`, "utf8");
}

/** Every process of the server on this folder: they all work inside the cluster. */
export function processesIn(dataDir: string): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && workingFolder(pid) === join(dataDir, "postgres", "data"));
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
