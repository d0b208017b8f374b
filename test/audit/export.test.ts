import { expect, test } from "vitest";
import { CSV_HEADER, parseJsonLines, toCsvLine, toJsonLine } from "../../src/audit/export.ts";
import { verifyRecords } from "../../src/audit/verify.ts";
import { ann, chainOf, each, key, recordOf } from "./records.ts";

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test("an export as JSONL can be verified as if it were the store", async () => {
  const records = chainOf(4);
  const lines = records.map(toJsonLine);
  expect(lines.join("")).not.toContain("\n");
  expect(await all(parseJsonLines(each([...lines, ""])))).toEqual(records);
  expect(await verifyRecords(parseJsonLines(each(lines)), key)).toMatchObject({ ok: true, count: 4 });
  const edited = lines.map((line) => line.replace('\\"step\\":2', '\\"step\\":3'));
  expect(await verifyRecords(parseJsonLines(each(edited)), key)).toMatchObject({ ok: false, sequence: 3 });
});

test.each([
  ["no JSON", "{"],
  ["another shape", '{"sequence":1}'],
  ["an unknown field", `${toJsonLine(recordOf({})).slice(0, -1)},"extra":1}`],
  ["a list", "[]"],
])("a line that is %s is named by its number", async (_what, line) => {
  const good = toJsonLine(recordOf({}));
  await expect(all(parseJsonLines(each([good, line])))).rejects.toMatchObject({
    kind: "rejected",
    message: expect.stringContaining("line 2"),
  });
});

test("CSV has the promised columns and follows RFC 4180", () => {
  const record = recordOf({ actor: { ...ann, name: 'Ann "the one", Ito' } });
  expect(CSV_HEADER).toBe("sequence,time,actor,platform,account,incident,type,cause,detail,stream,data,mac\r\n");
  expect(toCsvLine(record)).toBe(
    `123,2026-03-01T03:00:00.000Z,"ann (Ann ""the one"", Ito)",slack,AC${"2".repeat(32)},7,incident-acknowledged,click,"Ann ""the one"", Ito (Slack) acknowledged incident 7 [AC${"2".repeat(32)}]",incident-7,{},${record.mac}\r\n`,
  );
});

test.each(["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx"])("a spreadsheet does not run %j as a formula", (evil) => {
  const stranger = { kind: "stranger", platform: "slack", userId: evil } as const;
  const actor = toCsvLine(recordOf({ actor: stranger, type: "refused", cause: evil })).split(",")[2];
  expect(actor).toBe(`'${evil}`);
});
