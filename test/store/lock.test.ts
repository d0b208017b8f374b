import { expect, test, vi } from "vitest";
import { clientOn, house, storeOn } from "./house.ts";

test("a lock is held by one worker, on one replica and on two, and is free again when the work is over", async () => {
  const { store, database } = await house();
  const second = await storeOn(database.connection);
  const held = await store.withLock("run-1", async () => {
    expect(await store.withLock("run-1", async () => "never")).toEqual({ held: false });
    expect(await second.withLock("run-1", async () => "never")).toEqual({ held: false });
    expect(await second.withLock("run-2", async () => "other")).toEqual({ held: true, answer: "other" });
    return "mine";
  });
  expect(held).toEqual({ held: true, answer: "mine" });
  expect(await second.withLock("run-1", async () => "free")).toEqual({ held: true, answer: "free" });
});

test("work that throws frees its lock and its error is told", async () => {
  const { store } = await house();
  await expect(store.withLock("run-1", () => Promise.reject(new Error("a bug")))).rejects.toThrow("a bug");
  expect(await store.withLock("run-1", async () => 1)).toEqual({ held: true, answer: 1 });
});

test("a lock dies with the connection of its holder", async () => {
  const { store, database } = await house();
  const holder = await clientOn(database.connection);
  await holder.query("select pg_advisory_lock(hashtextextended('run-1', 0))");
  expect(await store.withLock("run-1", async () => 1)).toEqual({ held: false });
  await holder.end();
  await vi.waitFor(async () => expect(await store.withLock("run-1", async () => 1)).toMatchObject({ held: true }));
});

test("many locks at once leave requests their connections", async () => {
  const { store } = await house();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = Array.from({ length: 20 }, (_, index) => store.withLock(`run-${index}`, () => released));
  await store.ping();
  await store.events.load("incident-1");
  release();
  expect((await Promise.all(held)).every((one) => one.held)).toBe(true);
});
