/** A new version that comes up on the database of an older one, which goes on with its work. */
import type { Client } from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { indexes } from "../../src/store/indexes.ts";
import { migrate } from "../../src/store/migrate.ts";
import { migrations } from "../../src/store/migrations/index.ts";
import { createStore } from "../../src/store/store.ts";
import { testDatabase } from "../support/postgres.ts";
import { account, auditKey, change, clientOn, event, incidentRow, log, storeOn } from "./house.ts";

type Connection = Awaited<ReturnType<typeof testDatabase>>["connection"];

/** A database as 0.1.0 left it, with an incident in it. */
async function olderDatabase(): Promise<Connection> {
  const { connection, close } = await testDatabase("none");
  onTestFinished(close);
  const database = openDatabase(connection, "background", log);
  const { "0001-first-tables": first } = migrations;
  if (first === undefined) throw new Error("there is no first migration");
  await migrate(database.db, log, { "0001-first-tables": first });
  await database.end();
  const client = await clientOn(connection);
  await client.query(
    "insert into incident_index (id, dedup_key, account_sid, status, changed_at_ms) values ('1', $1, $2, 'open', 1)",
    [`${account}.toll-fraud`, account],
  );
  return connection;
}

/** Reads for a second as the older version does, and answers how long the slowest read waited. */
async function slowestRead(client: Client): Promise<number> {
  let slowestMs = 0;
  const endsAt = performance.now() + 1_000;
  while (performance.now() < endsAt) {
    const begunAt = performance.now();
    await client.query("select id, status from incident_index");
    slowestMs = Math.max(slowestMs, performance.now() - begunAt);
  }
  return slowestMs;
}

async function validIndexes(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select indexrelid::regclass::text as name from pg_index where indisvalid and indexrelid::regclass::text = any($1)",
    [indexes.map(({ name }) => name)],
  );
  return rows.map(({ name }) => name).toSorted();
}

const all = indexes.map(({ name }) => name).toSorted();

test("tables are changed without keeping readers waiting behind somebody who reads for long", async () => {
  const connection = await olderDatabase();
  const [backup, older] = await Promise.all([clientOn(connection), clientOn(connection)]);
  await older.query("set statement_timeout = '900ms'");
  await backup.query("begin; select * from incident_index");
  let isOpen = false;
  const opening = storeOn(connection).then((store) => {
    isOpen = true;
    return store;
  });
  expect(await slowestRead(older)).toBeLessThan(900);
  expect(isOpen).toBe(false);
  await backup.query("commit");
  const store = await opening;
  expect(await store.incidents.openedSince(account, "toll-fraud", 0)).toMatchObject([{ id: "1", openedAtMs: 1 }]);
});

test("indexes are built beside the work: who starts does not wait for them, nor does anybody else", async () => {
  const connection = await olderDatabase();
  const [slow, older] = await Promise.all([clientOn(connection), clientOn(connection)]);
  await older.query("set statement_timeout = '900ms'");
  // An index waits for every transaction that may still see the table without it.
  await slow.query("begin isolation level repeatable read; select count(*) from audit_record");
  const store = await storeOn(connection);
  expect(await validIndexes(older)).not.toEqual(all);
  expect(await slowestRead(older)).toBeLessThan(900);
  await older.query("update incident_index set status = 'acknowledged'");
  const change1 = { ...change(event("incident-2", 1)), index: [incidentRow("2", `${account}.errors`, "open")] };
  expect(await store.events.append(change1)).toBe("stored");
  const { rows } = await older.query(
    "select distinct application_name as name from pg_stat_activity where query like 'create index%' and datname = current_database()",
  );
  expect(rows).toEqual([{ name: "tollgate migration" }]);
  await slow.query("commit");
  await vi.waitFor(async () => expect(await validIndexes(older)).toEqual(all), 10_000);
});

test("a process that ends does not wait for its indexes, and the next one repairs what it left", async () => {
  const connection = await olderDatabase();
  const [slow, client] = await Promise.all([clientOn(connection), clientOn(connection)]);
  await slow.query("begin isolation level repeatable read; select count(*) from audit_record");
  const store = await createStore({ connection, auditKey, log });
  await store.close();
  const left = await client.query("select 1 from pg_index where not indisvalid");
  expect(left.rowCount).toBe(1);
  await slow.query("commit");
  await storeOn(connection);
  await vi.waitFor(async () => expect(await validIndexes(client)).toEqual(all), 10_000);
  expect((await client.query("select 1 from pg_index where not indisvalid")).rowCount).toBe(0);
});

test("a record that somebody damaged keeps no index from being built", async () => {
  const connection = await olderDatabase();
  const client = await clientOn(connection);
  await client.query(
    "insert into audit_record values (1, 'x', 1, '{\"atMs\":17X,\"cause\":1}', ''), (2, 'x', 2, 'none', '')",
  );
  await storeOn(connection);
  await vi.waitFor(async () => expect(await validIndexes(client)).toEqual(all), 10_000);
});

test("several that start at once build each index once", async () => {
  const connection = await olderDatabase();
  const stores = await Promise.all([storeOn(connection), storeOn(connection), storeOn(connection)]);
  for (const store of stores) await store.ping();
  const client = await clientOn(connection);
  await vi.waitFor(async () => expect(await validIndexes(client)).toEqual(all), 10_000);
});

test("a migration has no budget that would end it, at each start again", async () => {
  const connection = await olderDatabase();
  const database = openDatabase(connection, "migration", log);
  onTestFinished(() => database.end());
  const [row] = await database.run<{ seconds: number }>(
    "select extract(epoch from current_setting('statement_timeout')::interval)::float8 as seconds",
    [],
    "budget",
  );
  expect(row?.seconds).toBeGreaterThanOrEqual(3_600);
});
