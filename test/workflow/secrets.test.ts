import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import { auditKey, clientOn } from "../store/house.ts";
import { type House, house } from "../support/workflow.ts";

/** Tables where everything that we keep is. The rest is Kysely's own. */
const KEPT = [
  "audit_record",
  "outbox",
  "message",
  "preview",
  "observation",
  "signal",
  "bucket",
  "incident_index",
  "approval_index",
];

async function everythingKept(h: House): Promise<string> {
  const client = await clientOn(h.connection);
  const { rows: tables } = await client.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const names = tables.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(KEPT));
  const contents: string[] = [];
  for (const name of names) {
    const { rows } = await client.query<{ text: string }>(`select row_to_json(one)::text as text from ${name} one`);
    contents.push(...rows.map(({ text }) => text));
  }
  return contents.join("\n");
}

test("no token, key secret or audit key is in the record, the outbox, previews, messages or the log of a rotation and a deletion of keys", async () => {
  const h = await house({ platforms: ["slack", "teams"] });
  // The secrets of every moment: before, pending, and after.
  const secrets = new Set<string>(h.world.secrets());
  h.world.standIn.onRequest(() => {
    for (const secret of h.world.secrets()) secrets.add(secret);
  });
  const incident = await h.raise();
  await h.settle();
  const rotated = await h.grant(incident, "rotate-auth-token");
  // With trouble on the way, since errors are where secrets leak.
  h.world.standIn.inject({
    on: "request",
    method: "POST",
    path: /SecondaryAuthToken|SecondaryAuthTokens/,
    fault: { kind: "status", status: 500, after: true },
  });
  h.world.standIn.inject({
    on: "request",
    method: "POST",
    path: /Promote/,
    fault: { kind: "no-answer-after", cut: true },
  });
  h.slack.failNext("edit", new Fault("unavailable", "Slack is down"));
  for (let step = 0; step < 10; step += 1) await h.pass(10_000);
  expect((await h.run(rotated)).status).toBe("done");
  const deleted = await h.grant(incident, "delete-api-keys");
  await h.settle();
  expect((await h.run(deleted)).status).toBe("done");
  const stored = await readFile(join(h.secretsFolder, `${h.account}.json`), "utf8");
  const token = h.world.standIn.state.account(h.account).authToken;
  expect(stored).toContain(token);
  expect(secrets.size).toBeGreaterThan(8);

  const places = {
    "the store": await everythingKept(h),
    Slack: h.slack.text(),
    Teams: h.teams.text(),
    "the log": h.logged(),
    "the queue": JSON.stringify(h.queue.waiting),
  };
  secrets.add(auditKey.reveal());
  for (const [place, text] of Object.entries(places)) {
    if (place !== "the queue") expect(text.length, place).toBeGreaterThan(300);
    for (const secret of secrets) expect(text.includes(secret), `${place} holds ${secret.slice(0, 4)}…`).toBe(false);
  }
});
