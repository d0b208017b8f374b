import { describe, expect, it } from "vitest";
import type { Actor } from "../../src/audit/envelope.ts";
import type { Alert } from "../../src/detection/contract.ts";
import type { IncidentEvent } from "../../src/incident/contract.ts";
import { decideIncident } from "../../src/incident/decide.ts";
import { evolveIncident, noIncident } from "../../src/incident/evolve.ts";
import type { IncidentId, PersonId, RunId } from "../../src/lib/id.ts";
import { alertFixture, observationFixture } from "../support/fixtures.ts";
import { scenario } from "../support/given.ts";

const REOPEN = 30 * 60_000;
const given = scenario({
  initial: noIncident,
  decide: (state, command: Parameters<typeof decideIncident>[1], nowMs: number) =>
    decideIncident(state, command, nowMs, { reopenWithinMs: REOPEN, remindAfterMs: 600_000 }),
  evolve: evolveIncident,
});
const id = "7" as IncidentId;
const runId = "r1" as RunId;
const alert = alertFixture();
const ann: Actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" };
const opened: IncidentEvent = { type: "incident-opened", id, alert, atMs: 1_000 };
const acknowledged: IncidentEvent = { type: "incident-acknowledged", by: ann, atMs: 2_000 };
const contained: IncidentEvent = { type: "incident-contained", runId, atMs: 3_000 };
const resolved: IncidentEvent = {
  type: "incident-resolved",
  by: ann,
  cause: "fraud-stopped",
  note: null,
  atMs: 4_000,
};
const other = "9" as IncidentId;
const [annId, benId] = ["ann" as PersonId, "ben" as PersonId];
const merged: IncidentEvent = { type: "incident-merged", by: ann, into: other, atMs: 4_000 };

