import { describe, expect, it } from "vitest";
import type { Actor } from "../../src/audit/envelope.ts";
import type { Alert } from "../../src/detection/contract.ts";
import { REPORTED_BY_PERSON } from "../../src/detection/threats.ts";
import type { SilenceCommand, SilenceEvent } from "../../src/incident/silence.ts";
import { covers, decideSilence, evolveSilence, noSilence } from "../../src/incident/silence-decide.ts";
import type { SilenceId } from "../../src/lib/id.ts";
import { ACCOUNT, alertFixture } from "../support/fixtures.ts";
import { scenario } from "../support/given.ts";

const given = scenario({ initial: noSilence, decide: decideSilence, evolve: evolveSilence });
const DAY_MS = 86_400_000;
const by: Actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" };
const asked: Extract<SilenceCommand, { readonly type: "silence" }> = {
  type: "silence",
  id: "s1" as SilenceId,
  accountSid: ACCOUNT,
  threat: "toll-fraud",
  by,
  reason: "a load test",
  untilMs: 10_000,
};
const { type: _type, ...about } = asked;
const started: SilenceEvent = { ...about, type: "silence-started", atMs: 1_000 };
const heldBack = {
  type: "silence-held-back",
  heldBack: { ...alertFixture(), atMs: 2_000 },
  atMs: 2_000,
} as const satisfies SilenceEvent;
const holdBack = (changes: Partial<Alert> = {}): Extract<SilenceCommand, { readonly type: "hold-back" }> => ({
  type: "hold-back",
  alert: alertFixture(changes),
  doneAtMs: null,
});

describe("a silence", () => {
  it("has an end that is still to come, within seven days", () => {
    given().when(asked, 1_000).yields(started);
    given().when(asked, 10_000).refuses("silence-in-the-past");
    given()
      .when({ ...asked, untilMs: 1_001 + 7 * DAY_MS }, 1_000)
      .refuses("silence-too-long");
    given()
      .when({ ...asked, untilMs: 1_000 + 7 * DAY_MS }, 1_000)
      .becomes({ status: "active" });
    given(started).when(asked, 2_000).refuses("already-silenced");
  });

  it("remembers the first alert of each threat and severity, so that it stays small however many come", () => {
    given(started).when(holdBack(), 2_000).yields(heldBack);
    given(started, heldBack).when(holdBack(), 3_000).yields();
    given(started, heldBack)
      .when(holdBack({ severity: "critical" }), 3_000)
      .becomes({ heldBack: [{ severity: "warning" }, { severity: "critical" }] });
  });

  it("remembers another first alert after people were done with an incident of that threat", () => {
    const { lastSignalAtMs } = alertFixture();
    const later = { ...holdBack({ lastSignalAtMs: lastSignalAtMs + 2_000 }), doneAtMs: lastSignalAtMs + 1_000 };
    given(started, heldBack)
      .when(later, 3_000)
      .becomes({ heldBack: [heldBack.heldBack, { atMs: 3_000 }] });
    given(started, heldBack)
      .when({ ...holdBack(), doneAtMs: lastSignalAtMs - 1_000 }, 3_000)
      .yields();
  });

  it("holds nothing back once its time is over, though no timer came", () => {
    given(started).when(holdBack(), 10_000).refuses("silence-over");
    expect(covers(given(started).state, ACCOUNT, "toll-fraud", 9_999)).toBe(true);
    expect(covers(given(started).state, ACCOUNT, "toll-fraud", 10_000)).toBe(false);
  });

  it("covers its own threat on its own account, or every threat where none is named", () => {
    const { state } = given(started);
    expect(covers(state, ACCOUNT, "verify-pumping", 2_000)).toBe(false);
    expect(covers(state, `AC${"2".repeat(32)}` as typeof ACCOUNT, "toll-fraud", 2_000)).toBe(false);
    const wide = given({ ...started, threat: null });
    expect(covers(wide.state, ACCOUNT, "verify-pumping", 2_000)).toBe(true);
    // What a person reports wants somebody to come.
    expect(covers(wide.state, ACCOUNT, REPORTED_BY_PERSON, 2_000)).toBe(false);
    expect(covers(given({ ...started, threat: REPORTED_BY_PERSON }).state, ACCOUNT, REPORTED_BY_PERSON, 2_000)).toBe(
      false,
    );
  });

  it("lapses when its time is over and not before, and once", () => {
    given(started).when({ type: "lapse" }, 9_999).refuses("silence-not-over");
    const lapsed: SilenceEvent = { type: "silence-lapsed", atMs: 10_000 };
    given(started).when({ type: "lapse" }, 10_000).yields(lapsed);
    given(started, lapsed).when({ type: "lapse" }, 10_001).refuses("silence-over");
    expect(given(started, lapsed).state).toMatchObject({ status: "over", endedBy: null });
  });

  it("is ended by a person at any time, once", () => {
    given(started).when({ type: "end", by }, 2_000).becomes({ status: "over", endedBy: by, endedAtMs: 2_000 });
    given(started, { type: "silence-ended", by, atMs: 2_000 }).when({ type: "end", by }, 3_000).refuses("silence-over");
  });

  it("is unknown before it was started", () => {
    given().when({ type: "end", by }, 1).refuses("unknown-silence");
    given().when({ type: "lapse" }, 1).refuses("unknown-silence");
  });
});
