import { expect, test } from "vitest";
import { account, clientOn, house, MINUTE, otherAccount, received, storeOn } from "./house.ts";

async function count(client: Awaited<ReturnType<typeof clientOn>>, table: string): Promise<number> {
  const { rows } = await client.query(`select count(*)::int as count from ${table}`);
  return rows[0].count;
}

test("the same delivery 46 times is one signal, at once or later, on one replica and on two", async () => {
  const { store, database } = await house();
  const second = await storeOn(database.connection);
  const deliver = (one: typeof store) => one.signals.keep([received("token-1")], 1);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => deliver(index % 2 === 0 ? store : second)),
  );
  for (let again = 0; again < 6; again++) answers.push(await deliver(store));
  expect(answers.filter((accounts) => accounts.length > 0)).toEqual([[account]]);
  expect(await store.signals.fold(account, 1)).toBe(1);
});

test("a delivery answers which accounts got something new", async () => {
  const { store } = await house();
  const both = [received("a"), received("b", { accountSid: otherAccount }), received("c")];
  expect(await store.signals.keep(both, 1)).toEqual([account, otherAccount]);
  expect(await store.signals.keep([received("a"), received("d", { accountSid: otherAccount })], 1)).toEqual([
    otherAccount,
  ]);
  expect(await store.signals.keep([], 1)).toEqual([]);
  expect([...(await store.signals.pendingAccounts())].sort()).toEqual([account, otherAccount]);
  await store.signals.fold(account, 1);
  expect(await store.signals.pendingAccounts()).toEqual([otherAccount]);
});

test("signals fold into one bucket for each series and minute, with the newest shown", async () => {
  const { store } = await house();
  await store.signals.keep(
    [
      received("1", { atMs: 10 * MINUTE + 5 }),
      received("2", { atMs: 10 * MINUTE + 9, resourceSid: "CA9" }),
      received("3", { atMs: 10 * MINUTE + 7, code: "20003" }),
      received("4", { atMs: 11 * MINUTE }),
    ],
    1,
  );
  expect(await store.signals.fold(account, 1)).toBe(4);
  // Late and out of order: it counts, and does not become the newest.
  await store.signals.keep([received("5", { atMs: 10 * MINUTE + 1, resourceSid: "CA1" })], 2);
  expect(await store.signals.fold(account, 2)).toBe(1);
  expect(await store.signals.fold(account, 3)).toBe(0);
  const buckets = await store.signals.bucketsSince(account, 0);
  expect(buckets).toMatchObject([
    { minute: 10, series: "error:20003", count: 1 },
    {
      minute: 10,
      series: "error:32203",
      count: 3,
      last: { resourceSid: "CA9" },
      firstAtMs: 10 * MINUTE + 1,
      lastAtMs: 10 * MINUTE + 9,
    },
    { minute: 11, series: "error:32203", count: 1 },
  ]);
  expect(await store.signals.bucketsSince(account, 11 * MINUTE + 30_000)).toHaveLength(1);
  expect(await store.signals.bucketsSince(otherAccount, 0)).toEqual([]);
});

test("folding leaves a detect wish in the same transaction, and none when nothing was new", async () => {
  const { store } = await house();
  await store.signals.fold(account, 5);
  expect(await store.outbox.load("detect", account)).toBeNull();
  await store.signals.keep([received("1")], 1);
  await store.signals.fold(account, 5);
  expect(await store.outbox.load("detect", account)).toMatchObject({ dueAtMs: null, sinceMs: 5, attempts: 0 });
});

test("concurrent folders count each signal exactly once", async () => {
  const { store, database } = await house();
  const second = await storeOn(database.connection);
  let folded = 0;
  for (let round = 0; round < 10; round++) {
    const signals = Array.from({ length: 50 }, (_, index) => received(`${round}-${index}`));
    const [, , ...counts] = await Promise.all([
      store.signals.keep(signals.slice(0, 25), 1),
      second.signals.keep(signals.slice(25), 1),
      store.signals.fold(account, 1),
      second.signals.fold(account, 1),
    ]);
    folded += counts.reduce((sum, one) => sum + one, 0);
  }
  folded += await store.signals.fold(account, 1);
  expect(folded).toBe(500);
  expect(await store.signals.bucketsSince(account, 0)).toMatchObject([{ count: 500 }]);
});

