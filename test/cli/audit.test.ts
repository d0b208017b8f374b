import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { AuditDraft } from "../../src/audit/envelope.ts";
import { createLog } from "../../src/lib/log.ts";
import { startSlackStandIn } from "../../src/sandbox/slack/stand-in.ts";
import { loadOrMakeAuditKey } from "../../src/store/audit-key.ts";
import { type EmbeddedServer, startEmbedded } from "../../src/store/embedded/index.ts";
import { createStore } from "../../src/store/store.ts";
import { draft } from "../audit/records.ts";
import { makeFolder, newFolder, tollgate } from "./tollgate.ts";

const log = createLog("silent");
let dataDir: string;
/** Runs during most of these tests, as under a Tollgate at work. */
let server: EmbeddedServer;

const story: readonly AuditDraft[] = [
  draft({ type: "incident-opened", version: 1, actor: { kind: "twilio" } }),
  draft({ type: "incident-acknowledged", version: 2 }),
  draft({ type: "refused", version: null, data: { attempted: "approve", refusal: "own-request" } }),
  draft({ type: "incident-resolved", version: 3, atMs: Date.UTC(2026, 3, 1) }),
  draft({
    stream: "incident-8",
    type: "incident-opened",
    version: 1,
    incidentId: "8",
    data: { alert: { summary: '=1,"x"' } },
  }),
];

beforeAll(async () => {
  dataDir = makeFolder();
  server = await startEmbedded({ dataDir, log, exclusive: true });
  const auditKey = await loadOrMakeAuditKey(dataDir);
  const store = await createStore({ connection: server.connection, auditKey, log });
  for (const one of story) await store.events.append({ drafts: [one], followUps: [], index: [] });
  await store.close();
});

afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const audit = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  tollgate(["audit", ...words], { env: { DATA_DIR: dataDir, ...env } });

async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(server.connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Changes the tables behind Tollgate's back, until the end of this test. */
async function tamper(sql: string): Promise<void> {
  await query("create table kept_record as table audit_record; create table kept_head as table audit_head");
  onTestFinished(async () => {
    await query("truncate audit_record; insert into audit_record table kept_record; drop table kept_record");
    await query("truncate audit_head; insert into audit_head table kept_head; drop table kept_head");
  });
  await query(sql);
}

async function newestAnchor(): Promise<string> {
  const [newest] = await query("select sequence, mac from audit_record order by sequence desc limit 1");
  return `#${newest?.["sequence"]} ${String(newest?.["mac"]).slice(0, 12)}`;
}

/** The store notes its newest record apart; somebody who knows that changes it too. */
const CUT_OFF = `delete from audit_record where sequence = 5`;
const CUT_OFF_AND_COVERED = `${CUT_OFF};
  update audit_head set (sequence, mac) = (select sequence, mac from audit_record where sequence = 4)`;

describe("audit verify", () => {
  test("passes on an untouched record, and says where it looked and what it could not compare", async () => {
    const { code, stdout, stderr } = await audit(["verify"]);
    expect(stdout).toContain(
      `The audit record holds: 5 records in one unbroken chain, the newest is ${await newestAnchor()}`,
    );
    expect(stderr).toContain(`the embedded PostgreSQL in ${dataDir}`);
    expect(stderr).toContain(server.psqlLine);
    expect(stderr).toContain("No anchor: pass the end of the newest line in the audit channel as --anchor");
    expect(code).toBe(0);
  });

  test("names the record of which one character was changed", async () => {
    await tamper(
      "update audit_record set body = overlay(body placing 'X' from length(body) / 2 for 1) where sequence = 3",
    );
    const { code, stdout } = await audit(["verify"]);
    expect(stdout).toContain("The audit record does NOT hold: record 3 ");
    expect(code).toBe(1);
  });

  test("names a removed record", async () => {
    await tamper("delete from audit_record where sequence = 2");
    expect(await audit(["verify"])).toMatchObject({ code: 1, stdout: expect.stringContaining("record 2 is missing") });
  });

  test("notices by the store's own note that the newest record was deleted", async () => {
    await tamper(CUT_OFF);
    expect(await audit(["verify"])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("record 5 is missing: the records end at 4, but the store wrote record 5"),
    });
  });

  test("notices by an anchor what was cut off with care", async () => {
    const anchor = await newestAnchor();
    await tamper(CUT_OFF_AND_COVERED);
    expect(await audit(["verify"])).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await audit(["verify", "--anchor", anchor]);
    expect(stderr).toContain(`Anchor: ${anchor}, from --anchor`);
    expect(stdout).toContain("record 5 is missing");
    expect(code).toBe(1);
  });

  test("takes an anchor without its #, which a shell may have taken for a comment", async () => {
    const anchor = await newestAnchor();
    expect(await audit(["verify", "--anchor", anchor.slice(1)])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`checked against the anchor ${anchor}`),
    });
  });

  test("reads the highest anchor in the audit channel when Slack's variables are set", async () => {
    const slack = await startSlackStandIn();
    onTestFinished(() => slack.close());
    const newest = await newestAnchor();
    const [older] = await query("select sequence, left(mac, 12) as mac from audit_record where sequence = 4");
    // An older line that was written last must not hide the newer one.
    for (const text of [`Told. ${newest}`, `Told before. #4 ${older?.["mac"]}`, "And no anchor."]) {
      const headers = { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" };
      const body = JSON.stringify({ channel: "C0AUDIT", text });
      await fetch(`${slack.apiUrl}chat.postMessage`, { method: "POST", headers, body });
    }
    const env = { SLACK_BOT_TOKEN: slack.botToken, SLACK_AUDIT_CHANNEL: "C0AUDIT", SLACK_API_URL: slack.apiUrl };
    const whole = await audit(["verify"], env);
    expect(whole.stderr).toContain(`Anchor: ${newest}, from the audit channel C0AUDIT in Slack`);
    expect(whole.code).toBe(0);
    await tamper(CUT_OFF_AND_COVERED);
    expect(await audit(["verify"], env)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("record 5 is missing"),
    });
    expect((await audit(["verify"], { ...env, SLACK_AUDIT_CHANNEL: "C0NOWHERE" })).stderr).toContain(
      "No anchor: the audit channel C0NOWHERE could not be read (channel_not_found)",
    );
  });

  test("cannot check with another key, and says that this may be the reason", async () => {
    expect(await audit(["verify"], { AUDIT_KEY: "0".repeat(64) })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("or the audit key is another one"),
    });
  });

  test("a demo's folder is read with its own key, whatever the environment holds", async () => {
    writeFileSync(join(dataDir, "tollgate-demo"), "");
    onTestFinished(() => rmSync(join(dataDir, "tollgate-demo")));
    expect(await audit(["verify"], { AUDIT_KEY: "0".repeat(64) })).toMatchObject({ code: 0 });
  });

  test("where there is no data it says where it looked, makes nothing, and exits 2", async () => {
    const folder = newFolder();
    const { code, stderr } = await tollgate(["audit", "verify"], { folder });
    expect(stderr).toContain("there is no Tollgate data in ./data or ./data/demo");
    expect(code).toBe(2);
    expect(existsSync(join(folder, "data"))).toBe(false);
  });

  test("a database that does not answer is named without its password, and exits 2", async () => {
    const env = { DATABASE_URL: "postgres://x:hunter2@127.0.0.1:1/tollgate", AUDIT_KEY: "0".repeat(64) };
    const { code, stdout, stderr } = await tollgate(["audit", "verify"], { env });
    expect(stderr).toContain("tollgate: PostgreSQL is not reachable");
    expect(stdout + stderr).not.toContain("hunter2");
    expect(code).toBe(2);
  });

  test("DATABASE_URL demands its AUDIT_KEY", async () => {
    const { code, stderr } = await tollgate(["audit", "verify"], { env: { DATABASE_URL: "postgres://db/tollgate" } });
    expect(stderr).toMatch(/^AUDIT_KEY: missing/m);
    expect(code).toBe(2);
  });
});

