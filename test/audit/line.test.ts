import { describe, expect, test } from "vitest";
import { GENESIS, seal } from "../../src/audit/chain.ts";
import type { AuditDraft } from "../../src/audit/envelope.ts";
import { auditLine, foldLines, isRepeatedRefusal } from "../../src/audit/line.ts";
import { refusalWords } from "../../src/audit/refusal-words.ts";
import { INCIDENT_REFUSALS, PERSON_REFUSALS, REQUEST_REFUSALS, SILENCE_REFUSALS } from "../support/refusals.ts";
import { ann, draft, key, recordOf } from "./records.ts";

const account = `AC${"2".repeat(32)}`;
const alert = { summary: "Voice spend is 40 times a usual day", severity: "critical" };
const tollgate = { kind: "tollgate", part: "run" } as const;
const setup = { actor: tollgate, stream: "setup", incidentId: null, cause: "job" };
const run = { actor: tollgate, stream: "run-k3", cause: "job" };

const silence = {
  stream: "silence-s1",
  incidentId: null,
  actor: tollgate,
  what: "Toll fraud suspected",
  cause: "timer",
} as const;

describe("the line for the audit channel", () => {
  test("ends with the record's number and the first twelve digits of its mac", () => {
    const record = recordOf({});
    expect(auditLine(record)).toBe(
      `Ann Ito (Slack) acknowledged incident 7 [${account}] #123 ${record.mac.slice(0, 12)}`,
    );
  });

  test.each<[string, Partial<AuditDraft>, string]>([
    [
      "incident-opened",
      { actor: { kind: "twilio" }, data: { alert } },
      'Twilio reported critical: "Voice spend is 40 times a usual day": opened incident 7',
    ],
    [
      "incident-escalated",
      { actor: { kind: "twilio" }, data: { alert, reason: "new-country" } },
      "raised incident 7 (new-country)",
    ],
    ["incident-reopened", { actor: { kind: "twilio" }, data: { alert } }, "again: reopened incident 7"],
    ["incident-confirmed", {}, "confirmed incident 7 by reading the account"],
    [
      "incident-unconfirmed",
      { data: { reason: "Twilio did not answer" } },
      "could not confirm incident 7 (Twilio did not answer)",
    ],
    ["incident-acknowledged", {}, "acknowledged incident 7"],
    ["incident-contained", { data: { runId: "k3" } }, "marked incident 7 as contained by run k3"],
    ["incident-released", { data: { runId: "k3" } }, "no longer contained: the account is active again after run k3"],
    ["incident-reopened", { actor: ann, data: { alert, by: { ...ann } } }, "Ann Ito (Slack) reopened incident 7 [AC"],
    ["incident-resolved", {}, "resolved incident 7 ["],
    [
      "incident-resolved",
      { data: { cause: "false-positive", note: "the spring campaign" } },
      'resolved incident 7 (false positive: "the spring campaign")',
    ],
    [
      "setup-applied",
      {
        ...setup,
        accountSid: null,
        data: { by: "alice on ops-1", publicUrl: "https://bot.example.com", accountSids: null },
      },
      "Tollgate set tripwires up for every account at https://bot.example.com, run by alice on ops-1 #",
    ],
    [
      "setup-stopped",
      { ...setup, accountSid: null, data: { by: "alice on ops-1" } },
      "Tollgate ended the upkeep of tripwires, run by alice on ops-1 #",
    ],
    [
      "tripwires-changing",
      { ...setup, data: { changes: ["create usage trigger lookups at 1 a day"], removed: ["usage trigger lookups"] } },
      "began to change tripwires; gone without us: usage trigger lookups; changes: create usage trigger lookups at 1 a day",
    ],
    [
      "tripwires-failed",
      { ...setup, data: { failed: ["create usage trigger lookups at 1 a day (20003)"] } },
      "could not make all tripwires; failed: create usage trigger lookups at 1 a day (20003)",
    ],
    ["incident-resolved", { data: { cause: "fraud-stopped", note: null } }, "resolved incident 7 (fraud stopped) ["],
    ["incident-assigned", { data: { to: "ben" } }, "assigned incident 7 to ben"],
    ["incident-assigned", { data: { to: "ann" } }, "Ann Ito (Slack) took incident 7"],
    [
      "incident-snoozed",
      { data: { untilMs: Date.UTC(2026, 2, 3, 10, 15) } },
      "snoozed incident 7 until 2026-03-03 10:15 UTC",
    ],
    ["incident-woken", {}, "ended the snooze of incident 7"],
    ["incident-merged", { data: { into: "9" } }, "merged incident 7 into incident 9"],
    [
      "incident-passed-on",
      { actor: { kind: "twilio" }, data: { alert, into: "9" } },
      "it goes on in incident 9, into which incident 7 was merged",
    ],
    [
      "incident-reopened",
      { actor: { kind: "tollgate", part: "observe" }, data: { alert, by: null, isActiveAgain: true } },
      "Tollgate found the account active again, which no run of its own did: reopened incident 7",
    ],
    ["incident-took-in", { data: { from: "9" } }, "let incident 7 take in incident 9"],
    ["report-asked", {}, "asked for a report [incident 7, AC"],
    [
      "silence-started",
      {
        ...silence,
        actor: ann,
        data: { reason: "a load test", untilMs: Date.UTC(2026, 2, 3, 10, 15) },
      },
      'silenced "Toll fraud suspected" until 2026-03-03 10:15 UTC as silence s1, reason "a load test" [AC',
    ],
    [
      "silence-held-back",
      { ...silence, actor: { kind: "twilio" }, data: { heldBack: alert } },
      'Twilio reported critical: "Voice spend is 40 times a usual day": held back by silence s1',
    ],
    ["silence-ended", { ...silence, actor: ann }, 'Ann Ito (Slack) ended silence s1 of "Toll fraud suspected"'],
    ["silence-lapsed", silence, 'Tollgate closed silence s1 of "Toll fraud suspected": its time was over'],
    [
      "approval-requested",
      {
        stream: "approval-k3",
        data: { request: { description: "Suspend the subaccount", reason: "calls to Latvia" } },
      },
      'requested "Suspend the subaccount" as request k3, reason "calls to Latvia" [incident 7, AC',
    ],
    ["approval-given", { stream: "approval-k3" }, "approved request k3"],
    ["approval-granted", { stream: "approval-k3" }, "gave the last approval that request k3 needed: granted"],
    ["approval-denied", { stream: "approval-k3" }, "denied request k3"],
    ["approval-withdrawn", { stream: "approval-k3" }, "withdrew request k3"],
    ["approval-expired", { stream: "approval-k3", actor: tollgate }, "Tollgate closed request k3: it expired"],
    ["run-started", { ...run, what: "Suspend the subaccount" }, 'Tollgate began run k3 "Suspend the subaccount"'],
    [
      "run-step-recorded",
      { ...run, data: { step: "secondary-created" } },
      'recorded step "secondary-created" of run k3',
    ],
    [
      "run-done",
      { ...run, data: { evidence: ["status is suspended"] } },
      "finished run k3: done; checked: status is suspended",
    ],
    [
      "run-partly-done",
      { ...run, data: { evidence: ["voice closed"], remaining: ["Close LV in the Console"] } },
      "partly done; checked: voice closed; to do by hand: Close LV in the Console",
    ],
    ["run-refused", { ...run, data: { reason: "the key is gone" } }, "did not carry out run k3 (the key is gone)"],
    [
      "run-unknown",
      { ...run, data: { reason: "no answer" } },
      "cannot tell yet whether run k3 took effect (no answer)",
    ],
    ["run-reverted", { ...run, data: { by: "m9" } }, "undid run k3 by run m9"],
    [
      "refused",
      { stream: "approval-k3", version: null, data: { attempted: "approve", refusal: "own-request" } },
      "Ann Ito (Slack) tried to approve approval-k3 and was refused: nobody approves their own request",
    ],
    [
      "refused",
      { stream: "chat", incidentId: null, version: null, data: { attempted: "ask-usage", refusal: "guest" } },
      "tried to ask for usage in chat and was refused: guests may not act",
    ],
    [
      "refused",
      { stream: "incident-7", version: null, data: { attempted: "wake", refusal: "not-snoozed" } },
      "tried to end the snooze of incident-7 and was refused: it was not snoozed",
    ],
    [
      "policy-loaded",
      { stream: "policy", version: null, data: { digest: "d1" } },
      "loaded the people and policy of tollgate.yml, digest d1",
    ],
  ])("tells %s in plain words", (type, part, words) => {
    expect(auditLine(recordOf({ type, ...part }))).toContain(words);
  });

  test("has words for every refusal of the rules and of the shell", () => {
    for (const refusal of [
      ...INCIDENT_REFUSALS,
      ...SILENCE_REFUSALS,
      ...REQUEST_REFUSALS,
      ...PERSON_REFUSALS,
      ...SHELL_REFUSALS,
    ]) {
      expect(refusalWords(refusal), refusal).not.toBe(refusal);
    }
  });

  test("of a type that this version does not know says no more than is known", () => {
    expect(auditLine(recordOf({ type: "incident-silenced", stream: "incident-7" }))).toContain(
      'Ann Ito (Slack) recorded "incident-silenced" on incident-7',
    );
    expect(auditLine(recordOf({ type: "toString" }))).toContain('recorded "toString"');
  });

  test("names a stranger by platform and user id", () => {
    const actor = { kind: "stranger", platform: "teams", userId: "29:1x" } as const;
    expect(auditLine(recordOf({ actor, type: "refused", data: {} }))).toMatch(
      /^Somebody unknown on Teams \(29:1x\) tried to do something/,
    );
  });

  test("is one line, so that a typed reason cannot look like another record", () => {
    const reason = `x\nBen resolved incident 8 #9 ${"a".repeat(12)}\u2028\u202Ey ${"z".repeat(5_000)}`;
    const line = auditLine(
      recordOf({ type: "approval-requested", data: { request: { description: "Suspend", reason } } }),
    );
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(line.length).toBeLessThan(1_000);
    expect(line).toMatch(/#123 [0-9a-f]{12}$/);
  });
});

describe("equal refusals", () => {
  const refused = (seconds: number, userId = "U0ANN", refusal = "own-request") =>
    draft({
      version: null,
      type: "refused",
      atMs: 1_000_000 + seconds * 1_000,
      actor: { ...ann, userId },
      data: { attempted: "approve", refusal },
    });
  const lines = (...drafts: readonly ReturnType<typeof draft>[]) => foldLines(seal(key, GENESIS, drafts).records);

  test("of one person within a minute become one line with the newest one's anchor", () => {
    const folded = lines(...Array.from({ length: 19 }, (_, index) => refused(index * 3)));
    expect(folded).toHaveLength(1);
    expect(folded[0]).toMatch(/nobody approves their own request.* x 19 #19 [0-9a-f]{12}$/);
  });

  test("of other people, for other reasons or a minute later have their own", () => {
    expect(lines(refused(0), refused(1, "U0BEN"), refused(2, "U0ANN", "not-due"), refused(60))).toHaveLength(4);
  });

  test("keep the order of the anchors when something happened between them", () => {
    const folded = lines(refused(0), draft({ version: 1 }), refused(1), draft({ version: 2 }));
    expect(folded.map((line) => / x \d+|#\d+/g[Symbol.match](line))).toEqual([["#2"], [" x 2", "#3"], ["#4"]]);
  });
});

test("a refusal repeats another when it would share its line, and nothing else repeats anything", () => {
  const refused = (atMs: number, refusal = "own-request") =>
    recordOf({ version: null, type: "refused", atMs, data: { attempted: "approve", refusal } });
  expect(isRepeatedRefusal(refused(0), refused(59_999))).toBe(true);
  expect(isRepeatedRefusal(refused(0), refused(60_000))).toBe(false);
  expect(isRepeatedRefusal(refused(0), refused(1, "not-due"))).toBe(false);
  expect(isRepeatedRefusal(recordOf({}), recordOf({}))).toBe(false);
});

test("equal events are never folded", () => {
  const { records } = seal(key, GENESIS, [draft({ version: 1 }), draft({ version: 2 })]);
  expect(foldLines(records)).toHaveLength(2);
});

const SHELL_REFUSALS = ["a-later-one", "already-open", "unknown-account", "unknown-action", "unknown-preview"];