test("the 100,000th signal of an incident adds no row beyond its own: the bucket only counts", async () => {
  const { store, database } = await house();
  const client = await clientOn(database.connection);
  // As if they had come before: the rows are those that `keep` writes.
  await client.query(
    "insert into signal (account_sid, received_at_ms, body) select $1, 1, $2::json from generate_series(1, 99999)",
    [account, JSON.stringify(received("x").signal)],
  );
  expect(await store.signals.fold(account, 1)).toBe(99_999);
  const tables = ["bucket", "outbox", "audit_record", "observation", "message"];
  const countAll = async () => {
    const counts: number[] = [];
    for (const table of tables) counts.push(await count(client, table));
    return counts;
  };
  const before = await countAll();
  await store.signals.keep([received("last")], 1);
  expect(await store.signals.fold(account, 1)).toBe(1);
  expect(await countAll()).toEqual(before);
  expect(await store.signals.bucketsSince(account, 0)).toMatchObject([{ count: 100_000 }]);
});

test("one signal that cannot be stored does not take its neighbours with it", async () => {
  const { store } = await house();
  const settled = await Promise.allSettled([
    store.signals.keep([received("1")], 1),
    store.signals.keep([received("nul \u0000 is no text for PostgreSQL")], 1),
    store.signals.keep([received("2")], 1),
    store.signals.keep([received("3")], 1),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(await store.signals.fold(account, 1)).toBe(3);
});

test("old signals are forgotten, new ones, unread ones and delivery keys stay", async () => {
  const { store, database } = await house();
  await store.signals.keep([received("old", { atMs: 1 })], 1_000);
  await store.signals.fold(account, 1);
  await store.signals.keep([received("unread", { accountSid: otherAccount })], 1_000);
  await store.signals.keep([received("new", { atMs: 9_000_000 })], 9_000_000);
  await store.signals.fold(account, 1);
  const client = await clientOn(database.connection);
  await client.query("update delivery set received_at_ms = $1 where source_key <> 'new'", [Date.now()]);
  await store.signals.forgetBefore(5_000_000);
  expect(await store.signals.bucketsSince(account, 0)).toHaveLength(1);
  expect(await count(client, "signal")).toBe(2);
  expect(await store.signals.pendingAccounts()).toEqual([otherAccount]);
  // 9,000 seconds after 1970 is more than 400 days ago.
  expect(await store.signals.keep([received("old"), received("unread")], 1)).toEqual([]);
  expect(await store.signals.keep([received("new")], 1)).toEqual([account]);
});

test("no table of millions of buckets is read through to find the old ones", async () => {
  const { database } = await house();
  const client = await clientOn(database.connection);
  // So few rows are read through in any case, unless that is forbidden.
  await client.query("set enable_seqscan = off; set enable_bitmapscan = off");
  const plan = async (which: string) => {
    const { rows } = await client.query(`explain select ctid from bucket where ${which} limit 10`);
    return rows.map((row) => row["QUERY PLAN"]).join(" ");
  };
  // Indexes are built beside the work.
  const soon = { timeout: 20_000, interval: 50 };
  await expect.poll(() => plan("minute < 5"), soon).toContain("using bucket_by_minute");
  await expect.poll(() => plan("minute < 5 and series ^@ 'reading:'"), soon).toContain("using bucket_of_readings");
});

test("a signal that waited for hours counts from when it is folded: the rules must not look past it", async () => {
  const { store } = await house();
  await store.signals.keep([received("late", { atMs: MINUTE })], MINUTE);
  const laterMs = MINUTE + 3 * 60 * MINUTE;
  expect(await store.signals.fold(account, laterMs)).toBe(1);
  const [bucket] = await store.signals.bucketsSince(account, laterMs - 60 * MINUTE);
  expect(bucket).toMatchObject({ count: 1, firstAtMs: laterMs, lastAtMs: laterMs });
  // And is no burst of now.
  expect(bucket?.last).toMatchObject({ atMs: laterMs, happenedAtMs: MINUTE });
});
