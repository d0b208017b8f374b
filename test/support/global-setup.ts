import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { createLog } from "../../src/lib/log.ts";
import { Secret } from "../../src/lib/secret.ts";
import { type EmbeddedServer, startEmbedded } from "../../src/store/embedded/index.ts";
import { createStore } from "../../src/store/store.ts";
import { buildUnlessFresh } from "./fresh-build.ts";
import { notePristine } from "./reuse.ts";
import { TEMPLATE } from "./template.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Socket that answers the test server's connection as one JSON document. */
    readonly postgresDoor: string;
    /** Socket that answers, with one JSON document, once `dist/` is built. */
    readonly buildDoor: string;
  }
}

/**
 * One PostgreSQL server and one build for all workers of a run. Each begins at the first knock, so a run of pure tests pays for
 * neither, and the server ends with the run.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-tests-"));
  let server: Promise<EmbeddedServer> | undefined;
  let template: Promise<void> | undefined;
  const postgresDoor = await openDoor(join(folder, "door"), async () => {
    server ??= startEmbedded({ dataDir: folder, log: createLog("silent"), exclusive: true });
    template ??= server.then(makeTemplate);
    await template;
    return (await server).connection;
  });
  let build: Promise<void> | undefined;
  const buildDoor = await openDoor(join(folder, "build"), async () => {
    build ??= buildUnlessFresh();
    await build;
    return {};
  });
  project.provide("postgresDoor", join(folder, "door"));
  project.provide("buildDoor", join(folder, "build"));
  return async () => {
    postgresDoor.close();
    buildDoor.close();
    await (await server?.catch(() => undefined))?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Most tests want the tables and no history: copying them is much quicker than every migration again. */
async function makeTemplate({ connection }: EmbeddedServer): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    await client.query(`create database ${TEMPLATE}`);
    const log = createLog("silent");
    const store = await createStore({
      connection: { ...connection, database: TEMPLATE },
      auditKey: new Secret("template"),
      log,
    });
    await store.close();
    await notePristine(connection);
  } finally {
    await client.end();
  }
}

/** Answers every visitor with one JSON document: what `answer` gives, or `problem`. */
async function openDoor(address: string, answer: () => Promise<object>): Promise<Server> {
  const door = createServer((visitor) => {
    visitor.on("error", () => {});
    answer().then(
      (content) => visitor.end(JSON.stringify(content)),
      (error: unknown) => visitor.end(JSON.stringify({ problem: String(error) })),
    );
  });
  door.listen(address);
  await once(door, "listening");
  return door;
}
