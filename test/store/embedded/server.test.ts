import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { attachEmbedded, emptyDatabase, FolderInUse, startEmbedded } from "../../../src/store/embedded/index.ts";
import {
  copyOf,
  environment,
  kill,
  log,
  newFolder,
  owned,
  ownerProcess,
  postmasterPid,
  processesIn,
  query,
  stoppedFolder,
} from "./world.ts";

let stopped: string;

beforeAll(async () => {
  stopped = await stoppedFolder();
});

afterAll(() => rmSync(stopped, { recursive: true, force: true }));

test("an empty folder becomes a database that keeps what is written on disk", async () => {
  const dataDir = newFolder();
  const server = await owned(dataDir);
  expect(server.adopted).toBe(false);
  const settings = "select current_setting('fsync') as fsync, current_setting('listen_addresses') as tcp";
  expect(await query(server, settings)).toEqual([{ fsync: "on", tcp: "" }]);
  const database =
    "select pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()";
  expect(await query(server, database)).toEqual([{ encoding: "UTF8" }]);
});

test("data survives a stop and a start", async () => {
  const dataDir = newFolder();
  const first = await owned(dataDir);
  await query(first, "create table fact as select 'kept' as body");
  await first.stop();
  const second = await owned(dataDir);
  expect(second.adopted).toBe(false);
  expect(await query(second, "select body from fact")).toEqual([{ body: "kept" }]);
});

