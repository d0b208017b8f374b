/** The report of an incident as each platform gets it: a Markdown file in Slack, text in Teams. */
import { describe, expect, test } from "vitest";
import { seal } from "../../src/audit/chain.ts";
import type { AuditDraft } from "../../src/audit/envelope.ts";
import { fileLines } from "../../src/chat/teams/file.ts";
import { Secret } from "../../src/lib/secret.ts";
import { incidentReport } from "../../src/notice/report.ts";
import { MINUTE_MS, NOW_MS, SID } from "../notice/house.ts";
import { houseOf } from "./cards/house.ts";
import { essence } from "./cards/model.ts";
import { OUTSIDE, type Outside } from "./cards/outside.ts";
import { readMarkdown } from "./cards/teams.ts";

function reportOf(outside: Outside): string {
  const house = houseOf(outside);
  const draft: AuditDraft = {
    stream: "incident-7",
    version: 1,
    atMs: NOW_MS - 11 * MINUTE_MS,
    actor: house.annAsActor,
    cause: "click",
    type: "incident-opened",
    accountSid: SID,
    incidentId: "7",
    what: outside.text,
    data: { reason: outside.text },
  };
  const head = { sequence: 40, mac: "0".repeat(64) };
  return incidentReport({
    view: { ...house.view, incident: house.resolved, runs: [house.run("done"), house.run("partly-done")] },
    observations: [house.observation],
    records: seal(new Secret("1f".repeat(32)), head, [draft]).records,
    isCut: false,
    calls: [{ kind: "reminder", atMs: NOW_MS - 5 * MINUTE_MS }],
    writtenAtMs: NOW_MS,
  });
}

describe.each(OUTSIDE)("with $name", (outside) => {
  const report = reportOf(outside);
  const lines = fileLines(report).map((line) => ({ ...readMarkdown(line, new Map()), line }));

  test("Slack's file has no mention, link or markup but its own headings, lists and code", () => {
    const withoutOurs = report
      .replace(/\\[!-/:-@[-`{-~]/g, "")
      .replace(/^(?:#{1,3}|-) /gm, "")
      .replace(/^\*\*(\d\d:\d\d:\d\d)\*\*/gm, "$1")
      .replace(/`(?:#\d+ [0-9a-f]{12}|tollgate audit verify)`/g, "");
    expect(withoutOurs.match(/[<>@`*~|[\]]|:\/\/|^\s*(?:#|>|[-+] |\d+[.)] )/gm) ?? []).toEqual([]);
  });

  test("Teams' text has no mention, link or markup but its own headings and lists", () => {
    expect(lines.flatMap(({ mentions, links, other }) => [...mentions, ...links, ...other])).toEqual([]);
    const own = report.split("\n").filter((line) => /^(?:#|- \*\*)/.test(line));
    expect(lines.flatMap(({ bold }) => bold)).toHaveLength(own.length);
  });

  test("both say the same", () => {
    const shown = lines.map(({ words }) => essence(words)).join("");
    const name = essence(outside.text).slice(0, 60);
    expect(shown).toContain(name);
    for (const title of ["Summary", "Times", "Money", "What was done", "What happened", "Proof"]) {
      expect(report).toContain(`## ${title}\n`);
      expect(lines.map(({ words }) => words)).toContain(title);
    }
  });
});
