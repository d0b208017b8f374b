import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LiveIncident } from "../../src/incident/contract.ts";
import type { RunId } from "../../src/lib/id.ts";
import { incidentCard } from "../../src/notice/incident-card.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import type { RemediationId } from "../../src/remediation/contract.ts";
import {
  account,
  ann,
  annAsActor,
  incidentView,
  labels,
  linesOf,
  MINUTE_MS,
  NOW_MS,
  observation,
  offers,
  open,
  pending,
  run,
  SID,
} from "./house.ts";

const acknowledged: LiveIncident = {
  ...open,
  status: "acknowledged",
  acknowledgedBy: annAsActor,
  acknowledgedAtMs: NOW_MS - 5 * MINUTE_MS,
};
const contained: LiveIncident = {
  ...open,
  status: "contained",
  containedBy: "run18" as RunId,
  containedAtMs: NOW_MS - 3 * MINUTE_MS,
  acknowledgedBy: annAsActor,
};
const resolved: LiveIncident = {
  ...open,
  status: "resolved",
  resolvedBy: annAsActor,
  resolvedAtMs: NOW_MS - MINUTE_MS,
  acknowledgedBy: annAsActor,
};

function card(parts: Partial<IncidentView> = {}) {
  return incidentCard({ ...incidentView, ...parts }, NOW_MS);
}

