import { Client } from "pg";
import { expect, test } from "vitest";
import { databaseUrl, testDatabase } from "./postgres.ts";

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
