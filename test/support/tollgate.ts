import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createLog } from "../../src/lib/log.ts";
import { startEmbedded } from "../../src/store/embedded/index.ts";
import { builtMain } from "./build.ts";

/** Where it keeps what must last: a folder of its own with the embedded server, or a database that somebody else keeps. */
export type TollgateStore =
  | { readonly kind: "embedded" }
  | { readonly kind: "database"; readonly databaseUrl: string; readonly auditKey: string };

export interface TollgateOptions {
  readonly port: number;
  readonly store: TollgateStore;
  /** The text of tollgate.yml. */
  readonly policy: string;
  /** Vendors' variables and the like. */
  readonly env: Readonly<Record<string, string>>;
  readonly redisUrl?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly ms: number;
}

export interface Outcome {
  readonly code: number | null;
  readonly said: string;
}

/** The built Tollgate as a process of its own, told everything by environment variables and one file. */
export interface Tollgate {
  readonly url: string;
  readonly dataDir: string;
  /** All that its processes have printed. */
  log(): string;
  /** Starts it and waits until it is ready. */
  start(): Promise<void>;
  /** At once: the signal is on its way when this returns. */
  kill9(): Promise<void>;
  /** SIGTERM. */
  stop(): Promise<Ended>;
  /** Writes tollgate.yml anew and sends SIGHUP. Resolves when Tollgate says that it has taken it. */
  changePolicy(policy: string): Promise<void>;
  /** `audit verify` and the like, on the same data. */
  audit(...words: readonly string[]): Promise<Outcome>;
  /** Ends what still runs, the embedded server included, and removes the folder. */
  cleanUp(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;

export async function prepareTollgate(options: TollgateOptions): Promise<Tollgate> {
  const main = await builtMain();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tollgate-story-")));
  // As root PostgreSQL runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  const policyFile = join(folder, "tollgate.yml");
  writeFileSync(policyFile, options.policy);
  const { store, port } = options;
  const dataDir = join(folder, "data");
  const url = `http://127.0.0.1:${port}`;
  const storeEnv = store.kind === "embedded" ? {} : { DATABASE_URL: store.databaseUrl, AUDIT_KEY: store.auditKey };
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    HOST: "127.0.0.1",
    PORT: String(port),
    PUBLIC_URL: url,
    TOLLGATE_CONFIG: policyFile,
    DATA_DIR: dataDir,
    ...storeEnv,
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    ...options.env,
  };
  let said = "";
  let child: ChildProcess | undefined;

  function run(words: readonly string[], listen: (text: string) => void): ChildProcess {
    const started = spawn(process.execPath, [main, ...words], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    started.stdout.setEncoding("utf8").on("data", listen);
    started.stderr.setEncoding("utf8").on("data", listen);
    return started;
  }

  async function start(): Promise<void> {
    const before = said.length;
    const own = run(["start"], (text) => {
      said += text;
    });
    child = own;
    const endMs = performance.now() + READY_WITHIN_MS;
    while (!(await isReady(url))) {
      if (isOver(own)) throw new Error(`Tollgate ended instead of becoming ready:\n${said.slice(before)}`);
      if (performance.now() > endMs) throw new Error(`Tollgate did not become ready:\n${said.slice(before)}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<Ended> {
    const own = child;
    if (own === undefined) return { code: null, ms: 0 };
    const startMs = performance.now();
    // `close`: everything that it printed has arrived as well.
    const gone = isOver(own) ? undefined : once(own, "close");
    own.kill(signal);
    await gone;
    return { code: own.exitCode, ms: performance.now() - startMs };
  }

  return {
    url,
    dataDir,
    log: () => said,
    start,
    kill9: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),

    async changePolicy(policy) {
      const before = said.length;
      writeFileSync(policyFile, policy);
      child?.kill("SIGHUP");
      const endMs = performance.now() + READY_WITHIN_MS;
      while (!said.slice(before).includes("people and policy were loaded again")) {
        if (performance.now() > endMs) throw new Error(`the policy was not taken over:\n${said.slice(before)}`);
        await pause(LOOK_EVERY_MS);
      }
    },

    async audit(...words) {
      let printed = "";
      const own = run(["audit", ...words], (text) => {
        printed += text;
      });
      await once(own, "close");
      return { code: own.exitCode, said: printed };
    },

    async cleanUp() {
      await end("SIGTERM");
      // A process that was killed left its server running.
      if (store.kind === "embedded" && child?.signalCode === "SIGKILL") {
        await (await startEmbedded({ dataDir, log: createLog("silent"), exclusive: true })).stop();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Free at this moment; PUBLIC_URL must be known before Tollgate listens. */
export async function freePort(): Promise<number> {
  const door = createServer().listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  door.close();
  await once(door, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
