import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Redis } from "ioredis";
import { onTestFinished, vi } from "vitest";
import { Secret } from "../../src/lib/secret.ts";

/** Undefined when this machine has no Redis. */
const redisBinary = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "redis-server"))
  .find(isExecutable);

/** In CI a missing Redis is a failure, not a reason to skip. */
export const withoutRedis = redisBinary === undefined && process.env["CI"] !== "true";

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface RedisServer {
  readonly url: Secret;
  readonly port: number;
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  kill(): Promise<void>;
  /** On the same port, empty. */
  start(): Promise<void>;
}

/** A Redis of this test's own, gone when the test is over. */
export async function redisServer(...options: readonly string[]): Promise<RedisServer> {
  const binary = redisBinary;
  if (binary === undefined) throw new Error("this machine has no redis-server");
  const folder = mkdtempSync(join(tmpdir(), "tollgate-redis-"));
  const port = await freePort();
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const ours = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
    server = spawn(binary ?? "", [...ours, ...options], { stdio: "ignore" });
    const probe = new Redis(port, "127.0.0.1", { retryStrategy: () => 20, maxRetriesPerRequest: null });
    probe.on("error", () => {});
    try {
      await vi.waitFor(() => probe.ping(), { timeout: 10_000 });
    } finally {
      probe.disconnect();
    }
  }

  async function kill(): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  }

  onTestFinished(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  return {
    url: new Secret(`redis://127.0.0.1:${port}`),
    port,
    signal: (name) => void server?.kill(name),
    kill,
    start,
  };
}

async function freePort(): Promise<number> {
  const door = createServer().listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  door.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
