import { createHash } from "node:crypto";
import { existsSync, mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { parents } from "./folder.ts";
import { firstClosedFolder, isRoot, userForRoot } from "./run-user.ts";
import { DEFAULT_HOME, refuseWritableByOthers } from "./shared-copy.ts";

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
  if (existsSync(link) || firstClosedFolder(userForRoot(), parents(real)) === undefined) return null;
  const digest = createHash("sha256").update(real).digest("hex").slice(0, 16);
  const lodging = join(home, `demo-${digest}`, "postgres");
  mkdirSync(lodging, { recursive: true, mode: 0o755 });
  refuseWritableByOthers(home);
  symlinkSync(lodging, link);
  return lodging;
}
