import { describe, expect, test } from "vitest";
import { RESOLVE_CAUSES } from "../../src/incident/contract.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import type { Dialog, DialogField } from "../../src/notice/card.ts";
import {
  ANY_THREAT,
  assignDialog,
  FIELDS,
  mergeDialog,
  moreDialog,
  openIncidentDialog,
  quietDialog,
  resolveDialog,
  SPANS,
  silenceDialog,
  spanMs,
} from "../../src/notice/life-dialogs.ts";
import { account, ann, ben, linesOf, MINUTE_MS, NOW_MS, SID, summary } from "./house.ts";

const about = { incidentId: "7" as IncidentId, heading: "CRITICAL · Toll fraud suspected · Acme Voice EU" };
const past = [
  { threat: "toll-fraud", openedAtMs: NOW_MS - 50 * MINUTE_MS },
  { threat: "sip-attack", openedAtMs: NOW_MS - 20 * MINUTE_MS },
];
const quiet = { ...about, threatTitle: "Toll fraud suspected: outbound calls", past, canSilence: true };

const dialogs: Readonly<Record<string, Dialog>> = {
  resolve: resolveDialog(about),
  assign: assignDialog({ ...about, people: [{ id: ann, name: "Ann Ito" }], assignee: null }),
  quiet: quietDialog(quiet),
  snooze: quietDialog({ ...quiet, canSilence: false }),
  merge: mergeDialog({ ...about, others: [summary()] }),
  more: moreDialog({ ...about, offers: [{ value: "delete-api-keys", label: "Delete API keys (no undo)" }] }),
  silence: silenceDialog({ account, past, threats: ["toll-fraud"] }),
  "open-incident": openIncidentDialog({ account }),
};

function field(dialog: Dialog | undefined, id: string): DialogField | undefined {
  return dialog?.fields.find((each) => each.id === id);
}

function options(dialog: Dialog | undefined, id: string): readonly string[] {
  const found = field(dialog, id);
  return found !== undefined && "options" in found ? found.options.map(({ value }) => value) : [];
}

describe.each(Object.entries(dialogs))("the dialog %s", (_, dialog) => {
  test("fits the tightest platform", () => {
    expect(dialog.title.length).toBeLessThanOrEqual(24);
    expect(dialog.submit?.label.length).toBeLessThanOrEqual(24);
    for (const each of dialog.fields) {
      for (const { label, description = "" } of "options" in each ? each.options : []) {
        expect(label.length).toBeLessThanOrEqual(75);
        expect(description.length).toBeLessThanOrEqual(75);
      }
    }
  });

  test("says which incident or account it is about, then what will happen, in whole sentences", () => {
    const [first = "", ...rest] = linesOf(dialog);
    expect(first).toMatch(/^\*(Incident 7|Acme Voice EU)\*/);
    expect(rest.length).toBeGreaterThan(0);
    expect(rest[0]).toMatch(/^[A-Z].*\.$/);
  });

  test("has fields of different ids that are all known", () => {
    const ids = dialog.fields.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(Object.values(FIELDS)).toContain(id);
  });
});

