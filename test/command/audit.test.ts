import { expect, test } from "vitest";
import type { AuditBody, AuditRecord } from "../../src/audit/envelope.ts";
import { audit } from "../../src/command/audit.ts";
import type { AuditQuery, CommandContext } from "../../src/command/contract.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import { asking, deskWith, EU, NOW_MS, textOf } from "./asking.ts";

function record(sequence: number, changes: Partial<AuditBody> = {}): AuditRecord {
  const body: AuditBody = {
    sequence,
    stream: "incident-7",
    version: sequence,
    atMs: NOW_MS - 1_000_000 + sequence * 1_000,
    actor: { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" },
    cause: "click",
    type: "incident-acknowledged",
    accountSid: EU,
    incidentId: "7",
    what: null,
    data: {},
    ...changes,
  };
  return { sequence, stream: body.stream, version: body.version, body: JSON.stringify(body), mac: "a".repeat(64) };
}

/** Keeps what it was asked, and answers so many records, newest first. */
function archive(count: number, knows: (query: AuditQuery) => boolean = () => true) {
  const asked: AuditQuery[] = [];
  const all = Array.from({ length: count }, (_, index) => record(count - index));
  const desk = deskWith({
    records: async (query, limit) => {
      asked.push(query);
      return knows(query) ? all.slice(0, limit) : [];
    },
  });
  return {
    asked,
    run: (words: string, changes: Partial<CommandContext> = {}) => audit.run(words, asking({ desk, ...changes })),
  };
}

const MIDNIGHT = Date.UTC(2026, 10, 21);

test.each<[string, AuditQuery, string]>([
  ["", { about: "since", sinceMs: MIDNIGHT }, "today"],
  ["today", { about: "since", sinceMs: MIDNIGHT }, "today"],
  ["7", { about: "incident", incidentId: "7" as IncidentId }, "incident 7"],
  ["incident #7", { about: "incident", incidentId: "7" as IncidentId }, "incident 7"],
  ["person ann", { about: "person", personId: "ann" }, "Ann Ito"],
  ["person Ann Ito", { about: "person", personId: "ann" }, "Ann Ito"],
  ["person okafor", { about: "person", personId: "ben" }, "Ben Okafor"],
  ["account acme voice eu", { about: "account", accountSid: EU }, "Acme Voice EU"],
  [`account ${EU}`, { about: "account", accountSid: EU }, "Acme Voice EU"],
])("“%s” asks for exactly those records", async (words, query, of) => {
  const { asked, run } = archive(3);
  const answer = await run(words);
  expect(asked).toEqual([query]);
  expect(answer.heading).toBe(`Audit · ${of}`);
});

test("shows lines as the audit channel does, newest last, with their times", async () => {
  const answer = await archive(2).run("7");
  expect(textOf(answer)).toBe(
    [
      "Audit · incident 7",
      "2 records, newest last.",
      `Ann Ito (Slack) acknowledged incident 7 [${EU}] #1 aaaaaaaaaaaa`,
      `Ann Ito (Slack) acknowledged incident 7 [${EU}] #2 aaaaaaaaaaaa`,
      "",
    ].join("\n"),
  );
  expect(answer.elements).toContainEqual({
    kind: "timeline",
    entries: [
      { atMs: NOW_MS - 999_000, text: [expect.any(String)] },
      { atMs: NOW_MS - 998_000, text: [expect.any(String)] },
    ],
  });
});

test("of many shows the newest twenty, says how many there are and how to get the rest", async () => {
  const words = textOf(await archive(50).run("7"));
  expect(words).toContain("The newest 20 lines of 50 records, newest last.");
  expect(words).toContain("#31 ");
  expect(words).not.toContain("#30 ");
  expect(words).toContain("npm run audit -- export");
  expect(textOf(await archive(2_000).run("7"))).toContain("The newest 20 lines of 500 or more records");
});

test("equal refusals share a line, as they do in the channel", async () => {
  const refusal = { type: "refused", version: null, data: { attempted: "approve", refusal: "own-request" } };
  const desk = deskWith({ records: async () => [3, 2, 1].map((sequence) => record(sequence, refusal)) });
  const words = textOf(await audit.run("7", asking({ desk })));
  expect(words).toContain("3 records, newest last.");
  expect(words).toContain(" x 3 #3 ");
});

test("nothing recorded is said", async () => {
  expect(textOf(await archive(0).run("99"))).toContain("Nothing is recorded about this.");
});

test("somebody who left the roster is found by their id", async () => {
  const { run } = archive(1, (query) => query.about === "person" && query.personId === "zoe");
  expect((await run("person zoe")).heading).toBe("Audit · zoe");
});

test.each([
  ["persn ann", "“persn” is not known here. Did you mean person ann?"],
  ["acount Acme", "“acount” is not known here. Did you mean account Acme?"],
  ["toady", "Did you mean today?"],
  ["ann", "“ann” alone says too little. Did you mean person ann?"],
  ["person anm", "Nobody on the roster is called “anm”. Did you mean ann?"],
  ["person qqqqqq", "Nobody on the roster is called “qqqqqq”."],
  ["person", "Which person? Write its name behind."],
  ["incident", "Which incident? Write its number."],
  ["incident seven", "“seven” is no incident's number."],
  ["account acme voise eu", "There is no account “acme voise eu”. Did you mean Acme Voice EU?"],
  ["today 5", "Nothing follows today."],
])("a mistyped “%s” gets the nearest right form, privately", async (words, problem) => {
  const answer = await archive(1, (query) => query.about !== "person").run(words);
  expect(textOf(answer)).toContain(problem);
  expect(answer.isPrivate).toBe(true);
});
