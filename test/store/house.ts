import { createServer, connect as dial, type Socket } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { onTestFinished } from "vitest";
import type { Actor, AuditDraft } from "../../src/audit/envelope.ts";
import type { AccountSid, ApprovalId, IncidentId } from "../../src/lib/id.ts";
import { createLog } from "../../src/lib/log.ts";
import { Secret } from "../../src/lib/secret.ts";
import type { ErrorSignal, ReceivedSignal } from "../../src/signal/contract.ts";
import type { Connection } from "../../src/store/database.ts";
import { createStore } from "../../src/store/store.ts";
import type { Change, FollowUp, IndexRow, Store } from "../../src/workflow/ports.ts";
import { type TestDatabase, testDatabase } from "../support/postgres.ts";

export const auditKey = new Secret("1f".repeat(32));
export const account = `AC${"2".repeat(32)}` as AccountSid;
export const otherAccount = `AC${"3".repeat(32)}` as AccountSid;
export const log = createLog("silent");

/** A store on a database of this test's own; both are gone when the test is over. */
export async function house(): Promise<{ store: Store; database: TestDatabase }> {
  const database = await testDatabase();
  onTestFinished(() => database.close());
  return { store: await storeOn(database.connection), database };
}

/** Another replica on the same database. */
export async function storeOn(connection: Connection): Promise<Store> {
  const store = await createStore({ connection, auditKey, log });
  onTestFinished(() => store.close());
  return store;
}

export async function clientOn(connection: Connection): Promise<Client> {
  const client = new Client(connection);
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const actor: Actor = { kind: "twilio" };

export function event(stream: string, version: number | null, part: Partial<AuditDraft> = {}): AuditDraft {
  return {
    stream,
    version,
    atMs: 1_000,
    actor,
    cause: "signal",
    type: version === null ? "refused" : "incident-opened",
    accountSid: account,
    incidentId: null,
    what: null,
    data: { note: "x" },
    ...part,
  };
}

export function change(...drafts: readonly AuditDraft[]): Change {
  return { drafts, followUps: [], index: [] };
}

type IncidentRow = Extract<IndexRow, { readonly table: "incident" }>;

export function incidentRow(
  id: string,
  dedupKey: string,
  status: string,
  part: Partial<IncidentRow> = {},
): IncidentRow {
  return {
    table: "incident",
    id: id as IncidentId,
    dedupKey,
    accountSid: account,
    threat: "toll-fraud",
    status,
    openedAtMs: 1,
    changedAtMs: 1,
    ...part,
  };
}

export const approvalId = (id: string): ApprovalId => id as ApprovalId;
export const incidentId = (id: string): IncidentId => id as IncidentId;
export const followUp = (job: FollowUp["job"], key: string, dueAtMs: number | null = null): FollowUp => ({
  job,
  key,
  dueAtMs,
});

export const MINUTE = 60_000;

export function received(sourceKey: string, part: Partial<ErrorSignal> = {}): ReceivedSignal {
  const signal: ErrorSignal = {
    kind: "error",
    accountSid: account,
    atMs: 10 * MINUTE,
    code: "32203",
    level: "error",
    resourceSid: null,
    ...part,
  };
  return { sourceKey, signal };
}

/** A door to PostgreSQL that can stop passing anything on, as a hung server or a dead network does. */
export async function hangingDoor(to: { readonly host: string; readonly port: number }) {
  const sockets = new Set<Socket>();
  let isHung = false;
  const server = createServer((visitor) => {
    const behind = dial(join(to.host, `.s.PGSQL.${to.port}`));
    for (const [from, into] of [
      [visitor, behind],
      [behind, visitor],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("data", (chunk) => into.write(chunk));
      from.on("close", () => {
        sockets.delete(from);
        into.destroy();
      });
      if (isHung) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the door has no port");
  return {
    port: address.port,
    hang() {
      isHung = true;
      for (const socket of sockets) socket.pause();
    },
    goOn() {
      isHung = false;
      for (const socket of sockets) socket.resume();
    },
  };
}
