import { describe, it } from "vitest";
import type { RunId } from "../../src/lib/id.ts";
import { decideRun, evolveRun, noRun, type RunEvent } from "../../src/remediation/run.ts";
import { scenario } from "../support/given.ts";
import { grantFixture } from "../support/grants.ts";

const given = scenario({ initial: noRun, decide: decideRun, evolve: evolveRun });
const grant = grantFixture();
const other = "r2" as RunId;
const started: RunEvent = { type: "run-started", grant, atMs: 10 };
const doneEvent: RunEvent = { type: "run-done", evidence: ["read back"], captured: { status: "active" }, atMs: 20 };
const doneOutcome = { status: "done", evidence: ["read back"], captured: { status: "active" } } as const;

describe("a run", () => {
  it("starts once: the second start of the same grant is refused", () => {
    given().when({ type: "start", grant }, 10).yields(started);
    given(started).when({ type: "start", grant }, 11).refuses("already-started");
    given(started, doneEvent).when({ type: "start", grant }, 30).refuses("already-settled");
  });

  it("may be refused before anything was done, and then never starts", () => {
    const refused: RunEvent = { type: "run-refused", grant, reason: "changed", atMs: 10 };
    given().when({ type: "refuse", grant, reason: "changed" }, 10).yields(refused);
    given(refused).when({ type: "start", grant }, 11).refuses("already-settled");
  });

  it("remembers its steps while it is under way", () => {
    given(started)
      .when({ type: "record-step", attempt: 1, step: "secondary-created", data: null }, 12)
      .becomes({ status: "started", steps: [{ name: "secondary-created", atMs: 12, data: null }] });
    given(started, doneEvent)
      .when({ type: "record-step", attempt: 1, step: "late", data: null }, 30)
      .refuses("already-settled");
  });

  it("is done, partly done or refused by its outcome, and never changes after", () => {
    given(started).when({ type: "finish", attempt: 1, outcome: doneOutcome }, 20).yields(doneEvent);
    given(started, doneEvent)
      .when({ type: "finish", attempt: 1, outcome: { status: "refused", reason: "late writer" } }, 30)
      .refuses("already-settled");
  });

  it("goes from unknown to its true outcome after reading back, and says unknown once", () => {
    const unknown: RunEvent = { type: "run-unknown", reason: "no answer", atMs: 15 };
    given(started)
      .when({ type: "finish", attempt: 1, outcome: { status: "unknown", reason: "no answer" } }, 15)
      .yields(unknown);
    given(started, unknown)
      .when({ type: "finish", attempt: 1, outcome: { status: "unknown", reason: "no answer" } }, 16)
      .yields();
    given(started, unknown).when({ type: "finish", attempt: 1, outcome: doneOutcome }, 20).becomes({ status: "done" });
  });

  it("refuses the worker that was overtaken: whoever resumed it last may write", () => {
    const resumed: RunEvent = { type: "run-resumed", attempt: 2, atMs: 12 };
    given(started).when({ type: "resume" }, 12).yields(resumed);
    given(started, resumed)
      .when({ type: "record-step", attempt: 1, step: "late", data: null }, 13)
      .refuses("superseded");
    given(started, resumed).when({ type: "finish", attempt: 1, outcome: doneOutcome }, 13).refuses("superseded");
    given(started, resumed).when({ type: "finish", attempt: 2, outcome: doneOutcome }, 13).becomes({ status: "done" });
    given(started, doneEvent).when({ type: "resume" }, 30).refuses("already-settled");
    given().when({ type: "resume" }, 30).refuses("not-started");
  });

  it("is reverted only by an undo, and only when it had done something", () => {
    given(started, doneEvent)
      .when({ type: "revert", by: other }, 40)
      .becomes({ status: "reverted", revertedBy: other });
    given(started).when({ type: "revert", by: other }, 40).refuses("nothing-to-revert");
    const reverted: RunEvent = { type: "run-reverted", by: other, atMs: 40 };
    given(started, doneEvent, reverted).when({ type: "revert", by: other }, 41).refuses("nothing-to-revert");
  });

  it("cannot finish before it started", () => {
    given().when({ type: "finish", attempt: 1, outcome: doneOutcome }, 20).refuses("not-started");
  });
});
