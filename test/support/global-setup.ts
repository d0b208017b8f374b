import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { createLog } from "../../src/lib/log.ts";
import { type EmbeddedServer, startEmbedded } from "../../src/store/embedded/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Socket that answers the test server's connection as one JSON document. */
    readonly postgresDoor: string;
  }
}

/**
 * One PostgreSQL server for all workers of a run. It starts at the first knock, so a run of pure tests does not pay for it,
 * and ends with the run.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-tests-"));
  let server: Promise<EmbeddedServer> | undefined;
  const door = createServer((visitor) => {
    visitor.on("error", () => {});
    server ??= startEmbedded({ dataDir: folder, log: createLog("silent"), exclusive: true });
    server.then(
      ({ connection }) => visitor.end(JSON.stringify(connection)),
      (error: unknown) => visitor.end(JSON.stringify({ problem: String(error) })),
    );
  });
  const address = join(folder, "door");
  door.listen(address);
  await once(door, "listening");
  project.provide("postgresDoor", address);
  return async () => {
    door.close();
    await (await server?.catch(() => undefined))?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
