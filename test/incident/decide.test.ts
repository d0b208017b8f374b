import { describe, expect, it } from "vitest";
import type { Actor } from "../../src/audit/envelope.ts";
import type { IncidentEvent } from "../../src/incident/contract.ts";
import { decideIncident } from "../../src/incident/decide.ts";
import { evolveIncident, noIncident } from "../../src/incident/evolve.ts";
import type { IncidentId, RunId } from "../../src/lib/id.ts";
import { alertFixture, observationFixture } from "../support/fixtures.ts";
import { scenario } from "../support/given.ts";

const REOPEN = 30 * 60_000;
const given = scenario({
  initial: noIncident,
  decide: (state, command: Parameters<typeof decideIncident>[1], nowMs: number) =>
    decideIncident(state, command, nowMs, { reopenWithinMs: REOPEN }),
  evolve: evolveIncident,
});
const id = "7" as IncidentId;
const runId = "r1" as RunId;
const alert = alertFixture();
const ann: Actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" };
const opened: IncidentEvent = { type: "incident-opened", id, alert, atMs: 1_000 };
const acknowledged: IncidentEvent = { type: "incident-acknowledged", by: ann, atMs: 2_000 };
const contained: IncidentEvent = { type: "incident-contained", runId, atMs: 3_000 };
const resolved: IncidentEvent = { type: "incident-resolved", by: ann, atMs: 4_000 };

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

  it("takes nothing but a raise once it is resolved", () => {
    const settled = given(opened, resolved);
    settled.when({ type: "acknowledge", by: ann }, 5_000).refuses("already-resolved");
    settled.when({ type: "contain", runId }, 5_000).refuses("already-resolved");
    settled.when({ type: "resolve", by: ann }, 5_000).refuses("already-resolved");
    settled.when({ type: "confirm", observation: observationFixture() }, 5_000).yields();
  });

  it("is unknown before it was raised", () => {
    given().when({ type: "acknowledge", by: ann }, 1).refuses("unknown-incident");
    expect(noIncident.status).toBe("none");
  });
});
