import { Client } from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { createQueue } from "../../src/queue/queue.ts";
import { hangingDoor } from "../store/house.ts";
import { testDatabase } from "../support/postgres.ts";

/** The promise is a second; the rest is for a busy machine. */
const WITHIN_MS = 1_400;

async function workingQueue(connection: object, lines: string[] = []) {
  const log = createLog("info", { write: (line) => lines.push(line) });
  const queue = await createQueue({ backend: { connection }, log });
  onTestFinished(() => queue.close(100));
  const handled: string[] = [];
  await queue.start(async (_job, key) => void handled.push(key));
  return { queue, handled };
}

test("a hung PostgreSQL is a fault within a second, and jobs are handled when it goes on", async () => {
  const { connection, close } = await testDatabase();
  onTestFinished(close);
  const door = await hangingDoor(connection);
  const { queue, handled } = await workingQueue({ ...connection, host: "127.0.0.1", port: door.port });
  await queue.add("detect", "AC1");
  await vi.waitFor(() => expect(handled).toEqual(["AC1"]));
  door.hang();
  const startedAt = performance.now();
  for (const settled of await Promise.allSettled([queue.add("detect", "AC2"), queue.ping()]))
    expect(settled).toMatchObject({ status: "rejected", reason: { name: "Fault", kind: "timeout" } });
  expect(performance.now() - startedAt).toBeLessThan(WITHIN_MS);
  door.goOn();
  await vi.waitFor(() => queue.add("detect", "AC3"), { timeout: 5_000, interval: 50 });
  await vi.waitFor(() => expect(handled).toContain("AC3"), { timeout: 15_000 });
});

test("a PostgreSQL that is away for a while neither crashes us, nor fills the log, nor stops the workers", async () => {
  const { connection, close } = await testDatabase();
  onTestFinished(close);
  const lines: string[] = [];
  const { queue, handled } = await workingQueue(connection, lines);
  const operator = new Client({ ...connection, database: "postgres" });
  await operator.connect();
  onTestFinished(() => operator.end());
  await operator.query(`alter database ${connection.database} allow_connections false`);
  await operator.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
    connection.database,
  ]);
  const before = process.cpuUsage();
  await expect(queue.add("detect", "AC1")).rejects.toMatchObject({ name: "Fault" });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { user, system } = process.cpuUsage(before);
  // A loop that tries without a pause would use most of a core.
  expect((user + system) / 1_000).toBeLessThan(1_000);
  expect(lines.length).toBeLessThan(5);
  await operator.query(`alter database ${connection.database} allow_connections true`);
  await vi.waitFor(() => queue.add("detect", "AC2"), { timeout: 5_000, interval: 50 });
  await vi.waitFor(() => expect(handled).toContain("AC2"), { timeout: 15_000 });
});
