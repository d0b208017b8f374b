import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { loadAuditKey, loadOrMakeAuditKey } from "../../src/store/audit-key.ts";
import { openDatabase } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { migrations } from "../../src/store/migrations/index.ts";
import { createStore } from "../../src/store/store.ts";
import { testDatabase } from "../support/postgres.ts";
import { auditKey, change, clientOn, event, log, storeOn } from "./house.ts";

async function emptyDatabase() {
  const database = await testDatabase("none");
  onTestFinished(() => database.close());
  return database.connection;
}

function listeningLog() {
  const lines: string[] = [];
  return { lines, log: createLog("info", { write: (line) => lines.push(line) }) };
}

describe("migrations", () => {
  test("run once, whoever starts at the same moment", async () => {
    const connection = await emptyDatabase();
    const stores = await Promise.all([storeOn(connection), storeOn(connection), storeOn(connection)]);
    for (const store of stores) await store.ping();
    const client = await clientOn(connection);
    const { rows } = await client.query("select name from kysely_migration");
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(migrations));
  });

  test("of a newer version are left alone, with a warning: the old version works beside the new", async () => {
    const connection = await emptyDatabase();
    const { lines, log: listening } = listeningLog();
    const newer = openDatabase(connection, "background", log);
    const added = { up: async () => {} };
    await migrate(newer.db, log, { ...migrations, "9999-of-a-newer-version": added });
    await migrate(newer.db, listening);
    await newer.end();
    expect(lines.join("")).toContain("migrated by a newer version");
    const store = await storeOn(connection);
    expect(await store.events.append(change(event("incident-1", 1)))).toBe("stored");
  });

  test("that another line of versions made are refused", async () => {
    const connection = await emptyDatabase();
    const database = openDatabase(connection, "background", log);
    const nothing = { up: async () => {} };
    await migrate(database.db, log, { "0001-first-tables": nothing, "0003-theirs": nothing });
    await expect(
      migrate(database.db, log, { "0001-first-tables": nothing, "0002-ours": nothing }),
    ).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("0002-ours"),
    });
    await database.end();
  });
});

describe("a PostgreSQL that says stored before it is", () => {
  test("is refused", async () => {
    const connection = await emptyDatabase();
    const client = await clientOn(connection);
    await client.query(`alter database ${connection.database} set synchronous_commit = off`);
    await expect(createStore({ connection, auditKey, log })).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("synchronous_commit=off"),
    });
  });

  test("is warned of when the operator allows it", async () => {
    const connection = await emptyDatabase();
    const client = await clientOn(connection);
    await client.query(`alter database ${connection.database} set synchronous_commit = off`);
    const { lines, log: listening } = listeningLog();
    const store = await createStore({ connection, auditKey, log: listening, allowUnsafe: true });
    await store.close();
    expect(lines.join("")).toContain("synchronous_commit=off");
  });
});

describe("the audit key", () => {
  async function folder() {
    const path = await mkdtemp(join(tmpdir(), "tollgate-key-"));
    onTestFinished(() => rm(path, { recursive: true, force: true }));
    return join(path, "data");
  }

  test("is made once, for its owner alone, and is the same ever after", async () => {
    const dataDir = await folder();
    expect(await loadAuditKey(dataDir)).toBeUndefined();
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadOrMakeAuditKey(dataDir)));
    expect(new Set(keys.map((key) => key.reveal())).size).toBe(1);
    expect(keys[0]?.reveal()).toMatch(/^[0-9a-f]{64}$/);
    expect(await readdir(dataDir)).toEqual(["audit-key"]);
    expect((await stat(join(dataDir, "audit-key"))).mode & 0o777).toBe(0o600);
    expect((await loadOrMakeAuditKey(dataDir)).reveal()).toBe(keys[0]?.reveal());
    expect((await loadAuditKey(dataDir))?.reveal()).toBe(keys[0]?.reveal());
  });

  test("that was damaged is never replaced by another one", async () => {
    const dataDir = await folder();
    await loadOrMakeAuditKey(dataDir);
    await writeFile(join(dataDir, "audit-key"), "");
    await expect(loadOrMakeAuditKey(dataDir)).rejects.toMatchObject({ kind: "rejected" });
  });
});
