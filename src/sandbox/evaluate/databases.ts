import { Client } from "pg";
import { randomId } from "../../lib/id.ts";
import type { Connection } from "../../store/database.ts";

/** Databases of one server that live as long as an evaluation. */
export interface Databases {
  create(): Promise<Connection>;
  /** Nobody may be connected to the original. */
  copy(original: Connection): Promise<Connection>;
  drop(connection: Connection): Promise<void>;
}

export function databasesOf(server: Connection): Databases {
  async function command(sql: string): Promise<void> {
    const client = new Client(server);
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  async function make(from: string): Promise<Connection> {
    const database = `evaluation_${randomId()
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "")}`;
    await command(`create database ${database} ${from}`);
    // Nothing of this has to survive a power cut.
    await command(`alter database ${database} set synchronous_commit = off`);
    return { ...server, database };
  }

  return {
    create: () => make(""),
    copy: ({ database }) => make(`template ${database}`),
    drop: ({ database }) => command(`drop database if exists ${database} with (force)`),
  };
}