describe("what it says", () => {
  test("at once: which account, what happened, and that it is being confirmed", () => {
    const first = card();
    expect(first.subject).toBe("incident-7");
    expect(first.heading).toBe("CRITICAL · Toll fraud suspected · Acme Voice EU");
    expect(linesOf(first)).toEqual([
      "@ann @ben This needs one of you now.",
      "*Reported by Twilio, confirming…*",
      "Account: *Acme Voice EU*",
      "What happened: Outbound calls crossed 50.00 USD today",
      "Money: not read yet",
      "Since: <-12> (1 signal from Twilio)",
      "In the hands of: nobody yet",
    ]);
    expect(first.tone).toBe("alarm");
  });

  test("once confirmed: money an hour, today against the usual, live calls and where they go", () => {
    const confirmed = card({ incident: { ...acknowledged, confirmation: "confirmed" }, observation, signalCount: 312 });
    expect(linesOf(confirmed)).toEqual([
      "@ann @ben This needs one of you now.",
      "*Confirmed* by Twilio's records, read <-1>.",
      "Account: *Acme Voice EU*",
      "What happened: Outbound calls crossed 50.00 USD today",
      "Burning now: *212 USD an hour*",
      "Spent today: 1,204.11 USD, 9.8 times the usual day (122.30 USD)",
      "Live calls: 37",
      "Where it goes: Latvia 302 calls (not on your list), United States 4 calls",
      "Since: <-12> (312 signals from Twilio)",
      "In the hands of: Ann Ito, since <-5>",
    ]);
  });

  test("once contained, money that was read before is not burning now", () => {
    const readAt = (atMs: number) => linesOf(card({ incident: contained, observation: { ...observation, atMs } }));
    expect(readAt(contained.containedAtMs)).toContain("Was burning: *212 USD an hour*");
    expect(readAt(contained.containedAtMs + 1)).toContain("Burning, mean of 10 minutes: *212 USD an hour*");
  });

  test("what could not be read is said, and so is a price that is not there yet", () => {
    const lines = linesOf(
      card({
        observation: {
          ...observation,
          burnPerHourUsd: null,
          spendTodayUsd: null,
          missing: ["live calls"],
          liveCalls: null,
        },
      }),
    );
    expect(lines).toContain("Burning now: not known until two readings can be compared");
    expect(lines).toContain("Spent today: Twilio gave no price yet");
    expect(lines.join()).not.toContain("Live calls");
    expect(card({ observation: { ...observation, missing: ["live calls"] } }).note).toContain(
      "Could not be read: live calls.",
    );
  });

  test("a reading that disagrees never hides the incident", () => {
    const doubted = card({
      incident: { ...open, confirmation: "unconfirmed" },
      unconfirmedReason: "calls cost 0.00 USD today",
    });
    expect(linesOf(doubted)).toContain(
      "*Not confirmed*: calls cost 0.00 USD today. Usage data lags, so it may still be true.",
    );
    expect(labels(doubted).buttons).toHaveLength(5);
    expect(doubted.tone).toBe("alarm");
  });

  test("an alert that no usage record could confirm claims no reading", () => {
    const burst = { ...open.alert, threat: "refused-credentials", category: null };
    const lines = linesOf(card({ incident: { ...open, alert: burst, confirmation: "confirmed" } }));
    expect(lines).toContain("*Reported by Twilio.*");
    expect(lines.join()).not.toContain("Money");
  });

  test("without an answer of Twilio about the account its SID stands for the name", () => {
    expect(card({ account: { sid: SID } }).heading).toContain(SID);
  });

  test("a run is told with who asked, who approved and how it was verified", () => {
    expect(linesOf(card({ runs: [run("suspend-subaccount")] }))).toContain(
      "<-3> *Subaccount suspended* by Ann Ito, approved by Ben Okafor. Verified: Twilio reports status suspended.",
    );
  });

  test.each([
    ["started", {}, "<-3> *Under way*: Delete 2 API keys. Asked for by Ann Ito, approved by Ben Okafor."],
    [
      "refused",
      { reason: "The account is closed", evidence: [] },
      "<-3> *Not done*: Delete 2 API keys. Asked for by Ann Ito, approved by Ben Okafor. The account is closed. Nothing was changed.",
    ],
    [
      "refused",
      { reason: "It said no. Nothing was changed.", evidence: [] },
      "<-3> *Not done*: Delete 2 API keys. Asked for by Ann Ito, approved by Ben Okafor. It said no. Nothing was changed.",
    ],
    [
      "unknown",
      { reason: "Twilio did not answer" },
      "<-3> *Outcome unknown, reading back*: Delete 2 API keys. Asked for by Ann Ito, approved by Ben Okafor. Twilio did not answer.",
    ],
    [
      "done",
      { evidence: ["Both keys are gone"] },
      "<-3> *API keys deleted* by Ann Ito, approved by Ben Okafor. Delete 2 API keys. Verified: Both keys are gone.",
    ],
    ["reverted", {}, "<-3> *API keys deleted, then undone* by Ann Ito, approved by Ben Okafor. Delete 2 API keys."],
  ] as const)("a run that is %s reads so", (status, parts, line) => {
    const lines = linesOf(
      card({ runs: [run("delete-api-keys", { description: "Delete 2 API keys", status, ...parts })] }),
    );
    expect(lines).toContain(line);
  });

  test("what a person must still do by hand is a list of its own", () => {
    const partly = run("disable-geo-regions", {
      description: "Disable Latvia and Nigeria",
      status: "partly-done",
      evidence: ["Latvia is closed"],
      remaining: ["Close messaging to Nigeria in the Console."],
    });
    const lines = linesOf(card({ runs: [partly] }));
    expect(lines).toContain(
      "<-3> *Partly done*: Disable Latvia and Nigeria. Asked for by Ann Ito, approved by Ben Okafor. Verified: Latvia is closed. The rest must be done by hand.",
    );
    expect(lines).toContain("Still to be done by hand: Disable Latvia and Nigeria");
    expect(lines).toContain("- Close messaging to Nigeria in the Console.");
  });

  test("a pending request is named and linked, an expired one is not", () => {
    const lines = linesOf(card({ pending: [pending("suspend-subaccount")] }));
    expect(lines).toContain("*Waits for approval*: Suspend the subaccount. Asked for by Ann Ito. Expires <14>.");
    expect(lines).toContain("Open the request: Suspend the subaccount -> approval-a1");
    const late = card({ pending: [pending("suspend-subaccount", { expiresAtMs: NOW_MS })] });
    expect(linesOf(late).join()).not.toContain("Waits for approval");
    expect(labels(late).buttons).toContain("Suspend subaccount");
  });

  test("delay is said, once it is worth saying", () => {
    expect(card({ lagMs: 40_000 }).note).toContain("This card is 40 seconds behind");
    expect(card({ lagMs: 900 }).note).not.toContain("behind");
  });

  test("nobody to call is said rather than left out", () => {
    expect(linesOf(card({ responders: [] }))[0]).toBe("Nobody on the roster is a responder, so nobody was called.");
    expect(linesOf(card({ mentionResponders: false }))[0]).not.toContain("@");
  });

  test.each([
    [{ observation }, "Toll fraud suspected on Acme Voice EU: 212 USD an hour to Latvia. Open the card."],
    [
      { observation: { ...observation, burnPerHourUsd: null } },
      "Toll fraud suspected on Acme Voice EU: 1,204 USD today to Latvia. Open the card.",
    ],
    [{}, "Toll fraud suspected on Acme Voice EU. Open the card."],
    [{ incident: contained }, "Contained: Toll fraud suspected on Acme Voice EU."],
    [{ incident: resolved }, "Resolved by Ann Ito: Toll fraud suspected on Acme Voice EU."],
  ])("a phone's notification is useful by itself", (parts, fallback) => {
    expect(card(parts).fallback).toBe(fallback);
  });

  test("names from outside stand as they are: escaping is the renderer's", () => {
    expect(card({ account: { ...account, friendlyName: "<!channel>" } }).heading).toContain("<!channel>");
  });
});

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
      overflow: ["Resolve"],
    });
  });

  test("what was done moves to the overflow, and its undo takes the place", () => {
    const runs = [run("rotate-auth-token"), run("disable-geo-regions", { undoTitle: "Restore geo regions" })];
    expect(labels(card({ incident: acknowledged, runs }))).toEqual({
      buttons: ["Delete API keys (no undo)", "Suspend subaccount", "Undo: Restore geo regions"],
      overflow: ["Resolve", "Rotate auth token again (no undo)", "Disable geo regions again"],
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
    expect(labels(shown)).toEqual({ buttons: ["Resolve", "Undo: Reactivate subaccount"], overflow: [] });
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
    expect(labels(card({ runs })).overflow).toContain("Resolve");
  });

  test("irreversible ones are red, and a resolve before containment takes two taps", () => {
    const { buttons, overflow } = card();
    expect(buttons.filter(({ style }) => style === "danger").map(({ label }) => label)).toEqual([
      "Rotate auth token (no undo)",
      "Delete API keys (no undo)",
    ]);
    expect(buttons.map(({ label }) => label)).not.toContain("Resolve");
    expect(overflow[0]?.label).toBe("Resolve");
    expect(card({ incident: contained }).buttons[0]?.label).toBe("Resolve");
  });

  test("a resolved card has none, and mentions nobody", () => {
    const settled = card({
      incident: resolved,
      runs: [run("suspend-subaccount", { undoTitle: "Reactivate subaccount" })],
    });
    expect(labels(settled)).toEqual({ buttons: [], overflow: [] });
    expect(linesOf(settled)[0]).toBe("*Resolved* by Ann Ito <-1>. *Reported by Twilio, confirming…*");
    expect(settled.tone).toBe("calm");
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
        fc.constantFrom<LiveIncident>(open, acknowledged, contained, resolved),
        fc.array(anyRun, { maxLength: 14 }),
        fc.array(anyPending, { maxLength: 2 }),
        anyOffers,
        (incident, runs, waiting, offered) => {
          const shown = card({ incident, runs, pending: waiting, offers: offered });
          const presses = [...shown.buttons, ...shown.overflow].map(({ press }) => JSON.stringify(press));
          expect(shown.buttons.length).toBeLessThanOrEqual(5);
          expect(shown.overflow.length).toBeLessThanOrEqual(5);
          expect(new Set(presses).size).toBe(presses.length);
          const canResolve = presses.some((press) => press.includes('"resolve"'));
          expect(canResolve).toBe(incident.status !== "resolved");
        },
      ),
    );
  });

  test("who acknowledged is named by the record, not looked up", () => {
    expect(linesOf(card({ incident: acknowledged, names: new Map([[ann, "Somebody Else"]]) }))).toContain(
      "In the hands of: Ann Ito, since <-5>",
    );
  });
});
