import { describe, expect, test, vi } from "vitest";
import type { Actor, AuditDraft } from "../../src/audit/envelope.ts";
import { account, change, clientOn, event, house, incidentId, otherAccount } from "./house.ts";

const ann: Actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" };

async function recorded(...drafts: readonly AuditDraft[]) {
  const { store, database } = await house();
  await store.events.append(change(...drafts));
  const found = async (about: Parameters<typeof store.audit.search>[0], limit = 10) =>
    (await store.audit.search(about, limit)).map(({ sequence }) => sequence);
  return { store, database, found };
}

describe("the record is searched, newest first and never more than asked for,", () => {
  test("by account", async () => {
    const { found } = await recorded(
      event("incident-1", 1),
      event("incident-2", 1, { accountSid: otherAccount }),
      event("incident-3", 1, { accountSid: null, data: { alert: { accountSid: account } } }),
      event("incident-1", null),
    );
    expect(await found({ about: "account", accountSid: account })).toEqual([4, 1]);
    expect(await found({ about: "account", accountSid: account }, 1)).toEqual([4]);
    expect(await found({ about: "account", accountSid: otherAccount })).toEqual([2]);
  });

  test("by incident: what is about it, not what speaks of it", async () => {
    const { found } = await recorded(
      event("incident-7", 1, { incidentId: "7" }),
      event("approval-k3", 1, { incidentId: "7", data: { request: { incidentId: "8" } } }),
      event("incident-8", 1, {
        incidentId: "8",
        data: { incidentId: "7", note: '"incidentId":"7","sequence":1,"stream":' },
      }),
      event("incident-77", 1, { incidentId: "77" }),
      event("policy", 1, { incidentId: null, data: { incidentId: "7" } }),
    );
    expect(await found({ about: "incident", incidentId: incidentId("7") })).toEqual([2, 1]);
    expect(await found({ about: "incident", incidentId: incidentId("8") })).toEqual([3]);
    expect(await found({ about: "incident", incidentId: incidentId("9") })).toEqual([]);
  });

  test("by person: what they did, on either platform, not what names them", async () => {
    const onTeams: Actor = { ...ann, platform: "teams", userId: "5f0c" };
    const other: Actor = { ...ann, personId: "ben", name: 'x","personId":"ann","platform":"slack' };
    const { found } = await recorded(
      event("incident-1", 1, { actor: ann }),
      event("incident-1", 2, { actor: other }),
      event("incident-1", 3, { actor: { kind: "tollgate", part: "ann" }, data: { by: ann } }),
      event("incident-1", null, { actor: onTeams, accountSid: null }),
    );
    expect(await found({ about: "person", personId: "ann" })).toEqual([4, 1]);
    expect(await found({ about: "person", personId: "ben" })).toEqual([2]);
    expect(await found({ about: "person", personId: "a" })).toEqual([]);
  });

  test("by moment, with what the data say of other moments left alone", async () => {
    const { found } = await recorded(
      event("incident-1", 1, { atMs: 10, data: { atMs: 99 } }),
      event("incident-1", 2, { atMs: 20, actor: { ...ann, name: '"atMs":5' } }),
      event("incident-1", 3, { atMs: 30, data: { atMs: 1 } }),
    );
    expect(await found({ about: "since", sinceMs: 20 })).toEqual([3, 2]);
    expect(await found({ about: "since", sinceMs: 19.5 }, 1)).toEqual([3]);
    expect(await found({ about: "since", sinceMs: 31 })).toEqual([]);
  });

  test("whatever texts are in it, and with what was found unchanged", async () => {
    const strange = 'é"\\\u0000\n\u2028 </script> {"accountSid":"x"}';
    const actor: Actor = { ...ann, personId: 'a"n\\n', name: strange };
    const draft = event("incident-7", 1, { actor, incidentId: "7", what: strange, data: { note: strange } });
    const { store, found } = await recorded(draft);
    for (const about of [
      { about: "person", personId: 'a"n\\n' },
      { about: "incident", incidentId: incidentId("7") },
      { about: "account", accountSid: account },
      { about: "since", sinceMs: 0 },
    ] as const)
      expect(await found(about), about.about).toEqual([1]);
    const [record] = await store.audit.search({ about: "incident", incidentId: incidentId("7") }, 1);
    expect(record).toEqual((await store.audit.after(0, 1))[0]);
  });
});

test("a search is answered from an index, however long the record is", async () => {
  const { store, database } = await recorded(event("incident-7", 1, { incidentId: "7", actor: ann }));
  const many = Array.from({ length: 2_000 }, (_, index) =>
    event("chat", null, { incidentId: `${index + 100}`, accountSid: otherAccount }),
  );
  await store.events.append(change(...many));
  const client = await clientOn(database.connection);
  await client.query("analyze audit_record");
  for (const where of [
    `audit_incident(body) = '"7"' order by sequence desc`,
    `audit_person(body) = '"ann"' order by sequence desc`,
    `audit_account(body) = '"${account}"' order by sequence desc`,
    `audit_at_ms(body) >= 2000 order by audit_at_ms(body) desc, sequence desc`,
  ]) {
    // Its index may be under way still: nobody who starts waits for that.
    await vi.waitFor(async () => {
      const { rows } = await client.query(`explain select sequence from audit_record where ${where} limit 20`);
      expect(JSON.stringify(rows), where).toMatch(/Index Scan.* using audit_record_by/);
    }, 10_000);
  }
});

test("a platform that was never written to begins where it is told to; one that was goes on", async () => {
  const { store } = await house();
  await store.audit.beginAt("teams", 40);
  expect(await store.audit.posted("teams")).toEqual({ upTo: 40, begunUpTo: null, begunAtMs: 0 });
  await store.audit.beginAt("teams", 90);
  await store.audit.markPosted("slack", 7);
  await store.audit.beginAt("slack", 90);
  expect((await store.audit.posted("teams")).upTo).toBe(40);
  expect((await store.audit.posted("slack")).upTo).toBe(7);
});