describe("each dialog asks for what its form needs", () => {
  test("resolving: one of the causes, and a note if one likes", () => {
    expect(options(dialogs["resolve"], FIELDS.cause)).toEqual(RESOLVE_CAUSES);
    expect(field(dialogs["resolve"], FIELDS.cause)).toMatchObject({ initial: null });
    expect(field(dialogs["resolve"], FIELDS.note)).toMatchObject({ isOptional: true });
    expect(dialogs["resolve"]?.submit?.form).toEqual({ form: "resolve", incidentId: "7" });
    const words = linesOf(resolveDialog(about)).join(" ");
    expect(words).toContain("still wait for approval are withdrawn");
    expect(words).toContain("A signal soon after reopens");
    expect(JSON.stringify(dialogs["resolve"]?.fields)).toContain("helps to tune detection");
  });

  test("assigning: a responder, the present one chosen already", () => {
    const people = [
      { id: ann, name: "Ann Ito" },
      { id: ben, name: "Ben Okafor" },
    ];
    expect(field(assignDialog({ ...about, people, assignee: ben }), FIELDS.person)).toMatchObject({ initial: "ben" });
    const gone = assignDialog({ ...about, people: people.slice(0, 1), assignee: ben });
    expect(field(gone, FIELDS.person)).toMatchObject({ initial: null });
  });

  test("being quiet: a snooze first, a silence with what it would have held back, newest first", () => {
    expect(options(dialogs["quiet"], FIELDS.what)).toEqual(["snooze", "silence"]);
    expect(field(dialogs["quiet"], FIELDS.what)).toMatchObject({ initial: "snooze" });
    expect(options(dialogs["quiet"], FIELDS.span)).toEqual(["30m", "1h", "4h", "24h", "7d"]);
    expect(field(dialogs["quiet"], FIELDS.reason)).toMatchObject({ isOptional: true });
    expect(linesOf(quietDialog(quiet))).toEqual([
      "*Incident 7* · CRITICAL · Toll fraud suspected · Acme Voice EU",
      "A silence is for “Toll fraud suspected: outbound calls” on this account. It ends by itself, and a responder may end it sooner. What it held back opens an incident then.",
      "In the last 30 days it would have held back *2 incidents*:",
      "<-20> SIP attack: calls from strangers are being refused",
      "<-50> Toll fraud suspected: outbound calls",
      "An alarm ends a snooze: that it came back, or became critical.",
    ]);
  });

  test("being quiet where a silence is already: a snooze only", () => {
    expect(options(dialogs["snooze"], FIELDS.what)).toEqual(["snooze"]);
    expect(linesOf(quietDialog({ ...quiet, canSilence: false })).join()).toContain("silenced on this account already");
  });

  test("being quiet: a reason is asked for where it is kept, and a snooze keeps none", () => {
    expect(field(dialogs["quiet"], FIELDS.reason)).toMatchObject({ hint: expect.stringContaining("For a silence") });
    expect(field(dialogs["snooze"], FIELDS.reason)).toBeUndefined();
  });

  test("a long past is cut, and counted whole", () => {
    const long = Array.from({ length: 40 }, (_, index) => ({ threat: "toll-fraud", openedAtMs: index }));
    const lines = linesOf(quietDialog({ ...quiet, past: long }));
    expect(lines).toContain("In the last 30 days it would have held back *40 incidents*:");
    expect(lines).toContain("and 30 more before that.");
    expect(linesOf(quietDialog({ ...quiet, past: [] }))).toContain(
      "In the last 30 days it would have held back nothing.",
    );
  });

  test("merging: one of the other incidents, told apart by number, account, urgency and money", () => {
    expect(field(dialogs["merge"], FIELDS.incident)).toMatchObject({
      options: [
        {
          value: "9",
          label: "Incident 9 · Toll fraud suspected · Acme Voice EU",
          description: "Critical, open, 212 USD an hour",
        },
      ],
    });
    expect(linesOf(mergeDialog({ ...about, others: [summary()] })).join()).toContain("This incident ends");
  });

  test("more remediations: lists them and does nothing yet", () => {
    expect(options(dialogs["more"], FIELDS.remediation)).toEqual(["delete-api-keys"]);
    expect(linesOf(moreDialog({ ...about, offers: [{ value: "x", label: "X" }] })).join()).toContain(
      "Nothing happens yet",
    );
  });

  test("silencing an account: a threat or anything, for how long, and why", () => {
    const threats = options(silenceDialog({ account, past, threats: ["errors-99999", "sip-attack"] }), FIELDS.threat);
    expect(threats.slice(0, 2)).toEqual(["errors-99999", "sip-attack"]);
    expect(threats).toContain("messaging-pumping");
    expect(threats).not.toContain("reported-by-person");
    expect(threats.at(-1)).toBe(ANY_THREAT);
    expect(new Set(threats).size).toBe(threats.length);
    expect(field(dialogs["silence"], FIELDS.threat)).toMatchObject({ initial: null });
    expect(field(dialogs["silence"], FIELDS.reason)).toMatchObject({ isOptional: false });
    expect(dialogs["silence"]?.submit?.form).toEqual({ form: "silence", accountSid: SID });
  });

  test("opening an incident: what is seen, and how bad it is", () => {
    expect(field(dialogs["open-incident"], FIELDS.summary)).toMatchObject({ isOptional: false });
    expect(options(dialogs["open-incident"], FIELDS.severity)).toEqual(["warning", "critical"]);
  });
});

test("with nothing to choose a dialog says so and has nothing to send", () => {
  const empty = [
    mergeDialog({ ...about, others: [] }),
    moreDialog({ ...about, offers: [] }),
    assignDialog({ ...about, people: [], assignee: null }),
  ];
  for (const dialog of empty) {
    expect(dialog).toMatchObject({ fields: [], submit: null });
    expect(linesOf(dialog)[1]).toMatch(/there is nobody|There is no/);
  }
});

test("no more options than the tightest platform takes", () => {
  const others = Array.from({ length: 150 }, (_, index) => summary({ id: `${index}` as IncidentId }));
  expect(options(mergeDialog({ ...about, others }), FIELDS.incident)).toHaveLength(100);
});

test("a span's value says how long it is, and nothing else is one", () => {
  expect(SPANS.map(({ value }) => spanMs(value))).toEqual([30, 60, 240, 1440, 10_080].map((each) => each * MINUTE_MS));
  expect(spanMs("8d")).toBeUndefined();
  expect(spanMs(undefined)).toBeUndefined();
});
