import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import { z } from "zod";
import { randomId } from "../../src/lib/id.ts";
import type { EmbeddedServer } from "../../src/store/embedded/index.ts";
import { drop, giveBack, inside, takeFree } from "./reuse.ts";
import { TEMPLATE } from "./template.ts";

const Answer = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  database: z.string(),
  ssl: z.literal(false),
});

export interface TestDatabase {
  /** For `pg.Pool`. The server is real and shared; the database holds nothing and is this test's own. */
  readonly connection: EmbeddedServer["connection"];
  /** It is gone for everybody, whoever is still connected. */
  close(): Promise<void>;
}

/** `tables`: ours, as all migrations made them; `none`: for tests of the migrations themselves. */
export async function testDatabase(has: "tables" | "none" = "tables"): Promise<TestDatabase> {
  const server = Answer.parse(JSON.parse(await text(connect(inject("postgresDoor")))));
  if (has === "tables") {
    const database = (await takeFree(server)) ?? (await create(server, ` template ${TEMPLATE}`));
    return { connection: { ...server, database }, close: () => giveBack(server, database) };
  }
  const database = await create(server);
  return {
    connection: { ...server, database },
    close: () => inside(server, server.database, (client) => drop(client, database)),
  };
}

/** The same as an address, for a process of its own that is told `DATABASE_URL`. */
export function databaseUrl({ host, port, user, database }: EmbeddedServer["connection"]): string {
  return `postgresql://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}

async function create(server: EmbeddedServer["connection"], like = ""): Promise<string> {
  const database = `t_${randomId()}`;
  await inside(server, server.database, (client) => client.query(`create database ${database}${like}`));
  return database;
}