test("existing data is ready within 2 s", async () => {
  const dataDir = copyOf(stopped);
  const startedAt = performance.now();
  await owned(dataDir);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test("what a killed initdb left is removed, and the log does not grow for ever", async () => {
  const dataDir = copyOf(stopped);
  mkdirSync(join(dataDir, "postgres", "initdb-0123456789ab", "base"), { recursive: true });
  if (process.getuid?.() === 0) {
    const { uid, gid } = statSync(join(dataDir, "postgres"));
    chownSync(join(dataDir, "postgres", "initdb-0123456789ab", "base"), uid, gid);
    chownSync(join(dataDir, "postgres", "initdb-0123456789ab"), uid, gid);
  }
  writeFileSync(join(dataDir, "postgres.log"), "x".repeat(2_000_000));
  await owned(dataDir);
  expect(readdirSync(join(dataDir, "postgres")).sort()).toEqual(["data", "run"]);
  expect(statSync(join(dataDir, "postgres.log")).size).toBeLessThan(10_000);
  expect(statSync(join(dataDir, "postgres.log.1")).size).toBe(2_000_000);
});

test("stop leaves no process, and may be called twice", async () => {
  const dataDir = copyOf(stopped);
  const server = await owned(dataDir);
  expect(processesIn(dataDir).length).toBeGreaterThan(0);
  await Promise.all([server.stop(), server.stop()]);
  expect(processesIn(dataDir)).toEqual([]);
});

test("the server that a killed owner left is adopted at once", async () => {
  const dataDir = copyOf(stopped);
  const killed = await ownerProcess(dataDir);
  expect(killed.said).toEqual({ adopted: false });
  const left = postmasterPid(dataDir);
  await kill(killed, "SIGKILL");
  const server = await owned(dataDir);
  expect(server.adopted).toBe(true);
  expect(postmasterPid(dataDir)).toBe(left);
  await server.stop();
  expect(processesIn(dataDir)).toEqual([]);
});

test("an owner that is told to end takes its server along", async () => {
  const dataDir = copyOf(stopped);
  const owner = await ownerProcess(dataDir);
  await kill(owner, "SIGTERM");
  expect(processesIn(dataDir)).toEqual([]);
});

test("the server sees nothing of the owner's environment", async () => {
  const dataDir = copyOf(stopped);
  const owner = await ownerProcess(dataDir);
  expect(environment(Number(owner.pid))).toContain("a-secret-of-ours");
  const server = environment(postmasterPid(dataDir));
  const names = server.split("\0").map((entry) => entry.split("=")[0]);
  expect(names.filter((name) => name !== "").sort()).toEqual(["LC_ALL", "PATH"]);
  for (const pid of processesIn(dataDir)) expect(environment(pid)).not.toContain("a-secret-of-ours");
  await kill(owner, "SIGTERM");
});

test("a second owner is refused with a sentence that names the first", async () => {
  const dataDir = copyOf(stopped);
  const owner = await ownerProcess(dataDir);
  const second = startEmbedded({ dataDir, log, exclusive: true });
  await expect(second).rejects.toThrow(FolderInUse);
  await expect(second).rejects.toThrow(
    `${dataDir} is in use by a running Tollgate, process ${owner.pid}: stop that one`,
  );
  await kill(owner, "SIGTERM");
});

test("of three owners who start at the same moment exactly one wins", async () => {
  const dataDir = newFolder();
  const owners = await Promise.all([ownerProcess(dataDir), ownerProcess(dataDir), ownerProcess(dataDir)]);
  const winners = owners.filter(({ said }) => said.refused === undefined);
  expect(winners, JSON.stringify(owners.map(({ said }) => said))).toHaveLength(1);
  for (const { said } of owners.filter((owner) => !winners.includes(owner))) {
    expect(said.refused).toContain(`in use by a running Tollgate, process ${winners[0]?.pid}`);
  }
  for (const winner of winners) await kill(winner, "SIGTERM");
});

test("an owner that starts while the last one stops waits for it", async () => {
  const dataDir = copyOf(stopped);
  const first = await owned(dataDir);
  const [, second] = await Promise.all([first.stop(), owned(dataDir)]);
  expect(await query(second, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("one who attaches works beside the owner and leaves its server running", async () => {
  const dataDir = copyOf(stopped);
  const owner = await owned(dataDir);
  const audit = await attachEmbedded({ dataDir, log });
  expect(audit.adopted).toBe(true);
  expect(audit.connection).toEqual(owner.connection);
  await audit.stop();
  expect(await query(owner, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("one who attaches alone starts the server and stops it again", async () => {
  const dataDir = copyOf(stopped);
  const audit = await attachEmbedded({ dataDir, log });
  expect(audit.adopted).toBe(false);
  expect(await query(audit, "select 1 as one")).toEqual([{ one: 1 }]);
  await audit.stop();
  expect(processesIn(dataDir)).toEqual([]);
});

test("one who attached first does not stop the server of an owner who came later", async () => {
  const dataDir = copyOf(stopped);
  const audit = await attachEmbedded({ dataDir, log });
  const owner = await owned(dataDir);
  await audit.stop();
  expect(await query(owner, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a server that is killed under its owner is started again, and still owned", async () => {
  const dataDir = copyOf(stopped);
  const server = await owned(dataDir);
  const killed = postmasterPid(dataDir);
  process.kill(killed, "SIGKILL");
  await vi.waitFor(async () => expect(await query(server, "select 1 as one")).toEqual([{ one: 1 }]), 20_000);
  expect(postmasterPid(dataDir)).not.toBe(killed);
  await vi.waitFor(
    async () => expect(startEmbedded({ dataDir, log, exclusive: true })).rejects.toThrow(FolderInUse),
    20_000,
  );
  await server.stop();
  expect(processesIn(dataDir)).toEqual([]);
});

test("after the server itself was killed the next start recovers it", async () => {
  const dataDir = copyOf(stopped);
  const owner = await ownerProcess(dataDir);
  const server = postmasterPid(dataDir);
  await kill(owner, "SIGKILL");
  process.kill(server, "SIGKILL");
  const next = await owned(dataDir);
  expect(await query(next, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(postmasterPid(dataDir)).not.toBe(server);
});

test("a lock file whose process number belongs to somebody else now does not stop the start", async () => {
  const dataDir = copyOf(stopped);
  const cluster = join(dataDir, "postgres", "data");
  const stale = `${process.pid}\n${cluster}\n1700000000\n5432\n${join(dataDir, "postgres", "run")}\n\n\nready   \n`;
  writeFileSync(join(cluster, "postmaster.pid"), stale);
  writeFileSync(join(dataDir, "postgres", "run", ".s.PGSQL.5432.lock"), stale);
  const server = await owned(dataDir);
  expect(server.adopted).toBe(false);
  expect(await query(server, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a long DATA_DIR gets a socket that a client can reach, in a closed folder that goes away again", async () => {
  const dataDir = copyOf(stopped, join("a".repeat(60), "b".repeat(60)));
  const server = await owned(dataDir);
  expect(await query(server, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(Buffer.byteLength(join(server.connection.host, ".s.PGSQL.5432"))).toBeLessThanOrEqual(107);
  expect(server.psqlLine).toBe(`psql -h ${server.connection.host} -U tollgate tollgate`);
  await server.stop();
  expect(() => readFileSync(server.connection.host)).toThrow("ENOENT");
});

test("a folder with a quote and a space in its name works, and its psql line can be pasted", async () => {
  const server = await owned(copyOf(stopped, 'it\'s "here", really'));
  expect(await query(server, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(server.psqlLine).toContain(`it'\\''s "here", really`);
});

test("data of another PostgreSQL major is refused and left alone", async () => {
  const dataDir = newFolder();
  const cluster = join(dataDir, "postgres", "data");
  mkdirSync(cluster, { recursive: true });
  writeFileSync(join(cluster, "PG_VERSION"), "15\n");
  await expect(startEmbedded({ dataDir, log, exclusive: true })).rejects.toThrow(
    /was written by PostgreSQL 15 and this Tollgate brings PostgreSQL \d+, .*pg_dump.* or set DATA_DIR/,
  );
  expect(readFileSync(join(cluster, "PG_VERSION"), "utf8")).toBe("15\n");
});

test("a folder that holds something else is refused and left alone", async () => {
  const dataDir = newFolder();
  const cluster = join(dataDir, "postgres", "data");
  mkdirSync(cluster, { recursive: true });
  writeFileSync(join(cluster, "letter.txt"), "dear");
  await expect(startEmbedded({ dataDir, log, exclusive: true })).rejects.toThrow("is not a PostgreSQL cluster");
  expect(readFileSync(join(cluster, "letter.txt"), "utf8")).toBe("dear");
});

test("an owner can empty the database, whoever else is connected, and the folder stays its own", async () => {
  const dataDir = copyOf(stopped);
  const owner = await owned(dataDir);
  await query(owner, "create table fact as select 'old' as body");
  const reader = new Client(owner.connection);
  reader.on("error", () => {});
  await reader.connect();
  await emptyDatabase(owner);
  expect(await query(owner, "select to_regclass('fact') as fact")).toEqual([{ fact: null }]);
  await expect(startEmbedded({ dataDir, log, exclusive: true })).rejects.toThrow(FolderInUse);
});
