import { expect, test } from "vitest";
import { GENESIS } from "../../src/audit/chain.ts";
import { verifyRecords } from "../../src/audit/verify.ts";
import { openAuditRecords } from "../../src/store/audit.ts";
import type { Connection } from "../../src/store/database.ts";
import {
  account,
  approvalId,
  auditKey,
  change,
  clientOn,
  event,
  followUp,
  house,
  incidentId,
  incidentRow,
  log,
  storeOn,
} from "./house.ts";

async function verify(connection: Connection) {
  const audit = openAuditRecords(connection, log);
  try {
    return await verifyRecords(audit.records(), auditKey);
  } finally {
    await audit.close();
  }
}

test("a stream is read back as it was written, with the time of the newest record of all", async () => {
  const { store } = await house();
  expect(await store.events.load("incident-1")).toEqual({ events: [], newestAtMs: 0 });
  expect(await store.events.append(change(event("incident-1", 1, { atMs: 5, data: { countries: ["LV"] } })))).toBe(
    "stored",
  );
  await store.events.append(change(event("incident-2", 1, { atMs: 9 })));
  await store.events.append(change(event("incident-1", 2, { atMs: 7, type: "incident-resolved" })));
  expect(await store.events.load("incident-1")).toEqual({
    events: [
      { sequence: 1, version: 1, atMs: 5, type: "incident-opened", data: { countries: ["LV"] } },
      { sequence: 3, version: 2, atMs: 7, type: "incident-resolved", data: { note: "x" } },
    ],
    newestAtMs: 9,
  });
  expect(await store.events.newestSequence(["incident-1", "incident-2"])).toBe(3);
  expect(await store.events.newestSequence(["incident-2"])).toBe(2);
  expect(await store.events.newestSequence(["incident-3"])).toBe(0);
});

test("a change whose version does not follow the newest one is a conflict, and nothing of it is written", async () => {
  const { store, database } = await house();
  await store.events.append(change(event("run-1", 1)));
  for (const version of [1, 3]) {
    const late = {
      drafts: [event("approval-9", 1), event("run-1", version)],
      followUps: [followUp("run", "9")],
      index: [incidentRow("9", "k", "open")],
    };
    expect(await store.events.append(late)).toBe("conflict");
  }
  expect(await store.audit.head()).toMatchObject({ sequence: 1 });
  expect(await store.outbox.load("run", "9")).toBeNull();
  expect(await store.incidents.latest("k")).toBeNull();
  expect(await verify(database.connection)).toMatchObject({ ok: true, count: 1 });
});

test("of two who append the same version at the same moment one wins, on one replica and on two", async () => {
  const { store, database } = await house();
  const second = await storeOn(database.connection);
  for (let version = 1; version <= 20; version++) {
    const answers = await Promise.all(
      [store, second, store, second].map((one) => one.events.append(change(event("approval-1", version)))),
    );
    expect(answers.filter((answer) => answer === "stored")).toHaveLength(1);
  }
  expect(await verify(database.connection)).toMatchObject({ ok: true, count: 20 });
});

test("the chain has no gap and no fork under 50 concurrent appends of two replicas", async () => {
  const { store, database } = await house();
  const second = await storeOn(database.connection);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? store : second).events.append(
        change(event(`incident-${index}`, 1), event(`incident-${index}`, 2)),
      ),
    ),
  );
  expect(new Set(answers)).toEqual(new Set(["stored"]));
  expect(await verify(database.connection)).toMatchObject({ ok: true, count: 100 });
});

test("refusals have no version, are not folded and make nobody's decision stale", async () => {
  const { store } = await house();
  await store.events.append(change(event("approval-1", 1)));
  await store.events.append(change(event("approval-1", null)));
  await store.events.append(change(event("approval-1", null)));
  expect((await store.events.load("approval-1")).events).toHaveLength(1);
  expect(await store.events.append(change(event("approval-1", 2)))).toBe("stored");
  expect((await store.audit.after(0, 10)).map(({ version }) => version)).toEqual([1, null, null, 2]);
});

test("two incidents with one dedup key cannot be open at once", async () => {
  const { store } = await house();
  const open = (id: string, status = "open") =>
    store.events.append({ ...change(event(`incident-${id}`, 1)), index: [incidentRow(id, "AC2.toll-fraud", status)] });
  const answers = await Promise.all([open("1"), open("2"), open("3")]);
  expect(answers.filter((answer) => answer === "stored")).toHaveLength(1);
  const [first] = await store.incidents.unresolved();
  if (first === undefined) throw new Error("no incident is open");
  const resolve = {
    ...change(event(`incident-${first}`, 2)),
    index: [incidentRow(first, "AC2.toll-fraud", "resolved")],
  };
  expect(await store.events.append(resolve)).toBe("stored");
  expect(await open("4")).toBe("stored");
  expect(await store.incidents.latest("AC2.toll-fraud")).toBe("4");
  expect(await store.incidents.unresolved()).toEqual(["4"]);
});

