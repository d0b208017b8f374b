import { randomBytes } from "node:crypto";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { EmbeddedProblem } from "./problem.ts";

// Not the temporary folder: cleaners remove old files there below a running server, and anybody may plant files there.
export const DEFAULT_HOME = "/var/lib/tollgate";

/**
 * A copy of the programs that every user can run, for a checkout below a folder that only root can enter. Made once for each
 * version. Only root may be able to write it, or somebody could have us run a program of theirs.
 */
export function sharedCopy(binaries: Binaries, home = DEFAULT_HOME): Binaries {
  const copy = join(home, `postgresql-${binaries.version}-${process.platform}-${process.arch}`);
  try {
    mkdirSync(home, { recursive: true, mode: 0o755 });
    refuseWritableByOthers(home);
    if (!existsSync(copy)) makeCopy(dirname(dirname(binaries.postgres)), copy);
    refuseWritableByOthers(copy);
  } catch (cause) {
    if (cause instanceof EmbeddedProblem) throw cause;
    throw new EmbeddedProblem(
      `PostgreSQL's programs could not be copied to ${copy}: make ${home} writable, install Tollgate where every user can ` +
        "read it, or set DATABASE_URL.",
      { cause },
    );
  }
  const bin = join(copy, "bin");
  return {
    ...binaries,
    postgres: join(bin, basename(binaries.postgres)),
    initdb: join(bin, basename(binaries.initdb)),
  };
}

function makeCopy(native: string, copy: string): void {
  const draft = `${copy}.${randomBytes(6).toString("hex")}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
  openForReading(draft);
  try {
    // Whoever comes second at the same moment finds the folder there and uses it; nobody ever sees half a copy.
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

/** Everybody may read and run, whatever umask npm had; only root may write. */
function openForReading(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openForReading(path);
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

export function refuseWritableByOthers(folder: string): void {
  const { uid, mode } = lstatSync(folder);
  const isOurs = uid === process.getuid?.() && (mode & 0o170000) === 0o040000 && (mode & 0o022) === 0;
  if (isOurs) return;
  throw new EmbeddedProblem(
    `${folder} must be a folder that root owns and nobody else can write: remove it and start again.`,
  );
}
