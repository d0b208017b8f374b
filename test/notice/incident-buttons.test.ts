/** Which buttons an incident's cards have, in every state. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LiveIncident } from "../../src/incident/contract.ts";
import type { RunId } from "../../src/lib/id.ts";
import { moreOffers } from "../../src/notice/incident-buttons.ts";
import { incidentCard, showCard } from "../../src/notice/incident-card.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import type { RemediationId } from "../../src/remediation/contract.ts";
import {
  account,
  acknowledged,
  annAsActor,
  contained,
  incidentView,
  labels,
  linesOf,
  mergedAway,
  NOW_MS,
  offers,
  open,
  pending,
  resolved,
  run,
} from "./house.ts";

function view(parts: Partial<IncidentView> = {}): IncidentView {
  return { ...incidentView, ...parts };
}

function card(parts: Partial<IncidentView> = {}) {
  return incidentCard(view(parts), NOW_MS);
}

describe("its buttons", () => {
  test("while open: Acknowledge first, then the remediations in the order that works", () => {
    expect(labels(card())).toEqual({
      buttons: [
        "Acknowledge",
        "Rotate auth token (no undo)",
        "Delete API keys (no undo)",
        "Disable geo regions",
        "Suspend subaccount",
      ],
      overflow: ["Resolve…", "Assign…", "Snooze or silence…", "Merge…"],
    });
  });

  test("what was done moves to the overflow, and its undo takes the place", () => {
    const runs = [run("rotate-auth-token"), run("disable-geo-regions", { undoTitle: "Restore geo regions" })];
    expect(labels(card({ incident: acknowledged, runs }))).toEqual({
      buttons: ["Delete API keys (no undo)", "Suspend subaccount", "Undo: Restore geo regions"],
      overflow: ["Resolve…", "Assign…", "Snooze or silence…", "Merge…", "More remediations…"],
    });
  });

  test("once contained: Resolve first, then Undo", () => {
    const suspended = { ...account, status: "suspended" } as const;
    const blocked = offers.map((offer) => {
      if (offer.remediation === "reactivate-subaccount") return { ...offer, blockedReason: null };
      return { ...offer, blockedReason: "It is suspended; reactivate it first." };
    });
    const shown = card({
      incident: contained,
      account: suspended,
      offers: blocked,
      runs: [run("suspend-subaccount", { undoTitle: "Reactivate subaccount" })],
    });
    expect(labels(shown)).toEqual({
      buttons: ["Resolve…", "Undo: Reactivate subaccount"],
      overflow: ["Assign…", "Snooze or silence…", "Merge…"],
    });
    expect(linesOf(shown)).toContain(
      "Not offered now: Rotate auth token, Delete API keys, Disable geo regions. It is suspended; reactivate it first.",
    );
  });

  test("a subaccount that somebody else suspended can be reactivated", () => {
    const blocked = offers.map((offer) => ({
      ...offer,
      blockedReason: offer.remediation === "reactivate-subaccount" ? null : "It is suspended.",
    }));
    expect(labels(card({ offers: blocked })).buttons).toEqual(["Acknowledge", "Reactivate subaccount"]);
  });

  test("what waits for approval or runs is not offered a second time", () => {
    const shown = card({
      pending: [pending("suspend-subaccount")],
      runs: [run("delete-api-keys", { status: "unknown" })],
    });
    expect(labels(shown).buttons).toEqual(["Acknowledge", "Rotate auth token (no undo)", "Disable geo regions"]);
  });

  test("an undo that waits for approval is not offered a second time", () => {
    const done = run("suspend-subaccount", { undoTitle: "Reactivate subaccount" });
    const shown = card({ runs: [done], pending: [pending("reactivate-subaccount", { undoOf: done.runId })] });
    expect(labels(shown).buttons.join()).not.toContain("Reactivate");
  });

  test("however much could be undone, the incident can still be resolved", () => {
    const runs = Array.from({ length: 9 }, (_, index) =>
      run("disable-geo-regions", { runId: `run${index}` as RunId, undoTitle: "Restore geo regions" }),
    );
    expect(labels(card({ runs })).overflow).toHaveLength(5);
    expect(labels(card({ runs })).overflow).toContain("Resolve…");
  });

  test("irreversible ones are red, and a resolve before containment takes two taps", () => {
    const { buttons, overflow } = card();
    expect(buttons.filter(({ style }) => style === "danger").map(({ label }) => label)).toEqual([
      "Rotate auth token (no undo)",
      "Delete API keys (no undo)",
    ]);
    expect(buttons.map(({ label }) => label)).not.toContain("Resolve…");
    expect(overflow[0]?.label).toBe("Resolve…");
    expect(card({ incident: contained }).buttons[0]?.label).toBe("Resolve…");
  });

  test("a resolved card has none, and mentions nobody", () => {
    const runs = [run("suspend-subaccount", { undoTitle: "Reactivate subaccount" })];
    const settled = card({ incident: resolved, runs });
    expect(labels(settled)).toEqual({ buttons: [], overflow: [] });
    expect(moreOffers(view({ incident: resolved, runs }))).toEqual([]);
    expect(linesOf(settled).join()).not.toContain("@");
  });

  test("what found no place is the fifth of the menu when it is one, and behind one button when it is more", () => {
    const one = { incident: acknowledged, runs: [run("rotate-auth-token")] };
    expect(labels(card(one)).overflow.at(-1)).toBe("Rotate auth token again (no undo)");
    const two = { incident: acknowledged, runs: [run("rotate-auth-token"), run("disable-geo-regions")] };
    expect(labels(card(two)).overflow.at(-1)).toBe("More remediations…");
    expect(moreOffers(view(two))).toEqual([
      {
        value: "rotate-auth-token",
        label: "Rotate auth token again (no undo)",
        press: { action: "request", incidentId: "7", remediation: "rotate-auth-token" },
      },
      {
        value: "disable-geo-regions",
        label: "Disable geo regions again",
        press: { action: "request", incidentId: "7", remediation: "disable-geo-regions" },
      },
    ]);
  });

  test("several undos of one kind are told apart when read aloud, and none is lost", () => {
    const runs = ["Latvia", "Nigeria"].map((country) =>
      run("disable-geo-regions", {
        runId: `run-${country}` as RunId,
        description: `Disable ${country}`,
        undoTitle: "Restore geo regions",
      }),
    );
    const { buttons } = labels(card({ incident: acknowledged, runs }));
    expect(buttons.slice(-2)).toEqual([
      "Undo: Restore geo regions (Disable Latvia)",
      "Undo: Restore geo regions (Disable Nigeria)",
    ]);
    const left = moreOffers(view({ incident: open, runs }));
    expect(left.map(({ value }) => value)).toEqual(["undo.run-Nigeria", "disable-geo-regions"]);
    expect(left[0]?.press).toEqual({ action: "undo", incidentId: "7", runId: "run-Nigeria" });
  });

  test("while it is snoozed one can wake it, and no more once the snooze is over", () => {
    const until = (snoozedUntilMs: number) =>
      labels(card({ incident: { ...open, snoozedUntilMs, snoozedBy: annAsActor } })).overflow;
    expect(until(NOW_MS + 1)).toEqual(["Resolve…", "Assign…", "Wake", "Merge…"]);
    expect(until(NOW_MS)).toContain("Snooze or silence…");
  });

  test("they carry an action and ids, nothing else", () => {
    const runs = [run("suspend-subaccount", { undoTitle: "Reactivate subaccount" })];
    const { buttons, overflow } = card({ runs });
    for (const { press } of [...buttons, ...overflow]) {
      for (const name of Object.keys(press)) expect(["action", "incidentId", "remediation", "runId"]).toContain(name);
    }
  });

  test("whatever happened there are at most five, and five in the overflow, and none twice", () => {
    const remediations: readonly RemediationId[] = offers.map(({ remediation }) => remediation);
    const anyRun = fc
      .record({
        remediation: fc.constantFrom(...remediations),
        status: fc.constantFrom("done", "partly-done", "started", "refused", "unknown", "reverted"),
        undoTitle: fc.constantFrom(null, "Reactivate subaccount", "Restore geo regions"),
        runId: fc.uuid().map((id) => id as RunId),
      } as const)
      .map((parts) => run(parts.remediation, parts));
    const anyPending = fc.constantFrom(...remediations).map((remediation) => pending(remediation));
    const anyOffers = fc.tuple(
      ...offers.map((offer) => fc.constantFrom(offer, { ...offer, blockedReason: "Not now." })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom<LiveIncident>(open, acknowledged, contained, resolved, mergedAway),
        fc.option(fc.integer({ min: NOW_MS - 10, max: NOW_MS + 10 })),
        fc.array(anyRun, { maxLength: 14 }),
        fc.array(anyPending, { maxLength: 2 }),
        anyOffers,
        (state, snoozedUntilMs, runs, waiting, offered) => {
          const incident = { ...state, snoozedUntilMs };
          const given = view({ incident, runs, pending: waiting, offers: offered });
          for (const shown of [incidentCard(given, NOW_MS), showCard(given, NOW_MS)]) {
            const all = [...shown.buttons, ...shown.overflow];
            const presses = all.map(({ press }) => JSON.stringify(press));
            expect(shown.buttons.length).toBeLessThanOrEqual(5);
            expect(shown.overflow.length).toBeLessThanOrEqual(5);
            expect(new Set(presses).size).toBe(presses.length);
            const canResolve = presses.some((press) => press.includes('"resolve"'));
            expect(canResolve).toBe(incident.status !== "resolved");
            const offersMore = presses.some((press) => press.includes('"more"'));
            const left = moreOffers(given);
            const reachable = offersMore || left.every(({ press }) => presses.includes(JSON.stringify(press)));
            expect(reachable).toBe(true);
            expect(new Set(left.map(({ value }) => value)).size).toBe(left.length);
            // In a menu nothing can be asked about first.
            for (const { confirm } of shown.overflow) expect(confirm).toBeNull();
          }
        },
      ),
    );
  });
});

describe("shown to one person", () => {
  const show = (parts: Partial<IncidentView> = {}) => showCard(view(parts), NOW_MS);

  test("it calls nobody, leads to the card, and a report can be written", () => {
    const shown = show();
    expect(shown.subject).toBe("answer-incident-7");
    expect(linesOf(shown).join()).not.toContain("@");
    expect(linesOf(shown).at(-1)).toBe("Open the incident -> incident-7");
    expect(labels(shown).buttons).toEqual(labels(card()).buttons);
    expect(labels(shown).overflow).toEqual([...labels(card()).overflow, "Write report"]);
  });

  test("without room in the menu the remediations come before the report", () => {
    const shown = show({ incident: acknowledged, runs: [run("rotate-auth-token")] });
    expect(labels(shown).overflow).toHaveLength(5);
    expect(labels(shown).overflow).not.toContain("Write report");
  });

  test("resolved, it can be reopened and reported; merged away, it goes on elsewhere", () => {
    expect(labels(show({ incident: resolved }))).toEqual({ buttons: ["Reopen", "Write report"], overflow: [] });
    expect(labels(show({ incident: mergedAway }))).toEqual({ buttons: ["Write report"], overflow: [] });
  });
});
