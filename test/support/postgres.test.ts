import { Client } from "pg";
import { expect, test } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { Secret } from "../../src/lib/secret.ts";
import { createStore } from "../../src/store/store.ts";
import { databaseUrl, type TestDatabase, testDatabase } from "./postgres.ts";

test("every test database is empty and its own", async () => {
  const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
  const client = new Client(one.connection);
  await client.connect();
  await client.query("create table fact (body text)");
  const other = new Client({ connectionString: databaseUrl(two.connection) });
  await other.connect();
  const { rows } = await other.query("select current_database() as name, to_regclass('fact') as fact");
  expect(rows).toEqual([{ name: two.connection.database, fact: null }]);
  await client.end();
  await other.end();
  await Promise.all([one.close(), two.close()]);
});

test("a closed test database is gone, even while somebody is connected", async () => {
  const database = await testDatabase();
  const client = new Client(database.connection);
  client.on("error", () => {});
  await client.connect();
  const ended = new Promise((resolve) => client.once("end", resolve));
  await database.close();
  await ended;
  await expect(new Client(database.connection).connect()).rejects.toThrow("does not exist");
});

test("a database that was used is handed on as fresh as a new one", async () => {
  const contents = async ({ connection }: TestDatabase) => {
    const client = new Client(connection);
    await client.connect();
    const tables = await client.query<{ name: string }>(
      "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname",
    );
    const held = [];
    for (const { name } of tables.rows) {
      held.push([name, (await client.query(`select * from "${name}" order by 1`)).rows]);
    }
    const sequences = await client.query("select sequencename, last_value from pg_sequences order by 1");
    await client.end();
    return [held, sequences.rows];
  };
  const fresh = await testDatabase();
  const before = await contents(fresh);
  const store = await createStore({
    connection: fresh.connection,
    auditKey: new Secret("one"),
    log: createLog("silent"),
  });
  await store.outbox.addMissing([{ job: "detect", key: "one", dueAtMs: null }], 1);
  await store.close();
  expect(await contents(fresh)).not.toEqual(before);
  await fresh.close();
  const others = await Promise.all([testDatabase(), testDatabase(), testDatabase()]);
  for (const other of others) expect(await contents(other)).toEqual(before);
  await Promise.all(others.map((other) => other.close()));
});
