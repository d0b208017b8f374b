import { describe, it } from "vitest";
import type { Actor } from "../../src/audit/envelope.ts";
import type { IncidentCommand, IncidentEvent } from "../../src/incident/contract.ts";
import { decideIncident } from "../../src/incident/decide.ts";
import { evolveIncident, noIncident } from "../../src/incident/evolve.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import { alertFixture } from "../support/fixtures.ts";
import { scenario } from "../support/given.ts";

const given = scenario({
  initial: noIncident,
  decide: (state, command: IncidentCommand, nowMs: number) =>
    decideIncident(state, command, nowMs, { reopenWithinMs: 30 * 60_000, remindAfterMs: 600_000 }),
  evolve: evolveIncident,
});
const id = "7" as IncidentId;
const ann: Actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" };
const alert = alertFixture({ severity: "warning" });
const critical = alertFixture({ severity: "critical" });
const opened: IncidentEvent = { type: "incident-opened", id, alert, atMs: 1_000 };
const acknowledged: IncidentEvent = { type: "incident-acknowledged", by: ann, atMs: 2_000 };
const escalated: IncidentEvent = { type: "incident-escalated", alert: critical, reason: "escalated", atMs: 3_000 };
const snoozed: IncidentEvent = { type: "incident-snoozed", by: ann, untilMs: 5_000, atMs: 4_000 };

/** The silence was over at 8,000. */
function unsilence(...heardAtMs: readonly number[]): IncidentCommand {
  return { type: "unsilence", overAtMs: 8_000, heardAtMs };
}
const calls = { type: "incident-unsilenced", isAlarm: true, atMs: 9_000 } as const;
const reminds = { ...calls, isAlarm: false } as const;

describe("an incident whose silence is over", () => {
  it("calls for what became critical or came back unheard, whoever had it before", () => {
    given(opened, acknowledged, escalated).when(unsilence(), 9_000).yields(calls);
    const reopened: IncidentEvent = { type: "incident-reopened", alert, by: null, atMs: 5_000 };
    given(opened, acknowledged, reopened).when(unsilence(), 9_000).yields(calls);
  });

  it("calls nobody for what people heard of, or took since", () => {
    given(opened, acknowledged, escalated).when(unsilence(3_000), 9_000).yields();
    given(opened, escalated, { ...acknowledged, atMs: 4_000 })
      .when(unsilence(), 9_000)
      .yields();
    given(opened, acknowledged).when(unsilence(), 9_000).yields();
  });

  it("calls for what is critical while nobody has acknowledged it, and only reminds of a warning", () => {
    given({ ...opened, alert: critical })
      .when(unsilence(), 9_000)
      .yields(calls);
    given(opened).when(unsilence(), 9_000).yields(reminds);
    given(opened).when(unsilence(), 9_000).becomes({ calledAtMs: 9_000, alarm: null });
  });

  it("does not call for what a person reopened, who was there", () => {
    const resolved: IncidentEvent = { type: "incident-resolved", by: ann, atMs: 4_000 };
    const reopened: IncidentEvent = { type: "incident-reopened", alert, by: ann, atMs: 5_000 };
    given(opened, escalated, resolved, reopened).when(unsilence(), 9_000).yields(reminds);
  });

  it("keeps the promise of a snooze that ended meanwhile, once, and waits for one that goes on", () => {
    given(opened, acknowledged, snoozed).when(unsilence(), 9_000).yields(calls);
    given(opened, acknowledged, snoozed).when(unsilence(5_000), 9_000).yields();
    given(opened, acknowledged, snoozed, calls)
      .when({ type: "unsilence", overAtMs: 20_000, heardAtMs: [9_000] }, 21_000)
      .yields();
    given({ ...opened, alert: critical }, { ...snoozed, untilMs: 10_000 })
      .when(unsilence(), 9_000)
      .yields();
  });

  it("is told once, and not at all of what came after the silence", () => {
    given(opened, acknowledged, escalated, calls).when(unsilence(), 9_500).yields();
    given({ ...opened, alert: critical, atMs: 8_000 })
      .when(unsilence(), 9_000)
      .yields();
    given(opened, acknowledged, { ...escalated, atMs: 8_000 })
      .when(unsilence(), 9_000)
      .yields();
    given(opened, { type: "incident-resolved", by: ann, atMs: 4_000 }).when(unsilence(), 9_000).yields();
  });

  it("calls again at the end of the next silence when that kept the call from people", () => {
    const next: IncidentCommand = { type: "unsilence", overAtMs: 20_000, heardAtMs: [] };
    given(opened, acknowledged, escalated, calls)
      .when(next, 21_000)
      .yields({ ...calls, atMs: 21_000 });
    given(opened, acknowledged, escalated, calls)
      .when({ ...next, heardAtMs: [9_000] }, 21_000)
      .yields();
  });

  it("remembers of which threat people were called, where it took another one in", () => {
    const other = alertFixture({ severity: "critical", threat: "verify-pumping" });
    given(opened)
      .when({ type: "absorb", alert: other }, 3_000)
      .becomes({ alarm: { atMs: 3_000, threat: "verify-pumping", why: "became-critical" } });
    given(opened)
      .when({ type: "raise", id, alert: critical }, 3_000)
      .becomes({ alarm: { threat: alert.threat } });
  });
});
