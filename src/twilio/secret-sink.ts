import { spawn } from "node:child_process";
import { chmod, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../lib/fault.ts";
import { randomId } from "../lib/id.ts";
import type { SecretSink } from "../remediation/contract.ts";

type NewToken = Parameters<SecretSink["store"]>[0];

const COMMAND_TIMEOUT_MS = 10_000;

/** One file for each account: `<folder>/<AccountSid>.json`. The folder is 0700, the file 0600, and it is never half written. */
export function createFileSink(options: { readonly folder: string }): SecretSink {
  const { folder } = options;
  return {
    describe: (accountSid) => join(folder, `${accountSid}.json`),
    async store(token) {
      const temporary = join(folder, `.${token.accountSid}.${randomId()}.tmp`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await chmod(folder, 0o700);
        await writeDurably(temporary, toJson(token));
        await rename(temporary, join(folder, `${token.accountSid}.json`));
        await syncFolder(folder);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw new Fault("unavailable", `the secret sink could not write to ${folder} (${codeOf(error)})`);
      }
    },
  };
}

/** An operator's shell line that receives the same JSON on standard input and exits with 0 when it has kept it. */
export function createCommandSink(options: { readonly command: string; readonly timeoutMs?: number }): SecretSink {
  const { command } = options;
  const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS;
  // Only the first word is ever shown: operators put credentials into arguments.
  const name = command.trim().split(/\s/)[0] ?? "";
  return {
    describe: () => `the command ${name}`,
    store: (token) =>
      new Promise((resolve, reject) => {
        const fail = (kind: "unavailable" | "timeout", why: string): void =>
          reject(new Fault(kind, `the secret sink's command ${name} ${why}`));
        // Its output is dropped, since it may repeat what it was given. A group of its own, so that the shell's children end with it.
        const child = spawn(command, { shell: true, detached: true, stdio: ["pipe", "ignore", "ignore"] });
        const timer = setTimeout(() => {
          endGroup(child.pid);
          fail("timeout", `did not end within ${timeoutMs} ms`);
        }, timeoutMs);
        child.on("error", (error) => {
          clearTimeout(timer);
          fail("unavailable", `could not be started (${codeOf(error)})`);
        });
        child.on("close", (code) => {
          clearTimeout(timer);
          if (code === 0) resolve();
          else fail("unavailable", `ended with ${code ?? "a signal"}`);
        });
        // A program that does not read to the end is judged by its exit code alone.
        child.stdin.on("error", () => undefined);
        child.stdin.end(toJson(token));
      }),
  };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}

function toJson(token: NewToken): string {
  const { accountSid, authToken, rotatedAtMs, runId } = token;
  const rotatedAt = new Date(rotatedAtMs).toISOString();
  return `${JSON.stringify({ accountSid, authToken: authToken.reveal(), rotatedAt, runId }, null, 2)}\n`;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename itself last. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown";
}
