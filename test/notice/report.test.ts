import { describe, expect, test } from "vitest";
import { seal } from "../../src/audit/chain.ts";
import type { Actor, AuditDraft, AuditRecord } from "../../src/audit/envelope.ts";
import type { Bucket } from "../../src/detection/contract.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import { Secret } from "../../src/lib/secret.ts";
import { plain } from "../../src/notice/markdown.ts";
import { incidentReport, type ReportInput } from "../../src/notice/report.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import {
  ann,
  annAsActor,
  ben,
  incidentView,
  MINUTE_MS,
  NOW_MS,
  names,
  observation,
  open,
  resolved,
  run,
  SID,
} from "./house.ts";

const tollgate: Actor = { kind: "tollgate", part: "observe" };
const benAsActor: Actor = { kind: "person", personId: "ben", name: "Ben Okafor", platform: "teams", userId: "5f0c" };

function records(drafts: readonly Partial<AuditDraft>[]): readonly AuditRecord[] {
  const versions = new Map<string, number>();
  const whole = drafts.map((draft): AuditDraft => {
    const stream = draft.stream ?? "incident-7";
    const version = (versions.get(stream) ?? 0) + 1;
    if (draft.version !== null) versions.set(stream, version);
    return {
      stream,
      version,
      atMs: open.openedAtMs,
      actor: { kind: "twilio" },
      cause: "signal",
      type: "incident-opened",
      accountSid: SID,
      incidentId: "7",
      what: null,
      data: {},
      ...draft,
    };
  });
  return seal(new Secret("1f".repeat(32)), { sequence: 40, mac: "0".repeat(64) }, whole).records;
}

const at = (minutes: number) => open.openedAtMs + minutes * MINUTE_MS;

const bucket = (minute: number, count: number): Bucket => ({
  accountSid: SID,
  series: "error:32205",
  minute,
  count,
  last: { kind: "error", accountSid: SID, atMs: at(minute), code: "32205", level: "error", resourceSid: null },
  firstAtMs: at(minute),
  lastAtMs: at(minute) + 30_000,
});

function report(input: Partial<Omit<ReportInput, "view">> & { readonly view?: Partial<IncidentView> } = {}): string {
  return incidentReport({
    observations: [],
    records: records([{}]),
    isCut: false,
    calls: [],
    writtenAtMs: NOW_MS,
    ...input,
    view: { ...incidentView, incident: resolved, ...input.view },
  });
}

function sectionOf(markdown: string, title: string): string | undefined {
  return markdown.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
}

