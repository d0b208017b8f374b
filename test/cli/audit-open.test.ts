import { Client } from "pg";
import { expect, test } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { loadOrMakeAuditKey } from "../../src/store/audit-key.ts";
import { startEmbedded } from "../../src/store/embedded/index.ts";
import { createStore } from "../../src/store/store.ts";
import { newFolder, startTollgate } from "./tollgate.ts";

test("audit open keeps the embedded database running for psql, until Ctrl-C", async () => {
  const dataDir = newFolder();
  const log = createLog("silent");
  const server = await startEmbedded({ dataDir, log, exclusive: true });
  const auditKey = await loadOrMakeAuditKey(dataDir);
  await (await createStore({ connection: server.connection, auditKey, log })).close();
  await server.stop();

  const opened = await startTollgate(["audit", "open"], { env: { DATA_DIR: dataDir } });
  const line = await opened.line("psql -h ");
  const [, host] = /^psql -h (\S+) -U tollgate tollgate$/.exec(line) ?? [];
  const connection = { ...server.connection, host: host ?? "" };
  const client = new Client(connection);
  await client.connect();
  expect((await client.query("select count(*)::int as count from audit_record")).rows).toEqual([{ count: 0 }]);
  await client.end();

  opened.process.kill("SIGINT");
  expect((await opened.ended).code).toBe(0);
  await expect(new Client(connection).connect()).rejects.toThrow();
});

test("audit open has nothing to do for a database that runs by itself", async () => {
  const env = { DATABASE_URL: "postgres://localhost/none", AUDIT_KEY: "a".repeat(64) };
  const { ended } = await startTollgate(["audit", "open"], { env });
  expect(await ended).toMatchObject({ code: 2, stderr: expect.stringContaining("DATABASE_URL is set") });
});
