import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Approval, ApprovalCommand, RemediationPolicy, Role } from "../../src/approval/contract.ts";
import { decideApproval } from "../../src/approval/decide.ts";
import { evolveApproval, noApproval } from "../../src/approval/evolve.ts";
import { DEFAULT_REMEDIATION_POLICY } from "../../src/approval/policy.ts";
import type { Actor } from "../../src/audit/envelope.ts";
import type { Incident, IncidentCommand } from "../../src/incident/contract.ts";
import { decideIncident } from "../../src/incident/decide.ts";
import { evolveIncident, noIncident } from "../../src/incident/evolve.ts";
import type { IncidentId, PersonId, RunId } from "../../src/lib/id.ts";
import { decideRun, evolveRun, noRun, type Run, type RunCommand } from "../../src/remediation/run.ts";
import { alertFixture, requestFixture } from "../support/fixtures.ts";
import { grantFixture } from "../support/grants.ts";

const people = ["ann", "ben", "cem", "dia"] as const;
const person = fc.constantFrom(...people).map((id) => id as PersonId);
const roles = fc.subarray<Role>(["responder", "approver"]);

function commands(policy: RemediationPolicy): fc.Arbitrary<ApprovalCommand> {
  const request = requestFixture({ policy, requester: "ann" as PersonId, requestedAtMs: 0, expiresAtMs: 100 });
  return fc.oneof(
    fc.record({ type: fc.constant("request" as const), request: fc.constant(request), roles }),
    fc.record({ type: fc.constant("approve" as const), by: person, roles }),
    fc.record({ type: fc.constant("deny" as const), by: person, roles }),
    fc.constant({ type: "expire" as const }),
    fc.constant({ type: "close" as const }),
  );
}

/** Times come in any order too: a clock steps back, a timer comes late. */
const moment = fc.integer({ min: 0, max: 200 });
const SETTLED = ["granted", "denied", "withdrawn", "expired"];

function playApproval(steps: readonly (readonly [ApprovalCommand, number])[]): readonly Approval[] {
  const states: Approval[] = [noApproval];
  for (const [command, nowMs] of steps) {
    const before = states.at(-1) ?? noApproval;
    const decision = decideApproval(before, command, nowMs);
    states.push(decision.accepted ? decision.events.reduce(evolveApproval, before) : before);
  }
  return states;
}