test("one change that cannot be stored does not take its neighbours with it", async () => {
  const { store, database } = await house();
  const endless = event("incident-0", 1, { data: { value: Number.POSITIVE_INFINITY } });
  const settled = await Promise.allSettled([
    store.events.append(change(event("incident-1", 1))),
    store.events.append(change(endless)),
    store.events.append(change(event("incident-2", 1))),
    store.events.append(change(event("incident-3", 1))),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(await verify(database.connection)).toMatchObject({ ok: true, count: 3 });
});

test("index rows follow the newest event", async () => {
  const { store } = await house();
  const row = (id: string, status: string) =>
    ({
      table: "approval",
      id: approvalId(id),
      incidentId: incidentId("7"),
      remediation: "suspend-subaccount",
      status,
      undoOf: null,
      expiresAtMs: 1,
      changedAtMs: 1,
    }) as const;
  await store.events.append({ ...change(event("approval-b", 1)), index: [row("b", "pending"), row("b", "granted")] });
  await store.events.append({ ...change(event("approval-a", 1)), index: [row("a", "pending")] });
  await store.events.append({ ...change(event("approval-b", 2)), index: [row("b", "denied")] });
  expect(await store.incidents.approvalsOf(incidentId("7"))).toEqual(["b", "a"]);
  expect(await store.incidents.approvalsOf(incidentId("8"))).toEqual([]);
});

test("incident numbers are short and never given twice", async () => {
  const { store } = await house();
  const ids = await Promise.all(Array.from({ length: 10 }, () => store.incidents.nextId()));
  expect(new Set(ids).size).toBe(10);
  expect(ids).toContain("1");
});

test("the store's records verify, and no longer after one character was changed by SQL or a record deleted", async () => {
  const { store, database } = await house();
  expect(await store.audit.head()).toEqual(GENESIS);
  for (let version = 1; version <= 5; version++)
    await store.events.append(change(event("incident-1", version, { data: { price: 0.1, text: 'é"\u0000\n' } })));
  expect(await verify(database.connection)).toMatchObject({ ok: true, count: 5, head: await store.audit.head() });

  const client = await clientOn(database.connection);
  await client.query(`update audit_record set body = replace(body, '0.1', '0.2') where sequence = 3`);
  expect(await verify(database.connection)).toMatchObject({ ok: false, sequence: 3 });
  await client.query(`update audit_record set body = replace(body, '0.2', '0.1') where sequence = 3`);
  expect(await verify(database.connection)).toMatchObject({ ok: true });

  await client.query("delete from audit_record where sequence = 5");
  expect(await verify(database.connection)).toMatchObject({ ok: true, count: 4 });
  // The head still knows of the fifth: what is appended next shows the hole.
  await store.events.append(change(event("incident-2", 1)));
  expect(await verify(database.connection)).toMatchObject({ ok: false, sequence: 5, reason: "is missing" });
});

test("records can be read without a store, and a database without any says so", async () => {
  const { store, database } = await house();
  await store.events.append(change(event("incident-1", 1, { accountSid: account })));
  const client = await clientOn(database.connection);
  await client.query("alter table audit_record rename to gone");
  await expect(verify(database.connection)).rejects.toMatchObject({ kind: "not-found" });
});

test("the audit channel's progress only grows, and a post whose answer was lost is remembered", async () => {
  const { store } = await house();
  expect(await store.audit.posted("slack")).toEqual({ upTo: 0, begunUpTo: null, begunAtMs: 0 });
  await store.audit.beginPost("slack", 4, 1_000);
  expect(await store.audit.posted("slack")).toEqual({ upTo: 0, begunUpTo: 4, begunAtMs: 1_000 });
  await store.audit.markPosted("slack", 4);
  await store.audit.beginPost("slack", 6, 2_000);
  await store.audit.cancelPost("slack");
  await store.audit.markPosted("slack", 2);
  expect(await store.audit.posted("slack")).toMatchObject({ upTo: 4, begunUpTo: null });
  expect(await store.audit.posted("teams")).toMatchObject({ upTo: 0, begunUpTo: null });
});
