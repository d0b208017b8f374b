import { expect, test, vi } from "vitest";
import { testDatabase } from "../support/postgres.ts";
import { account, change, clientOn, event, hangingDoor, house, received, storeOn } from "./house.ts";

/** What a sender waits for before it hears 503, with room for a busy machine. */
const WITHIN_MS = 1_400;

async function timed(work: Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const startedAt = performance.now();
  const error = await work.then(
    () => undefined,
    (problem: unknown) => problem,
  );
  return { error, ms: performance.now() - startedAt };
}

test("a hung PostgreSQL is a fault within a second for whoever waits, and all is well when it goes on", async () => {
  const database = await testDatabase();
  const door = await hangingDoor(database.connection);
  const store = await storeOn({ ...database.connection, host: "127.0.0.1", port: door.port });
  await store.signals.keep([received("before")], 1);
  await store.events.append(change(event("incident-1", 1)));
  door.hang();
  const waiting = [
    store.signals.keep([received("during")], 1),
    store.events.append(change(event("incident-1", 2))),
    store.events.load("incident-1"),
    store.outbox.takeDue(1, 1, 1),
    store.messages.load("slack", "incident-1"),
    store.withLock("run-1", async () => {}),
    store.ping(),
  ].map((work) => timed(work));
  const late = new Promise((resolve) => setTimeout(resolve, 300)).then(() =>
    timed(store.signals.keep([received("late")], 1)),
  );
  for (const { error, ms } of await Promise.all([...waiting, late])) {
    expect(error).toMatchObject({ name: "Fault", kind: "timeout" });
    expect(ms).toBeLessThan(WITHIN_MS);
  }
  door.goOn();
  await vi.waitFor(() => store.ping(), { timeout: 10_000 });
  await store.signals.keep([received("during"), received("after")], 1);
  const { events } = await store.events.load("incident-1");
  expect(await store.events.append(change(event("incident-1", events.length + 1)))).toBe("stored");
  await store.close();
  await database.close();
});

test("when every connection is cut nothing crashes and the next call works", async () => {
  const { store, database } = await house();
  const client = await clientOn(database.connection);
  const cut = () =>
    client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()",
      [database.connection.database],
    );
  await store.ping();
  const answer = await store.withLock("run-1", async () => {
    await cut();
    return "worked on";
  });
  expect(answer).toEqual({ held: true, answer: "worked on" });
  await vi.waitFor(() => store.ping(), { timeout: 5_000 });
  expect(await store.withLock("run-1", async () => 1)).toEqual({ held: true, answer: 1 });
  expect(await store.signals.keep([received("1")], 1)).toEqual([account]);
});

test("a server that is not there is a fault at once", async () => {
  const door = await hangingDoor({ host: "/nowhere", port: 1 });
  const { error, ms } = await timed(
    storeOn({ host: "127.0.0.1", port: door.port, user: "x", database: "x", ssl: false }),
  );
  expect(error).toMatchObject({ name: "Fault", kind: "unavailable" });
  expect(ms).toBeLessThan(WITHIN_MS);
});

test("a pool that is exhausted is a fault within a second", async () => {
  const { store, database } = await house();
  const client = await clientOn(database.connection);
  await client.query("begin; lock table message in access exclusive mode");
  const loads = await Promise.all(Array.from({ length: 30 }, () => timed(store.messages.load("slack", "x"))));
  for (const { error, ms } of loads) {
    expect(error).toMatchObject({ name: "Fault", kind: "timeout" });
    expect(ms).toBeLessThan(WITHIN_MS);
  }
  await client.query("rollback");
  expect(await store.messages.load("slack", "x")).toEqual({ status: "none" });
});

test("a replica that stops in the middle of an append does not stop the others for long", async () => {
  const { store, database } = await house();
  const stopped = await clientOn({ ...database.connection });
  await stopped.query("set idle_in_transaction_session_timeout = 1950; begin; select from audit_head for update");
  expect(await timed(store.events.append(change(event("incident-1", 1))))).toMatchObject({
    error: { kind: "timeout" },
  });
  await vi.waitFor(() => store.events.append(change(event("incident-1", 1))), { timeout: 10_000 });
});