describe("no sequence of commands, repeats and reorderings included,", () => {
  it("grants under the default policy with the requester among the approvers, or to somebody without the role", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(commands(DEFAULT_REMEDIATION_POLICY), moment), { maxLength: 40 }), (steps) => {
        const last = playApproval(steps).at(-1);
        if (last?.status !== "granted") return;
        expect(last.grant.approvers).not.toContain(last.request.requester);
        for (const approver of last.grant.approvers) {
          expect(steps.some(([c]) => c.type === "approve" && c.by === approver && c.roles.includes("approver"))).toBe(
            true,
          );
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("changes a settled approval", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(commands({ ...DEFAULT_REMEDIATION_POLICY, approvals: 2 }), moment), { maxLength: 40 }),
        (steps) => {
          const states = playApproval(steps);
          const settledAt = states.findIndex((state) => SETTLED.includes(state.status));
          if (settledAt === -1) return;
          for (const state of states.slice(settledAt)) expect(state).toEqual(states[settledAt]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("grants twice, or with fewer people than policy asks for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.gen(), (approvals, g) => {
        const steps = g(() =>
          fc.array(fc.tuple(commands({ ...DEFAULT_REMEDIATION_POLICY, approvals }), moment), {
            minLength: 5,
            maxLength: 40,
          }),
        );
        let state: Approval = noApproval;
        let grants = 0;
        for (const [command, nowMs] of steps) {
          const decision = decideApproval(state, command, nowMs);
          if (!decision.accepted) continue;
          grants += decision.events.filter((event) => event.type === "approval-granted").length;
          state = decision.events.reduce(evolveApproval, state);
        }
        expect(grants).toBeLessThanOrEqual(1);
        if (state.status === "granted") expect(new Set(state.approvedBy).size).toBeGreaterThanOrEqual(approvals);
      }),
      { numRuns: 1_000 },
    );
  });

  it("yields two runs for one grant, or changes a settled run but by an undo", () => {
    const grant = grantFixture();
    const outcome = fc.constantFrom(
      { status: "done", evidence: [], captured: null } as const,
      { status: "partly-done", evidence: [], remaining: ["x"], captured: null } as const,
      { status: "refused", reason: "no" } as const,
      { status: "unknown", reason: "?" } as const,
    );
    const command: fc.Arbitrary<RunCommand> = fc.oneof(
      fc.constant({ type: "start" as const, grant }),
      fc.constant({ type: "resume" as const }),
      fc.constant({ type: "refuse" as const, grant, reason: "changed" }),
      fc.record({
        type: fc.constant("record-step" as const),
        attempt: fc.integer({ min: 1, max: 3 }),
        step: fc.constant("s"),
        data: fc.constant(null),
      }),
      fc.record({ type: fc.constant("finish" as const), attempt: fc.integer({ min: 1, max: 3 }), outcome }),
      fc.constant({ type: "revert" as const, by: "r2" as RunId }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(command, moment), { maxLength: 40 }), (steps) => {
        let state: Run = noRun;
        let starts = 0;
        for (const [next, nowMs] of steps) {
          const before: Run = state;
          const decision = decideRun(before, next, nowMs);
          if (!decision.accepted) continue;
          starts += decision.events.filter((event) => event.type === "run-started").length;
          state = decision.events.reduce(evolveRun, before);
          if (["done", "partly-done", "refused", "reverted"].includes(before.status)) {
            expect(next.type).toBe("revert");
            expect(["done", "partly-done"]).toContain(before.status);
            expect(state.status).toBe("reverted");
          }
        }
        expect(starts).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });

  describe("of an incident", () => {
    const id = "7" as IncidentId;
    const by = person.map(
      (personId): Actor => ({
        kind: "person",
        personId,
        name: personId,
        platform: "slack",
        userId: personId,
      }),
    );
    const alert = fc
      .record({
        severity: fc.constantFrom("warning" as const, "critical" as const),
        countries: fc.subarray(["LV", "CU", "SO"]),
        lastSignalAtMs: moment,
      })
      .map((changes) => alertFixture(changes));
    const others = fc.constantFrom("7", "8", "9").map((other) => other as IncidentId);
    const command: fc.Arbitrary<IncidentCommand> = fc.oneof(
      fc.record({ type: fc.constant("raise" as const), id: fc.constant(id), alert }),
      fc.record({ type: fc.constant("acknowledge" as const), by }),
      fc.record({ type: fc.constant("contain" as const), runId: fc.constant("r1" as RunId) }),
      fc.record({ type: fc.constant("release" as const), runId: fc.constant("r1" as RunId) }),
      fc.record({
        type: fc.constant("resolve" as const),
        by,
        cause: fc.constantFrom("fraud-stopped" as const, "other" as const),
        note: fc.constant(null),
      }),
      fc.record({ type: fc.constant("assign" as const), by, to: person }),
      fc.record({ type: fc.constant("snooze" as const), by, untilMs: moment }),
      fc.record({ type: fc.constant("wake" as const), by }),
      fc.record({ type: fc.constant("reopen" as const), by }),
      fc.record({ type: fc.constant("merge" as const), by, into: others }),
      fc.record({ type: fc.constant("take-in" as const), by, from: others, alert }),
      fc.record({ type: fc.constant("pass-on" as const), alert }),
      fc.constant({ type: "find-active" as const }),
      fc.record({
        type: fc.constant("absorb" as const),
        alert: alert.map((one) => ({ ...one, dedupKey: "another", threat: "another", category: null })),
      }),
    );

    function play(
      steps: readonly (readonly [IncidentCommand, number])[],
      look: (
        before: Incident,
        command: IncidentCommand,
        after: Incident,
        events: readonly string[],
        nowMs: number,
      ) => void,
    ): void {
      let state: Incident = noIncident;
      for (const [next, nowMs] of steps) {
        const before: Incident = state;
        const decision = decideIncident(before, next, nowMs, { reopenWithinMs: 50, remindAfterMs: 10 });
        if (!decision.accepted) continue;
        state = decision.events.reduce(evolveIncident, before);
        look(
          before,
          next,
          state,
          decision.events.map(({ type }) => type),
          nowMs,
        );
      }
    }
    const steps = fc.array(fc.tuple(command, moment), { maxLength: 60 });

    it("changes what it is about: its number, dedup key, account, threat and category", () => {
      fc.assert(
        fc.property(steps, (played) => {
          play(played, (_before, _command, after) => {
            if (after.status === "none") return;
            const { dedupKey, accountSid, threat, category } = alertFixture();
            expect(after).toMatchObject({ id, alert: { dedupKey, accountSid, threat, category } });
          });
        }),
        { numRuns: 2_000 },
      );
    });

    it("lets a resolved one go on but by a raise or a person's reopening, or a merged one by a person", () => {
      fc.assert(
        fc.property(steps, (played) => {
          play(played, (before, command, after, events) => {
            if (before.status !== "resolved" || events.length === 0) return;
            if (command.type === "pass-on") {
              expect(before.mergedInto).not.toBeNull();
              expect(after).toMatchObject({ status: "resolved", mergedInto: before.mergedInto });
              return;
            }
            expect(["raise", "reopen"]).toContain(command.type);
            expect(after.status).toBe("open");
            if (command.type === "reopen") expect(before.mergedInto).toBeNull();
          });
        }),
        { numRuns: 2_000 },
      );
    });

    it("forgets what was merged in or a country, merges it into itself, or counts a merge twice", () => {
      fc.assert(
        fc.property(steps, (played) => {
          play(played, (before, _command, after) => {
            if (before.status === "none" || after.status === "none") return;
            expect(after.merged.slice(0, before.merged.length)).toEqual(before.merged);
            expect(new Set(after.merged).size).toBe(after.merged.length);
            expect(after.merged).not.toContain(id);
            expect(after.countries).toEqual(expect.arrayContaining([...before.countries]));
            if (after.status === "resolved") expect(after.mergedInto).not.toBe(id);
          });
        }),
        { numRuns: 2_000 },
      );
    });

    it("lets a snooze last through an alarm", () => {
      fc.assert(
        fc.property(steps, (played) => {
          play(played, (before, _command, after, events, nowMs) => {
            if (before.status === "none" || after.status === "none") return;
            const isAlarm =
              events.includes("incident-reopened") ||
              (before.alert.severity !== "critical" && after.alert.severity === "critical");
            if (isAlarm) expect(after.snoozedUntilMs ?? 0).toBeLessThanOrEqual(nowMs);
          });
        }),
        { numRuns: 2_000 },
      );
    });
  });
});