describe("an incident", () => {
  it("opens with its first alert", () => {
    given().when({ type: "raise", id, alert }, 1_000).yields(opened);
  });

  it("takes the same alert again without a new event, so that its stream does not grow with every signal", () => {
    given(opened)
      .when({ type: "raise", id, alert: { ...alert, lastSignalAtMs: 9_000 } }, 9_000)
      .yields();
  });

  it("notes when it becomes critical or reaches another country", () => {
    const critical = alertFixture({ severity: "critical" });
    given(opened)
      .when({ type: "raise", id, alert: critical }, 5_000)
      .yields({ type: "incident-escalated", alert: critical, reason: "escalated", atMs: 5_000 });
    const further = alertFixture({ countries: ["LV"] });
    given(opened)
      .when({ type: "raise", id, alert: further }, 5_000)
      .yields({ type: "incident-escalated", alert: further, reason: "new-country", atMs: 5_000 });
  });

  it("notes when detection is surer, and each tenfold of money or numbers, once", () => {
    const at = (changes: Partial<Alert>, atMs: number, reason: "surer" | "worse"): IncidentEvent => ({
      type: "incident-escalated",
      alert: alertFixture(changes),
      reason,
      atMs,
    });
    const money = (lostTodayUsd: number) => ({ money: { perHourUsd: null, lostTodayUsd } });
    const raise = (changes: Partial<Alert>) => ({ type: "raise", id, alert: alertFixture(changes) }) as const;
    const sure = at({ confidence: "medium" }, 5_000, "surer");
    given(opened)
      .when(raise({ confidence: "medium" }), 5_000)
      .yields(sure);
    // Neither the same nor a quieter one is news, and what comes after a quieter one is none either.
    given(opened, sure)
      .when(raise({ confidence: "medium" }), 6_000)
      .yields();
    given(opened, sure)
      .when(raise({ confidence: "low" }), 6_000)
      .yields();
    given(opened, sure)
      .when(raise({ confidence: "low", countries: ["LV"] }), 6_000)
      .becomes({ alert: alertFixture({ confidence: "medium", countries: ["LV"] }) });
    given(opened)
      .when(raise(money(99)), 5_000)
      .yields();
    const worse = at(money(100), 5_000, "worse");
    given(opened)
      .when(raise(money(100)), 5_000)
      .yields(worse);
    given(opened, worse)
      .when(raise(money(999)), 6_000)
      .yields();
    given(opened, worse)
      .when(raise(money(1_000)), 6_000)
      .yields(at(money(1_000), 6_000, "worse"));
    given(opened)
      .when(raise({ affectedNumbers: 250 }), 5_000)
      .yields(at({ affectedNumbers: 250 }, 5_000, "worse"));
  });

  it("is confirmed by the first reading and remembers later ones only for a new country", () => {
    const observation = observationFixture();
    const confirmed: IncidentEvent = { type: "incident-confirmed", observation, atMs: 1_600 };
    given(opened).when({ type: "confirm", observation }, 1_600).yields(confirmed);
    given(opened, confirmed)
      .when({ type: "confirm", observation: observationFixture({ spendTodayUsd: 99 }) }, 1_700)
      .yields();
    const further = observationFixture({ destinations: [{ country: "CU", calls: 1, isAllowed: false }] });
    given(opened, confirmed)
      .when({ type: "confirm", observation: further }, 1_700)
      .becomes({ countries: ["LV", "CU"] });
  });

  it("stays visible when the reading disagrees", () => {
    given(opened)
      .when({ type: "doubt", reason: "usage data lags" }, 1_600)
      .becomes({ status: "open", confirmation: "unconfirmed" });
  });

  it("is acknowledged once", () => {
    given(opened).when({ type: "acknowledge", by: ann }, 2_000).yields(acknowledged);
    given(opened, acknowledged).when({ type: "acknowledge", by: ann }, 2_001).refuses("already-acknowledged");
  });

  it("keeps its owner through containment and release", () => {
    given(opened, acknowledged, contained)
      .when({ type: "release", runId }, 3_500)
      .becomes({ status: "acknowledged", acknowledgedBy: ann });
    given(opened, contained).when({ type: "release", runId }, 3_500).becomes({ status: "open" });
    given(opened, contained)
      .when({ type: "release", runId: "other" as RunId }, 3_500)
      .refuses("not-contained-by-this-run");
  });

  it("reopens when it burns on well after it was contained, and not for spend that is only counted late", () => {
    const minutes = (n: number) => 3_000 + n * 60_000;
    given(opened, contained)
      .when({ type: "raise", id, alert: alertFixture({ lastSignalAtMs: minutes(10) }) }, minutes(10))
      .yields();
    given(opened, contained)
      .when({ type: "raise", id, alert: alertFixture({ lastSignalAtMs: minutes(16) }) }, minutes(16))
      .becomes({ status: "open", reopenedAtMs: minutes(16) });
  });

  it("reopens when its account is found active again, which calls people and is nobody's incident any more", () => {
    given(opened, acknowledged, contained)
      .when({ type: "find-active" }, 9_000)
      .yields({ type: "incident-reopened", alert, by: null, isActiveAgain: true, atMs: 9_000 });
    given(opened, acknowledged, contained)
      .when({ type: "find-active" }, 9_000)
      .becomes({ status: "open", calledAtMs: 9_000, alarm: { why: "active-again" }, assignee: null });
    given(opened, acknowledged).when({ type: "find-active" }, 9_000).refuses("not-contained");
  });

  it("reopens within the cool-down and asks for a new incident after it", () => {
    const again = alertFixture({ lastSignalAtMs: 5_000 });
    given(opened, resolved)
      .when({ type: "raise", id, alert: again }, 4_000 + REOPEN)
      .becomes({ status: "open", reopenedAtMs: 4_000 + REOPEN });
    given(opened, resolved)
      .when({ type: "raise", id, alert: again }, 4_001 + REOPEN)
      .refuses("cooled-down");
  });

  it("is not reopened by signals from before it was resolved", () => {
    given(opened, resolved)
      .when({ type: "raise", id, alert: { ...alert, lastSignalAtMs: 3_999 } }, 4_100)
      .yields();
  });

  it("takes nothing but a raise and a reopening once it is resolved", () => {
    const settled = given(opened, resolved);
    settled.when({ type: "acknowledge", by: ann }, 5_000).refuses("already-resolved");
    settled.when({ type: "contain", runId }, 5_000).refuses("already-resolved");
    settled.when({ type: "resolve", by: ann, cause: "other", note: null }, 5_000).refuses("already-resolved");
    settled.when({ type: "assign", by: ann, to: benId }, 5_000).refuses("already-resolved");
    settled.when({ type: "snooze", by: ann, untilMs: 9_000 }, 5_000).refuses("already-resolved");
    settled.when({ type: "wake", by: ann }, 5_000).refuses("already-resolved");
    settled.when({ type: "merge", by: ann, into: other }, 5_000).refuses("already-resolved");
    settled.when({ type: "take-in", by: ann, from: other, alert }, 5_000).refuses("already-resolved");
    settled.when({ type: "find-active" }, 5_000).refuses("not-contained");
    settled.when({ type: "pass-on", alert }, 5_000).refuses("not-merged");
    settled.when({ type: "absorb", alert }, 5_000).refuses("already-resolved");
    settled.when({ type: "confirm", observation: observationFixture() }, 5_000).yields();
  });

  it("is resolved with a cause, and with a note where there is one", () => {
    given(opened)
      .when({ type: "resolve", by: ann, cause: "false-positive", note: "the spring campaign" }, 4_000)
      .becomes({ status: "resolved", cause: "false-positive", note: "the spring campaign", mergedInto: null });
    // As an older version wrote it.
    expect(given(opened, { type: "incident-resolved", by: ann, atMs: 4_000 }).state).toMatchObject({
      cause: "other",
      note: null,
    });
  });

  it("belongs to whoever acknowledged it, until somebody is assigned after that", () => {
    given(opened).when({ type: "acknowledge", by: ann }, 2_000).becomes({ assignee: annId });
    const handedOver: IncidentEvent = { type: "incident-assigned", by: ann, to: benId, atMs: 2_500 };
    given(opened, acknowledged).when({ type: "assign", by: ann, to: benId }, 2_500).yields(handedOver);
    expect(given(opened, acknowledged, handedOver).state).toMatchObject({ status: "acknowledged", assignee: benId });
  });

  it("is not acknowledged by being assigned, and is not assigned twice to one person", () => {
    const assigned: IncidentEvent = { type: "incident-assigned", by: ann, to: benId, atMs: 1_500 };
    given(opened).when({ type: "assign", by: ann, to: benId }, 1_500).becomes({ status: "open", assignee: benId });
    given(opened, assigned).when({ type: "assign", by: ann, to: benId }, 1_600).refuses("already-assigned");
  });

  it("is snoozed until a moment that is still to come, and can be woken before it", () => {
    given(opened).when({ type: "snooze", by: ann, untilMs: 5_000 }, 5_000).refuses("snooze-in-the-past");
    given(opened).when({ type: "wake", by: ann }, 2_000).refuses("not-snoozed");
    const snoozed: IncidentEvent = { type: "incident-snoozed", by: ann, untilMs: 9_000, atMs: 2_000 };
    given(opened).when({ type: "snooze", by: ann, untilMs: 9_000 }, 2_000).yields(snoozed);
    given(opened, snoozed).when({ type: "wake", by: ann }, 3_000).becomes({ snoozedUntilMs: 3_000, snoozedBy: null });
    given(opened, snoozed).when({ type: "wake", by: ann }, 9_000).refuses("not-snoozed");
  });

  it("is woken by an alarm and not by another country", () => {
    const snoozed: IncidentEvent = { type: "incident-snoozed", by: ann, untilMs: 90_000, atMs: 2_000 };
    const critical = alertFixture({ severity: "critical" });
    given(opened, snoozed)
      .when({ type: "raise", id, alert: critical }, 5_000)
      .becomes({ snoozedUntilMs: 5_000, snoozedBy: null });
    given(opened, snoozed)
      .when({ type: "raise", id, alert: alertFixture({ countries: ["LV"] }) }, 5_000)
      .becomes({ snoozedUntilMs: 90_000, snoozedBy: ann });
    given(opened, snoozed, resolved)
      .when({ type: "raise", id, alert: alertFixture({ lastSignalAtMs: 5_000 }) }, 5_000)
      .becomes({ status: "open", snoozedUntilMs: 5_000 });
  });

  it("stays critical when a milder alert brings another country", () => {
    const critical = alertFixture({ severity: "critical" });
    const { state } = given({ ...opened, alert: critical });
    expect(state).toMatchObject({ alert: { severity: "critical" } });
    given({ ...opened, alert: critical })
      .when({ type: "raise", id, alert: alertFixture({ countries: ["LV"] }) }, 5_000)
      .becomes({ alert: { severity: "critical" }, countries: ["LV"] });
  });

  it("is reopened by a person whenever it is resolved, however long ago, unless it was merged away", () => {
    const long = 4_000 + 100 * REOPEN;
    given(opened, resolved)
      .when({ type: "reopen", by: ann }, long)
      .yields({ type: "incident-reopened", alert, by: ann, atMs: long });
    given(opened).when({ type: "reopen", by: ann }, 5_000).refuses("not-resolved");
    given(opened, merged).when({ type: "reopen", by: ann }, 5_000).refuses("merged-away");
  });

  it("ends when it is merged into another one, and not when that is itself", () => {
    given(opened, acknowledged)
      .when({ type: "merge", by: ann, into: other }, 4_000)
      .becomes({ status: "resolved", cause: "merged", mergedInto: other, acknowledgedBy: ann });
    given(opened).when({ type: "merge", by: ann, into: id }, 4_000).refuses("merge-with-itself");
    given(opened).when({ type: "take-in", by: ann, from: id, alert }, 4_000).refuses("merge-with-itself");
  });

  it("takes another one in once, so that a merge that was cut short can be repeated", () => {
    const tookIn: IncidentEvent = { type: "incident-took-in", by: ann, from: other, atMs: 2_000 };
    given(opened).when({ type: "take-in", by: ann, from: other, alert }, 2_000).yields(tookIn);
    given(opened, tookIn).when({ type: "take-in", by: ann, from: other, alert }, 2_001).yields();
    expect(given(opened, tookIn).state).toMatchObject({ merged: [other] });
  });

  it("hears what it takes in: how bad it is, and where it goes", () => {
    const worse = alertFixture({ dedupKey: "other", severity: "critical", countries: ["CU"] });
    given(opened, acknowledged)
      .when({ type: "take-in", by: ann, from: other, alert: worse }, 5_000)
      .becomes({ merged: [other], alert: { severity: "critical", dedupKey: alert.dedupKey }, countries: ["CU"] });
    // Cut short after it took it in under an older version: heard now.
    const tookIn: IncidentEvent = { type: "incident-took-in", by: ann, from: other, atMs: 2_000 };
    given(opened, tookIn)
      .when({ type: "take-in", by: ann, from: other, alert: worse }, 5_000)
      .becomes({ merged: [other], alert: { severity: "critical" }, calledAtMs: 5_000 });
  });

  it("passes on what is heard of its threat while that goes on, and not when it begins anew", () => {
    const heardAt = (lastSignalAtMs: number) => ({ type: "pass-on", alert: { ...alert, lastSignalAtMs } }) as const;
    const passedOn = (atMs: number): IncidentEvent => {
      return { type: "incident-passed-on", alert: heardAt(atMs).alert, into: other, atMs };
    };
    const half = 4_000 + REOPEN / 2;
    // Told at most twice in that time, however many signals come.
    given(opened, merged).when(heardAt(half), half).yields();
    given(opened, merged)
      .when(heardAt(half + 1), half + 1)
      .yields(passedOn(half + 1));
    given(opened, merged)
      .when(heardAt(4_001 + REOPEN), 4_001 + REOPEN)
      .refuses("cooled-down");
    const later = half + 1 + REOPEN;
    given(opened, merged, passedOn(half + 1))
      .when(heardAt(later), later)
      .yields(passedOn(later));
    given(opened).when(heardAt(5_000), 5_000).refuses("not-merged");
  });

  it("is nobody's any more when it comes back", () => {
    const again = alertFixture({ lastSignalAtMs: 5_000 });
    given(opened, acknowledged, resolved).when({ type: "raise", id, alert: again }, 5_000).becomes({ assignee: null });
    given(opened, acknowledged, resolved).when({ type: "reopen", by: ann }, 5_000).becomes({ assignee: null });
  });

  it("remembers who gave it to its assignee, and not when they took it themselves", () => {
    const ben: Actor = { kind: "person", personId: "ben", name: "Ben Okafor", platform: "slack", userId: "U0BEN" };
    const assigned: IncidentEvent = { type: "incident-assigned", by: ann, to: benId, atMs: 1_500 };
    expect(given(opened, assigned).state).toMatchObject({ assigned: { by: ann, atMs: 1_500 } });
    expect(given(opened, { ...assigned, by: ben }).state).toMatchObject({ assignee: benId, assigned: null });
    given(opened, assigned).when({ type: "acknowledge", by: ann }, 2_000).becomes({ assigned: null });
  });

  it("stays what it is about when it hears an alert of one that it took in", () => {
    const foreign = alertFixture({
      dedupKey: "other.verify-pumping",
      threat: "verify-pumping",
      category: "verify",
      severity: "critical",
      countries: ["CU"],
    });
    given(opened)
      .when({ type: "absorb", alert: foreign }, 5_000)
      .becomes({
        alert: {
          dedupKey: alert.dedupKey,
          accountSid: alert.accountSid,
          threat: alert.threat,
          category: alert.category,
          severity: "critical",
          summary: foreign.summary,
        },
        countries: ["CU"],
      });
    given(opened)
      .when({ type: "absorb", alert: { ...foreign, severity: "warning", countries: [] } }, 5_000)
      .yields();
  });

  it("comes back when what it took in goes on well after it was contained", () => {
    const late = 3_000 + 16 * 60_000;
    given(opened, contained)
      .when({ type: "absorb", alert: alertFixture({ dedupKey: "other", lastSignalAtMs: late }) }, late)
      .becomes({ status: "open", alert: { dedupKey: alert.dedupKey } });
  });

  it("is unknown before it was raised", () => {
    given().when({ type: "acknowledge", by: ann }, 1).refuses("unknown-incident");
    expect(noIncident.status).toBe("none");
  });
});
