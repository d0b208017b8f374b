import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parents } from "./folder.ts";
import { firstClosedFolder, isRoot, userForRoot } from "./run-user.ts";
import { DEFAULT_HOME, refuseWritableByOthers } from "./shared-copy.ts";

const ROOM = "demo-";
/** Holds the path of the folder whose database this is. */
const LODGER = "for";

/**
 * For the demo alone, so that its one command works in a checkout in root's home: when PostgreSQL's user cannot reach
 * `dataDir`, the server's files live in a folder of root's elsewhere, behind a link. An operator's data is never moved away
 * like this: whoever backs up DATA_DIR must find it there. Answers where, or null when there was no need.
 */
export function lodgeElsewhere(dataDir: string, home = DEFAULT_HOME): string | null {
  if (!isRoot()) return null;
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const real = realpathSync(dataDir);
  const link = join(real, "postgres");
  // The folder itself is opened for passing through when the server starts; only what is above it matters.
  if (existsSync(link) || firstClosedFolder(userForRoot(), parents(dirname(real))) === undefined) return null;
  const digest = createHash("sha256").update(real).digest("hex").slice(0, 16);
  const room = join(home, `${ROOM}${digest}`);
  const lodging = join(room, "postgres");
  mkdirSync(lodging, { recursive: true, mode: 0o755 });
  refuseWritableByOthers(home);
  removeAbandoned(home);
  writeFileSync(join(room, LODGER), real, { mode: 0o600 });
  symlinkSync(lodging, link);
  return lodging;
}

/** Rooms of demos whose own folder is gone: nobody else would ever find them. One in which a server runs is left alone. */
function removeAbandoned(home: string): void {
  for (const name of readdirSync(home)) {
    const room = join(home, name);
    const lodger = join(room, LODGER);
    if (!name.startsWith(ROOM) || !existsSync(lodger)) continue;
    const isRunning = existsSync(join(room, "postgres", "data", "postmaster.pid"));
    if (!isRunning && !existsSync(readFileSync(lodger, "utf8"))) rmSync(room, { recursive: true, force: true });
  }
}
