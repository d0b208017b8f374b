import { Client } from "pg";
import { randomId } from "../../src/lib/id.ts";
import type { EmbeddedServer } from "../../src/store/embedded/index.ts";
import { TEMPLATE } from "./template.ts";

type Server = EmbeddedServer["connection"];

/**
 * Copying the template writes hundreds of files; emptying a small database that a test has finished with takes a tenth of that. The
 * free ones are listed in the server itself, so that all workers of a run share them.
 */
const FREE = "free_database";

/** What the tables hold before any test, and the shape of the database: whoever changed it gets no second test. */
const PRISTINE = "pristine_database";

/** More than this is forgotten quicker by new files than row by row. */
const TRUNCATED_FROM_BYTES = 1_000_000;

const SHAPE = `select md5(string_agg(line, ' ' order by line)) as shape from (
  select format('%s.%s %s', relnamespace::regnamespace, relname, relkind) from pg_class where relnamespace::regnamespace::text !~ '^pg_'
  union all select format('%s.%s %s %s', attrelid::regclass, attname, atttypid, attisdropped) from pg_attribute
    where attrelid in (select oid from pg_class where relnamespace::regnamespace::text !~ '^pg_')
  union all select format('%s %s %s', tgrelid::regclass, tgname, tgenabled) from pg_trigger
  union all select format('%s %s', proname, md5(prosrc)) from pg_proc where pronamespace::regnamespace::text !~ '^pg_'
  union all select format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint
  union all select nspname::text from pg_namespace where nspname !~ '^pg_(toast_)?temp_'
  union all select setconfig::text from pg_db_role_setting
) as lines(line)`;

const EMPTY = `do $$ declare found record; begin
  set session_replication_role = replica;
  for found in select oid::regclass as name, pg_relation_size(oid) as bytes from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
  loop
    if found.bytes > ${TRUNCATED_FROM_BYTES} then execute format('truncate %s cascade', found.name);
    elsif found.bytes > 0 then execute format('delete from %s', found.name);
    end if;
  end loop;
  for found in select format('%I.%I', schemaname, sequencename) as name, start_value from pg_sequences where last_value is not null
  loop
    perform setval(found.name, found.start_value, false);
  end loop;
end $$`;

/** Notes what a fresh copy of the template is like. */
export async function notePristine(server: Server): Promise<void> {
  const { shape, content } = await inside(server, TEMPLATE, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    const content: Record<string, unknown> = {};
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ rows: unknown }>(`select json_agg(one) as rows from "${name}" as one`);
      if (rows[0]?.rows != null) content[name] = rows[0].rows;
    }
    return { shape: await shapeOf(client), content };
  });
  await inside(server, server.database, async (client) => {
    await client.query(`create table ${FREE} (name text primary key)`);
    await client.query(`create table ${PRISTINE} as select $1::text as shape, $2::json as content`, [
      shape,
      JSON.stringify(content),
    ]);
  });
}

/** One that is as good as a fresh copy, and the caller's own from now on. */
export async function takeFree(server: Server): Promise<string | undefined> {
  return inside(server, server.database, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `delete from ${FREE} where name = (select name from ${FREE} limit 1 for update skip locked) returning name`,
    );
    return rows[0]?.name;
  });
}

/** Empties it for the next test, under another name: whoever still knows the old one finds nothing. Drops what cannot be used again. */
export async function giveBack(server: Server, database: string): Promise<void> {
  await inside(server, server.database, async (client) => {
    const name = `t_${randomId()}`;
    if (!(await renamed(client, database, name))) return drop(client, database);
    const { rows } = await client.query<Pristine>(`select * from ${PRISTINE}`);
    const [pristine] = rows;
    const isEmptied =
      pristine !== undefined && (await inside(server, name, (emptied) => emptyUnlessChanged(emptied, pristine)));
    if (isEmptied) await client.query(`insert into ${FREE} values ($1)`, [name]);
    else await drop(client, name);
  });
}

interface Pristine {
  readonly shape: string;
  readonly content: Readonly<Record<string, unknown>>;
}

async function emptyUnlessChanged(client: Client, { shape, content }: Pristine): Promise<boolean> {
  if ((await shapeOf(client)) !== shape) return false;
  await client.query(EMPTY);
  for (const [table, rows] of Object.entries(content)) {
    await client.query(
      `insert into "${table}" overriding system value select * from json_populate_recordset(null::"${table}", $1)`,
      [JSON.stringify(rows)],
    );
  }
  return true;
}

async function shapeOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ shape: string }>(SHAPE);
  return rows[0]?.shape ?? "";
}

/** False when somebody comes back as often as they are sent away. */
async function renamed(client: Client, from: string, to: string): Promise<boolean> {
  for (let triesLeft = 3; triesLeft > 0; triesLeft -= 1) {
    await client.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", [from]);
    try {
      await client.query(`alter database ${from} rename to ${to}`);
      return true;
    } catch {
      // Somebody is connected again.
    }
  }
  return false;
}

/** Whoever is still connected. */
export async function drop(client: Client, database: string): Promise<void> {
  await client.query(`drop database if exists ${database} with (force)`);
}

/** Work on one database of the server, on a connection of its own. */
export async function inside<Result>(
  server: Server,
  database: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ ...server, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
