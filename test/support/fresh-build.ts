import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const BUILT_MAIN = join(ROOT, "dist/main.js");
const BUILT = [BUILT_MAIN, join(ROOT, "dist/sandbox/page/main.js")];
const SOURCES = ["src", "scripts", "package.json", "tsconfig.json", "tsconfig.build.json"];

/** Another run of the tests in this checkout may build as well. */
const LOCK = join(ROOT, "node_modules/.tollgate-build");
const LOCK_DEAD_AFTER_MS = 120_000;

/** Builds `dist/` unless it is newer than all that it is made of. Throws what the compiler said. */
export async function buildUnlessFresh(): Promise<void> {
  await takeLock();
  try {
    if (isFresh()) return;
    await promisify(execFile)(process.execPath, [join(ROOT, "scripts/build.js")], { cwd: ROOT });
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? `\n${error.stdout}` : "";
    throw new Error(`the build failed: ${String(error)}${said}`);
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function isFresh(): boolean {
  const builtAtMs = Math.min(...BUILT.map(changedAtMs));
  return SOURCES.flatMap((path) => filesIn(join(ROOT, path))).every((file) => changedAtMs(file) < builtAtMs);
}

function filesIn(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  const inside = readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
  // Folders too: their time changes when a file is removed.
  return [path, ...inside];
}

/** 0 when it is not there. */
function changedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function takeLock(): Promise<void> {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      mkdirSync(LOCK);
      return;
    } catch {
      const sinceMs = changedAtMs(LOCK);
      if (sinceMs > 0 && Date.now() - sinceMs > LOCK_DEAD_AFTER_MS) rmSync(LOCK, { recursive: true, force: true });
      await sleep(100);
    }
  }
}
