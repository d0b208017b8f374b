import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anchorText, parseAnchor } from "../../src/audit/anchor.ts";
import { canonicalBody, chain, GENESIS, seal } from "../../src/audit/chain.ts";
import type { AuditRecord } from "../../src/audit/envelope.ts";
import { verifiedText, verifyRecords } from "../../src/audit/verify.ts";
import { Secret } from "../../src/lib/secret.ts";
import { chainOf, draft, each, key } from "./records.ts";

const verify = (records: readonly AuditRecord[], anchor?: string) =>
  verifyRecords(each(records), key, anchor === undefined ? null : (parseAnchor(anchor) ?? null));

function at(records: readonly AuditRecord[], sequence: number): AuditRecord {
  const record = records.find((one) => one.sequence === sequence);
  if (record === undefined) throw new Error(`no record ${sequence}`);
  return record;
}

function replace(records: readonly AuditRecord[], sequence: number, part: Partial<AuditRecord>) {
  return records.map((record) => (record.sequence === sequence ? { ...record, ...part } : record));
}

describe("an untouched record", () => {
  test("is one unbroken chain", async () => {
    const records = chainOf(5);
    expect(await verify(records)).toEqual({
      ok: true,
      count: 5,
      head: { sequence: 5, mac: at(records, 5).mac },
      anchorUsed: null,
    });
  });

  test("that is empty is fine", async () => {
    expect(await verify([])).toEqual({ ok: true, count: 0, head: null, anchorUsed: null });
  });

  test("says that truncation was not checked when there was no anchor, and which anchor it used when there was", async () => {
    const records = chainOf(3);
    expect(verifiedText(await verify(records))).toContain("truncation was not checked");
    const anchor = anchorText(at(records, 2));
    expect(verifiedText(await verify(records, anchor))).toContain(`checked against the anchor ${anchor}`);
  });

  test("may hold refusals between the events of a stream", async () => {
    const refusal = draft({ version: null, type: "refused" });
    const { records } = seal(key, GENESIS, [draft(), refusal, refusal, draft({ version: 2 })]);
    expect(await verify(records)).toMatchObject({ ok: true, count: 4 });
  });
});

describe("names the first bad record", () => {
  const records = chainOf(6);
  const [three, four] = [at(records, 3), at(records, 4)];

  test.each<[string, readonly AuditRecord[], number, RegExp, string?]>([
    [
      "one character of a body was edited",
      replace(records, 3, { body: three.body.replace("Ann", "Anm") }),
      3,
      /was edited/,
    ],
    ["a mac was edited", replace(records, 3, { mac: `0${three.mac.slice(1)}`.replace(/^00/, "10") }), 3, /was edited/],
    ["a body is no JSON any more", replace(records, 3, { body: three.body.slice(1) }), 3, /not a JSON object/],
    ["the column stream was edited", replace(records, 3, { stream: "incident-8" }), 3, /column stream/],
    ["the column version was edited", replace(records, 3, { version: 9 }), 3, /column version/],
    ["an event was turned into a note", replace(records, 3, { version: null }), 3, /column version/],
    ["one in the middle was deleted", records.filter((record) => record !== three), 3, /is missing/],
    [
      "several in the middle were deleted",
      records.filter(({ sequence }) => sequence < 2 || sequence > 4),
      2,
      /missing, and so are all up to record 4/,
    ],
    ["the first was deleted", records.slice(1), 1, /is missing/],
    [
      "two were swapped",
      replace(replace(records, 3, { body: four.body, mac: four.mac }), 4, { body: three.body, mac: three.mac }),
      3,
      /reordered/,
    ],
    ["two come in the wrong order", [...records.slice(0, 2), four, three], 3, /missing/],
    ["one comes twice", [...records.slice(0, 3), three, ...records.slice(3)], 3, /reordered|forked/],
    ["the newest was deleted, with an anchor", records.slice(0, 5), 6, /cut off/, anchorText(at(records, 6))],
    [
      "the newest three were deleted, with an anchor",
      records.slice(0, 3),
      4,
      /record 6 was anchored/,
      anchorText(at(records, 6)),
    ],
    ["all were deleted, with an anchor", [], 1, /cut off/, anchorText(at(records, 6))],
  ])("when %s", async (_what, tampered, sequence, reason, anchor) => {
    const verified = await verify(tampered, anchor);
    expect(verified).toMatchObject({ ok: false, sequence, reason: expect.stringMatching(reason) });
    expect(verifiedText(verified)).toContain(`record ${sequence} `);
  });

  test("when two writers forked the record", async () => {
    const { records: first } = seal(key, GENESIS, [draft(), draft({ version: 2 })]);
    const body = canonicalBody({ ...draft({ version: 3 }), sequence: 3 });
    const forked = { ...at(first, 2), sequence: 3, version: 3, body, mac: chain(key, at(first, 1).mac, body) };
    expect(await verify([...first, forked])).toMatchObject({
      ok: false,
      sequence: 3,
      reason: expect.stringContaining("chained to record 1 instead of 2"),
    });
  });

  test.each([
    [1, "a version came twice"],
    [3, "a version was left out"],
  ])("when a stream has version %i where 2 belongs", async (version) => {
    const { records: forked } = seal(key, GENESIS, [draft(), draft({ version })]);
    expect(await verify(forked)).toMatchObject({
      ok: false,
      sequence: 2,
      reason: expect.stringContaining("version 2 belongs"),
    });
  });

  test("when somebody who holds the key wrote it anew, with an anchor", async () => {
    const { records: anew } = seal(key, GENESIS, [draft({ data: { step: "other" } }), draft({ version: 2 })]);
    expect(await verify(anew)).toMatchObject({ ok: true });
    const anchor = anchorText(at(records, 2));
    expect(await verify(anew, anchor)).toMatchObject({
      ok: false,
      sequence: 2,
      reason: expect.stringContaining(anchor),
    });
  });

  test("when the key is another one", async () => {
    expect(await verifyRecords(each(records), new Secret("another"))).toMatchObject({ ok: false, sequence: 1 });
  });
});

