import { chmodSync, existsSync, lstatSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createLog } from "../../../src/lib/log.ts";
import { lodgeElsewhere, startEmbedded } from "../../../src/store/embedded/index.ts";

const isRoot = process.getuid?.() === 0;
const folders: string[] = [];

/** 0700, as `mktemp -d` makes them: PostgreSQL's user cannot pass. */
function closedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-closed-"));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test.runIf(isRoot)(
  "as root, a demo below a folder that only root can enter keeps its database elsewhere, behind a link",
  async () => {
    const dataDir = join(closedFolder(), "data");
    const home = mkdtempSync(join(tmpdir(), "tollgate-home-"));
    folders.push(home);
    chmodSync(home, 0o755);
    const lodging = lodgeElsewhere(dataDir, home);
    expect(lodging).toContain(home);
    expect(lstatSync(join(dataDir, "postgres")).isSymbolicLink()).toBe(true);
    expect(realpathSync(join(dataDir, "postgres"))).toBe(lodging);
    const server = await startEmbedded({ dataDir, log: createLog("silent"), exclusive: true });
    await server.stop();
    expect(lodgeElsewhere(dataDir, home), "a second start finds it there").toBeNull();
  },
);

test.runIf(isRoot)("as root, a folder that everybody may pass stays as it is", async () => {
  const open = closedFolder();
  chmodSync(open, 0o755);
  expect(lodgeElsewhere(join(open, "data"))).toBeNull();
});

test.runIf(isRoot)("as root, a closed folder that is the data folder itself needs no room elsewhere", () => {
  expect(lodgeElsewhere(closedFolder())).toBeNull();
});

test.runIf(isRoot)("as root, rooms whose demo is gone are cleared when the next one moves in", () => {
  const home = mkdtempSync(join(tmpdir(), "tollgate-home-"));
  folders.push(home);
  chmodSync(home, 0o755);
  const gone = closedFolder();
  const left = lodgeElsewhere(join(gone, "data"), home);
  const stays = lodgeElsewhere(join(closedFolder(), "data"), home);
  rmSync(gone, { recursive: true });
  lodgeElsewhere(join(closedFolder(), "data"), home);
  expect(existsSync(left ?? "")).toBe(false);
  expect(existsSync(stays ?? "")).toBe(true);
});
