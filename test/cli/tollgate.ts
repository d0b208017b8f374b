import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { builtMain } from "../support/build.ts";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** An empty one unless given: nothing is found in it by accident. */
  readonly folder?: string;
}

/** Runs the built command line to its end, with no environment but this. */
export async function tollgate(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return (await startTollgate(words, options)).ended;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Resolves with the first line of standard output that has this in it. Rejects when the process ends before. */
  line(part: string): Promise<string>;
}

export async function startTollgate(words: readonly string[], options: RunOptions = {}): Promise<Running> {
  const main = await builtMain();
  const child = spawn(process.execPath, [main, ...words], {
    cwd: options.folder ?? newFolder(),
    env: { PATH: process.env["PATH"], ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code]): Outcome => ({ code, stdout, stderr }));
  return {
    process: child,
    ended,
    line: (part) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = stdout.split("\n").find((line) => line.includes(part));
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then((outcome) => reject(new Error(`ended before "${part}": ${JSON.stringify(outcome)}`)));
      }),
  };
}

/** Empty, and gone after the test. */
export function newFolder(): string {
  const folder = makeFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function makeFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "tollgate-cli-")));
}