describe("the report of a whole attack", () => {
  const markdown = report({
    view: {
      buckets: [bucket(0, 4), bucket(1, 38), bucket(2, 1), bucket(40, 2)],
      signalCount: 45,
      runs: [
        run("suspend-subaccount", {
          status: "done",
          by: ann,
          approvedBy: [ben],
          atMs: at(9),
          evidence: ["the account reads back as suspended", "no call is live"],
        }),
        run("delete-api-keys", {
          status: "partly-done",
          description: "Delete 2 API keys",
          by: ann,
          approvedBy: [ben],
          atMs: at(10),
          remaining: ["Delete the key SK1 in the Console"],
        }),
      ],
    },
    observations: [
      { ...observation, atMs: at(1), spendTodayUsd: 300, burnPerHourUsd: 100 },
      { ...observation, atMs: at(5), spendTodayUsd: 900, burnPerHourUsd: 2_412.5 },
      {
        ...observation,
        atMs: at(8),
        burnPerHourUsd: 20,
        destinations: [{ country: "LV", calls: 9, isAllowed: false }],
      },
    ],
    records: records([
      { data: { alert: { severity: "critical", summary: "Outbound calls crossed 50.00 USD today" } } },
      { type: "incident-acknowledged", actor: annAsActor, cause: "click", atMs: at(4) },
      {
        stream: "approval-k3",
        type: "approval-requested",
        actor: annAsActor,
        atMs: at(6),
        what: "Suspend the subaccount",
        data: { request: { description: "Suspend the subaccount", reason: "Toll fraud to Latvia" } },
      },
      ...Array.from({ length: 3 }, (_, index) => ({
        stream: "approval-k3",
        version: null,
        type: "refused",
        actor: annAsActor,
        atMs: at(6) + 1_000 * (index + 1),
        what: "Suspend the subaccount",
        data: { attempted: "approve", refusal: "own-request" },
      })),
      {
        stream: "approval-k3",
        type: "approval-granted",
        actor: benAsActor,
        atMs: at(8),
        what: "Suspend the subaccount",
      },
      {
        stream: "run-k3",
        type: "run-step-recorded",
        actor: tollgate,
        atMs: at(8) + 1_000,
        data: { step: "hang-up" },
      },
      {
        stream: "run-k3",
        type: "run-done",
        actor: tollgate,
        atMs: at(9),
        what: "Suspend the subaccount",
        data: { evidence: ["the account reads back as suspended"] },
      },
      { type: "incident-contained", actor: tollgate, atMs: at(9) + 1_000, data: { runId: "k3" } },
      { type: "incident-resolved", actor: annAsActor, atMs: resolved.resolvedAtMs, data: { cause: "fraud-stopped" } },
    ]),
    calls: [{ kind: "reminder", atMs: at(3) }],
  });

  test("says what it was, how it ended and who had it", () => {
    expect(markdown).toMatch(/^# Incident 7: Toll fraud suspected: outbound calls on Acme Voice EU\n/);
    const summary = sectionOf(markdown, "Summary");
    expect(summary).toContain("- What: Outbound calls crossed 50.00 USD today.");
    expect(summary).toContain(`- Account: Acme Voice EU (${SID})`);
    expect(summary).toContain("- Severity: critical");
    expect(summary).toContain("- Status: resolved by Ann Ito");
    expect(summary).toContain("- Cause: Fraud, stopped");
  });

  test("says how long people took", () => {
    const times = sectionOf(markdown, "Times");
    expect(times).toContain("- First signal: 2026-11-21 03:00:00 GMT");
    expect(times).toContain("- Opened: 2026-11-21 03:01:00 GMT");
    expect(times).toContain("- Acknowledged: 2026-11-21 03:05:00 GMT by Ann Ito, 4 minutes after it was opened");
    expect(times).toContain("- Contained: 2026-11-21 03:10:01 GMT, 9 minutes after it was opened");
    expect(times).toContain("- Resolved: 2026-11-21 03:11:00 GMT, 10 minutes after it was opened");
  });

  test("says what it cost and where it went, without adding up readings that overlap", () => {
    const cost = sectionOf(markdown, "Money");
    expect(cost).toContain(
      "- Spent on 2026-11-21: 1,204.11 USD, 9.8 times the usual day, as read 2026-11-21 03:09:00 GMT",
    );
    expect(cost).toContain("- A usual day: 122.30 USD");
    expect(cost).toContain("- Worst rate: 2,413 USD an hour, read 2026-11-21 03:06:00 GMT");
    expect(sectionOf(markdown, "Where it went")?.split("\n").slice(2, 4)).toEqual([
      "- Latvia: 302 calls at most in one reading, not on your list of countries",
      "- United States: 4 calls at most in one reading",
    ]);
  });

  test("never says that it was at most what was read in part", () => {
    const inPart = report({ observations: [{ ...observation, trafficIsCut: true, burnIsAtLeast: true }] });
    expect(sectionOf(inPart, "Money")).toContain("- Worst rate: at least 212 USD an hour, read");
    expect(sectionOf(inPart, "Where it went")?.split("\n").slice(2, 4)).toEqual([
      "- Latvia: at least 302 calls in one reading, not on your list of countries",
      "- United States: at least 4 calls in one reading",
    ]);
  });

  test("tells everything in its order: signals counted, repeats folded, steps of the machinery left out", () => {
    const lines = sectionOf(markdown, "What happened")?.trim().split("\n").slice(2);
    expect(lines?.[0]).toBe("### 2026-11-21");
    const times = lines?.flatMap((line) => /^- \*\*(\d\d:\d\d:\d\d)\*\*/.exec(line)?.[1] ?? []) ?? [];
    expect(times).toEqual([...times].sort());
    const text = lines?.join("\n") ?? "";
    expect(text).toMatch(/\*\*03:01:00\*\* 43 signals from Twilio: .*, the last at 03:03:30/);
    expect(text).toMatch(/\*\*03:41:00\*\* 2 signals from Twilio/);
    expect(text).toContain("**03:04:00** Tollgate reminded the responders");
    expect(text).toContain("**03:05:00** Ann Ito (Slack) acknowledged incident 7");
    expect(text).toMatch(/tried to approve .* and was refused: .* \(3 times\)/);
    expect(text).toMatch(/Ben Okafor \(Teams\) gave the last approval/);
    expect(text).not.toContain("hang-up");
    // The title names the account; a line need not.
    expect(text).not.toContain(SID);
  });

  test("says what was done with its proof, and what must still be done by hand", () => {
    const done = sectionOf(markdown, "What was done");
    expect(done).toContain("by Ann Ito, approved by Ben Okafor.");
    expect(done).toContain("the account reads back as suspended. no call is live.");
    expect(sectionOf(markdown, "Still to be done by hand")).toContain(
      "- Delete the key SK1 in the Console. (Delete 2 API keys)",
    );
  });

  test("ends with what it can be checked against", () => {
    expect(sectionOf(markdown, "Proof")).toMatch(
      /Told from 11 audit records, `#41 [0-9a-f]{12}` to `#51 [0-9a-f]{12}` and 45 signals from Twilio\. `tollgate audit verify`/,
    );
  });
});

test("what was never known has no section, and nothing is empty", () => {
  const markdown = report({ view: { incident: { ...open, countries: [] }, names, signalCount: 0 } });
  const titles = [...markdown.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  expect(titles).toEqual(["Summary", "Times", "What happened", "Proof"]);
  expect(markdown).not.toMatch(/^## .*\n+(?=## |$(?![\s\S]))/m);
  expect(markdown).toContain("- Acknowledged: never");
});

test("what was merged into it is named, and so is what it was merged into", () => {
  expect(report({ view: { merged: [{ id: "9" as IncidentId, threat: "sip-attack" }] } })).toContain(
    "- Merged into it: incident 9 (SIP attack",
  );
  expect(report({ view: { incident: { ...resolved, cause: "merged", mergedInto: "9" as IncidentId } } })).toContain(
    "- Status: resolved by Ann Ito into incident 9",
  );
});

test("a report that does not reach back to the beginning says so", () => {
  expect(report({ isCut: true })).toContain("Older ones were left out");
});

describe("text from outside is inert", () => {
  const HOSTILE = [
    "<!channel> <@U0ANN> @here @everyone",
    "[pay](https://evil.example) https://evil.example www.evil.example mailto:a@evil.example",
    "`code` ```block``` *bold* _italic_ ~gone~",
    "a | b \\| c",
    "x\n# Heading\n- list\r\n> quote\u2028## Second",
    "![](@U0ANN) ![](#C0ALL)",
    "\u202eright to left\u202c &lt;!channel&gt;",
  ];

  test.each(HOSTILE)("in a name: %j", (name) => {
    const hostile: Actor = { kind: "person", personId: "ann", name, platform: "slack", userId: "U0ANN" };
    const markdown = report({
      view: {
        account: { sid: SID, friendlyName: name, status: "active", isParent: false },
        incident: { ...resolved, resolvedBy: hostile, note: name, alert: { ...open.alert, summary: name } },
        names: new Map([[ann, name]]),
        runs: [run("suspend-subaccount", { by: ann, description: name, evidence: [name] })],
      },
      records: records([
        { data: { alert: { severity: "critical", summary: name } } },
        { type: "incident-acknowledged", actor: hostile },
      ]),
    });
    const ours =
      /^(# Incident 7|## (Summary|Times|Where it went|What was done|What happened|Proof)$|### \d{4}-\d\d-\d\d$)/;
    for (const line of markdown.split("\n")) {
      if (line.startsWith("#")) expect(line).toMatch(ours);
      else expect(line).toMatch(/^$|^- |^Written by Tollgate|^Told from/);
    }
    // Our own marks apart, nothing is left that Markdown or Slack would act on.
    const theirs = markdown
      .replaceAll(/^#+ |^- \*\*[\d:]+\*\*/gm, "")
      .replaceAll(/`(#\d+ [0-9a-f]{12}|tollgate audit \w+)`/g, "")
      .replaceAll(/\\[\\`*_~|[\]#]/g, "");
    expect(theirs).not.toMatch(/[<>`*_~|[\]@]|:\/\/|www\./);
    expect(theirs).not.toMatch(/[\u202a-\u202e\u2028\r]/);
  });

  test("and still reads as it was written", () => {
    expect(plain("Acme Voice EU (24/7), 50% & more: 12.50 USD")).toBe(
      "Acme Voice EU (24/7), 50% &amp; more: 12.50 USD",
    );
    expect(plain("Émile 👩‍🚒 שלום")).toBe("Émile 👩‍🚒 שלום");
    expect(plain("")).toBe("");
  });
});