describe("audit export", () => {
  test("as JSONL can be verified again, and one that was changed or cut off with an anchor cannot", async () => {
    const folder = newFolder();
    const file = join(folder, "export.jsonl");
    const exported = await audit(["export", "--out", file]);
    expect(exported).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("5 records") });
    expect(await audit(["verify", "--file", file])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("5 records in one unbroken chain"),
    });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");

    const shortened = join(folder, "shortened.jsonl");
    writeFileSync(shortened, `${lines.slice(0, 4).join("\n")}\n`);
    expect(await audit(["verify", "--file", shortened])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("records missing at its end cannot be noticed"),
    });
    expect(await audit(["verify", "--file", shortened, "--anchor", await newestAnchor()])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("record 5 is missing"),
    });

    const changed = join(folder, "changed.jsonl");
    writeFileSync(
      changed,
      lines.map((line, index) => (index === 1 ? line.replace("Ann Ito", "Ben Ito") : line)).join("\n"),
    );
    expect(await audit(["verify", "--file", changed])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("record 2 was edited"),
    });

    const broken = join(folder, "broken.jsonl");
    writeFileSync(broken, `${lines[0]}\nnot a record\n`);
    expect(await audit(["verify", "--file", broken])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("line 2 of the export is not JSON"),
    });
  });

  test("a file that is not there is no broken record: exit 2", async () => {
    expect(await audit(["verify", "--file", join(newFolder(), "none.jsonl")])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("none.jsonl"),
    });
  });

  test("as CSV has a header, one row per record, and no formula for a spreadsheet to run", async () => {
    const { code, stdout, stderr } = await audit(["export", "--format", "csv"]);
    const rows = stdout.trimEnd().split("\r\n");
    expect(rows[0]).toMatch(/^sequence,time,actor,/);
    expect(rows).toHaveLength(6);
    expect(rows[2]).toContain("2,2026-03-01T03:00:00.000Z,ann (Ann Ito),slack,");
    expect(stdout).not.toMatch(/(^|,)=/m);
    expect(stderr).toContain("Only a jsonl export can be checked");
    expect(code).toBe(0);
  });

  test("of one incident or of later records only says that it cannot be verified", async () => {
    const ofIncident = await audit(["export", "--incident", "8"]);
    expect(ofIncident.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(ofIncident.stderr).toContain("cannot check it");
    const later = await audit(["export", "--since", "2026-03-15"]);
    expect(later.stdout).toContain("incident-resolved");
    expect(later.stdout.trimEnd().split("\n")).toHaveLength(1);
  });
});

test("audit starts the folder's PostgreSQL when nobody runs it, and leaves nothing running", async () => {
  await server.stop();
  onTestFinished(async () => {
    server = await startEmbedded({ dataDir, log, exclusive: true });
  });
  expect(await audit(["verify"])).toMatchObject({ code: 0, stdout: expect.stringContaining("5 records") });
  expect(existsSync(join(dataDir, "postgres/data/postmaster.pid"))).toBe(false);
});