test("an anchor is read from the end of a line in the audit channel, and from nothing else", () => {
  expect(parseAnchor("Ann Ito (Slack) resolved incident 7 #123 a1b2c3d4e5f6")).toEqual({
    sequence: 123,
    macStart: "a1b2c3d4e5f6",
  });
  expect(parseAnchor("#1 a1b2c3d4e5f6")).toEqual({ sequence: 1, macStart: "a1b2c3d4e5f6" });
  for (const text of ["", "#123", "#123 a1b2c3", "123 a1b2c3d4e5f6", "#123 A1B2C3D4E5F6", "#1 a1b2c3d4e5f6 x"])
    expect(parseAnchor(text)).toBeUndefined();
});

describe("whatever is recorded", () => {
  const json = fc.jsonValue({ stringUnit: "binary" });
  const drafts = fc
    .array(fc.tuple(json, fc.constantFrom("incident-1", "run-2"), fc.boolean()), { maxLength: 12 })
    .map((facts) => {
      const versions = new Map<string, number>();
      return facts.map(([data, stream, isEvent]) => {
        const version = isEvent ? (versions.get(stream) ?? 0) + 1 : null;
        if (version !== null) versions.set(stream, version);
        // fast-check calls its JSON unknown; it is JSON.
        return draft({ stream, version, data: JSON.parse(JSON.stringify(data)) });
      });
    });

  test("verifies, in one piece or appended in several", async () => {
    await fc.assert(
      fc.asyncProperty(drafts, fc.nat(12), async (all, cut) => {
        const first = seal(key, GENESIS, all.slice(0, cut));
        const rest = seal(key, first.head, all.slice(cut));
        const records = [...first.records, ...rest.records];
        expect(records).toEqual(seal(key, GENESIS, all).records);
        expect(await verify(records)).toMatchObject({ ok: true, count: all.length });
      }),
    );
  });

  test("no single change of a character goes unnoticed, and none before it is blamed", async () => {
    await fc.assert(
      fc.asyncProperty(drafts, fc.nat(), fc.nat(), async (all, which, where) => {
        fc.pre(all.length > 0);
        const { records } = seal(key, GENESIS, all);
        const { sequence, body } = at(records, (which % records.length) + 1);
        const index = where % body.length;
        const changed = body.slice(0, index) + (body[index] === "x" ? "y" : "x") + body.slice(index + 1);
        expect(await verify(replace(records, sequence, { body: changed }))).toMatchObject({ ok: false, sequence });
      }),
    );
  });

  test("half an emoji can be recorded", async () => {
    const { records } = seal(key, GENESIS, [draft({ data: { reason: "fraud \uD83D", "\uDE00": 1 } })]);
    expect(await verify(records)).toMatchObject({ ok: true });
    expect(JSON.parse(at(records, 1).body).data).toEqual({ reason: "fraud \uFFFD", "\uFFFD": 1 });
  });
});
