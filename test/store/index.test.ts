import { expect, onTestFinished, test } from "vitest";
import type { SilenceId } from "../../src/lib/id.ts";
import { openDatabase } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { migrations } from "../../src/store/migrations/index.ts";
import type { IndexRow } from "../../src/workflow/ports.ts";
import { testDatabase } from "../support/postgres.ts";
import {
  account,
  approvalId,
  change,
  clientOn,
  event,
  house,
  incidentId,
  incidentRow,
  log,
  otherAccount,
  storeOn,
} from "./house.ts";

const silence = (id: string, part: Partial<Extract<IndexRow, { readonly table: "silence" }>> = {}): IndexRow => ({
  table: "silence",
  id: id as SilenceId,
  accountSid: account,
  threat: null,
  status: "active",
  untilMs: 1,
  ...part,
});

async function indexed(...index: readonly IndexRow[]) {
  const { store } = await house();
  await store.events.append({ ...change(event("incident-1", 1)), index });
  return store;
}

test("incidents are listed: unresolved ones of an account, and the newest of all first", async () => {
  const store = await indexed(
    incidentRow("1", "k1", "resolved"),
    incidentRow("2", "k2", "open"),
    incidentRow("3", "k3", "open", { accountSid: otherAccount }),
    incidentRow("4", "k4", "contained"),
  );
  expect(await store.incidents.unresolvedOf(account)).toEqual(["2", "4"]);
  expect(await store.incidents.unresolvedOf(otherAccount)).toEqual(["3"]);
  expect(await store.incidents.newest(3)).toEqual(["4", "3", "2"]);
});

test("what was opened since is known by its threat, resolved or not, and stays where it was opened", async () => {
  const store = await indexed(
    incidentRow("1", "k1", "resolved", { openedAtMs: 10 }),
    incidentRow("2", "k2", "open", { openedAtMs: 20 }),
    incidentRow("3", "k3", "open", { openedAtMs: 30, threat: "sip-attack" }),
    incidentRow("4", "k4", "open", { openedAtMs: 30, accountSid: otherAccount }),
    incidentRow("2", "k2", "resolved", { openedAtMs: 20, changedAtMs: 99 }),
  );
  expect(await store.incidents.openedSince(account, null, 20)).toEqual([
    { id: "2", threat: "toll-fraud", openedAtMs: 20 },
    { id: "3", threat: "sip-attack", openedAtMs: 30 },
  ]);
  expect((await store.incidents.openedSince(account, "toll-fraud", 0)).map(({ id }) => id)).toEqual(["1", "2"]);
});

test("requests that wait are found, oldest first, until they are settled", async () => {
  const row = (id: string, status: string): IndexRow => ({
    table: "approval",
    id: approvalId(id),
    incidentId: incidentId("7"),
    remediation: "suspend-subaccount",
    status,
    undoOf: null,
    expiresAtMs: 1,
    changedAtMs: 1,
  });
  const store = await indexed(row("b", "pending"), row("a", "pending"), row("c", "granted"));
  expect(await store.incidents.pendingApprovals()).toEqual(["b", "a"]);
  await store.events.append({ ...change(event("approval-b", 1)), index: [row("b", "expired")] });
  expect(await store.incidents.pendingApprovals()).toEqual(["a"]);
});

test("silences are found while they are active, the one that ends next first", async () => {
  const store = await indexed(
    silence("s1", { untilMs: 30 }),
    silence("s2", { untilMs: 20, threat: "toll-fraud" }),
    silence("s3", { untilMs: 10, accountSid: otherAccount }),
    silence("s4", { untilMs: 5 }),
  );
  await store.events.append({
    ...change(event("silence-s4", 1)),
    index: [silence("s4", { status: "over" })],
  });
  expect(await store.silences.active()).toEqual(["s3", "s2", "s1"]);
  expect(await store.silences.activeOf(account)).toEqual(["s2", "s1"]);
});

test("what a platform says of a conversation is given back as it came, and the newest counts", async () => {
  const { store } = await house();
  const reference = {
    serviceUrl: "https://smba.example.com/emea/",
    text: 'é"\u0000',
    count: 1.5,
    none: null,
    list: [1],
  };
  expect(await store.conversations.load("teams", "19:a@thread.tacv2")).toBeNull();
  await store.conversations.save("teams", "19:a@thread.tacv2", reference, 1);
  await store.conversations.save("teams", "19:a@thread.tacv2", reference, 2);
  expect(await store.conversations.load("teams", "19:a@thread.tacv2")).toEqual(reference);
  await store.conversations.save("teams", "19:a@thread.tacv2", { serviceUrl: "https://other.example.com/" }, 3);
  expect(await store.conversations.load("teams", "19:a@thread.tacv2")).toEqual({
    serviceUrl: "https://other.example.com/",
  });
  expect(await store.conversations.load("slack", "19:a@thread.tacv2")).toBeNull();
});

test("incidents of an older version are brought along, and so are those that it still writes beside this one", async () => {
  const database = await testDatabase("none");
  onTestFinished(() => database.close());
  const older = openDatabase(database.connection, "background", log);
  const { "0001-first-tables": first } = migrations;
  if (first === undefined) throw new Error("there is no first migration");
  await migrate(older.db, log, { "0001-first-tables": first });
  const client = await clientOn(database.connection);
  const insert = (id: string, atMs: number) =>
    client.query(
      "insert into incident_index (id, dedup_key, account_sid, status, changed_at_ms) values ($1, $2, $3, 'resolved', $4)",
      [id, `${account}.errors-32203`, account, atMs],
    );
  await insert("1", 10);
  await older.end();
  const store = await storeOn(database.connection);
  await insert("2", 20);
  expect(await store.incidents.openedSince(account, "errors-32203", 0)).toEqual([
    { id: "1", threat: "errors-32203", openedAtMs: 10 },
    { id: "2", threat: "errors-32203", openedAtMs: 20 },
  ]);
  await store.events.append({
    ...change(event("incident-2", 1)),
    index: [incidentRow("2", `${account}.errors-32203`, "resolved", { threat: "errors-32203", openedAtMs: 15 })],
  });
  expect(await store.incidents.openedSince(account, null, 15)).toEqual([
    { id: "2", threat: "errors-32203", openedAtMs: 15 },
  ]);
});
