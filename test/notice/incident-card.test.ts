import { describe, expect, test } from "vitest";
import type { Bucket } from "../../src/detection/contract.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import { incidentCard } from "../../src/notice/incident-card.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import {
  account,
  acknowledged,
  ann,
  annAsActor,
  ben,
  contained,
  incidentView,
  labels,
  linesOf,
  MINUTE_MS,
  mergedAway,
  NOW_MS,
  observation,
  offers,
  open,
  pending,
  resolved,
  run,
  SID,
  silence,
} from "./house.ts";

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
      "What happened: Outbound calls crossed 50.00 USD today. Since <-12> (1 signal from Twilio).",
      "Money: not read yet",
      "In the hands of: nobody yet",
      "What to do: Acknowledge it, then stop it: the buttons below are in the order that works.",
    ]);
    expect(first.tone).toBe("alarm");
  });

  test("once confirmed: money an hour, today against the usual, live calls and where they go", () => {
    const confirmed = card({ incident: { ...acknowledged, confirmation: "confirmed" }, observation, signalCount: 312 });
    expect(linesOf(confirmed)).toEqual([
      "@ann @ben This needs one of you now.",
      "*Confirmed* by Twilio's records, read <-1>.",
      "What happened: Outbound calls crossed 50.00 USD today. Since <-12> (312 signals from Twilio).",
      "Burning now: *212 USD an hour*; 53 USD more if an approval takes all its 15 minutes",
      "Spent today: 1,204.11 USD, 9.8 times the usual day (122.30 USD)",
      "Where it goes: 37 calls live now. Latvia 302 calls (not on your list), United States 4 calls",
      "In the hands of: Ann Ito, since <-5>",
      "What to do: Stop it: the buttons below are in the order that works.",
    ]);
  });

  test("webhooks that were refused are said once, calmly, with how many of all minutes, and what was lost by it", () => {
    const refused = (minute: number, count: number): Bucket => {
      const atMs = minute * 60_000;
      const last = { kind: "refused-webhooks", accountSid: SID, atMs, count } as const;
      return { accountSid: SID, series: last.kind, minute, count: 3, last, firstAtMs: atMs, lastAtMs: atMs };
    };
    const said = (parts: Partial<IncidentView>) =>
      linesOf(card({ observation, ...parts })).filter((line) => line.startsWith("Refused"));
    const buckets = [refused(1, 1_020), refused(2, 4)];
    const all =
      "Refused webhooks: At least 1,024: this account sent more than Tollgate takes from one account in a minute. Tollgate reads Twilio's records instead";
    expect(said({ buckets })).toEqual([`${all}, so nothing is lost.`]);
    expect(said({ buckets, observation: { ...observation, trafficIsCut: true } })).toEqual([`${all}.`]);
    const money = { perHourUsd: 9, lostTodayUsd: 9, isAtLeast: true };
    expect(said({ buckets, incident: { ...open, alert: { ...open.alert, money } } })).toEqual([`${all}.`]);
    expect(said({})).toEqual([]);
  });

  test("calls of a log that was cut are said to be lower bounds", () => {
    const cut = linesOf(card({ observation: { ...observation, trafficIsCut: true } }));
    expect(cut).toContain(
      "Where it goes: at least 37 calls live now. Latvia at least 302 calls (not on your list), United States at least 4 calls",
    );
  });

  test("a rate that was watched for seconds only is said to be a lower bound", () => {
    const brief = linesOf(card({ observation: { ...observation, burnIsAtLeast: true } })).join("\n");
    expect(brief).toContain(
      "Burning now: *at least 212 USD an hour*; at least 53 USD more if an approval takes all its 15 minutes",
    );
  });

  test("once contained, money that was read before is not burning now", () => {
    const readAt = (atMs: number) => linesOf(card({ incident: contained, observation: { ...observation, atMs } }));
    expect(readAt(contained.containedAtMs)).toContain("Was burning: *212 USD an hour*");
    expect(readAt(contained.containedAtMs + 1)).toContain("Burning, mean of 10 minutes: *212 USD an hour*");
  });

  test("calls of a resolved incident were live at the last reading, and need not be now", () => {
    expect(linesOf(card({ incident: resolved, observation })).join()).toMatch(/37 calls live at the last reading/);
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
    expect(lines.join()).not.toContain("live now");
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

  test("what a person reported claims nothing of Twilio", () => {
    const evidence = [{ label: "Reported by", value: "Ben Okafor" }];
    const reported = { ...open.alert, threat: "reported-by-person", category: null, evidence };
    const lines = linesOf(card({ incident: { ...open, alert: reported }, signalCount: 0 }));
    expect(lines).toContain("*Twilio has not reported it.* Reported by: Ben Okafor.");
    expect(lines).toContain("What happened: Outbound calls crossed 50.00 USD today. Since <-12>.");
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
    [{ observation }, "Critical: Toll fraud suspected on Acme Voice EU, 212 USD an hour to Latvia. Open the card."],
    [
      { observation: { ...observation, burnPerHourUsd: null } },
      "Critical: Toll fraud suspected on Acme Voice EU, 1,204 USD today to Latvia. Open the card.",
    ],
    [
      { observation: { ...observation, burnIsAtLeast: true } },
      "Critical: Toll fraud suspected on Acme Voice EU, at least 212 USD an hour to Latvia. Open the card.",
    ],
    [
      {
        incident: { ...open, alert: { ...open.alert, money: { perHourUsd: 540, lostTodayUsd: 540, isAtLeast: true } } },
      },
      "Critical: Toll fraud suspected on Acme Voice EU, at least 540 USD an hour. Open the card.",
    ],
    [{}, "Critical: Toll fraud suspected on Acme Voice EU. Open the card."],
    [{ incident: contained }, "Contained: Toll fraud suspected on Acme Voice EU."],
    [{ incident: resolved }, "Resolved by Ann Ito (Fraud, stopped): Toll fraud suspected on Acme Voice EU."],
    [{ incident: mergedAway }, "Merged into incident 9: Toll fraud suspected on Acme Voice EU."],
  ])("a phone's notification is useful by itself", (parts, fallback) => {
    expect(card(parts).fallback).toBe(fallback);
  });

  test("names from outside stand as they are: escaping is the renderer's", () => {
    expect(card({ account: { ...account, friendlyName: "<!channel>" } }).heading).toContain("<!channel>");
  });

  test("who acknowledged is named by the record, not looked up", () => {
    expect(linesOf(card({ incident: acknowledged, names: new Map([[ann, "Somebody Else"]]) }))).toContain(
      "In the hands of: Ann Ito, since <-5>",
    );
  });
});

describe("who has it", () => {
  test.each([
    [{ ...open, assignee: ben }, "In the hands of: Ben Okafor, not acknowledged yet"],
    [{ ...acknowledged, assignee: ben }, "In the hands of: Ben Okafor; acknowledged by Ann Ito <-5>"],
    [{ ...acknowledged, assignee: null }, "In the hands of: Ann Ito, since <-5>"],
    [{ ...contained, assignee: ben }, "In the hands of: Ben Okafor"],
    [{ ...contained, acknowledgedBy: null }, "In the hands of: nobody acknowledged it"],
    [{ ...resolved, assignee: ben }, "Was in the hands of: Ben Okafor"],
  ])("%#", (incident, line) => {
    expect(linesOf(card({ incident }))).toContain(line);
  });

  test("a resolved incident that nobody took says nothing of it", () => {
    expect(linesOf(card({ incident: { ...resolved, acknowledgedBy: null } })).join()).not.toContain("hands");
  });
});

describe("what to do", () => {
  const partly = run("disable-geo-regions", { status: "partly-done", remaining: ["Close Nigeria in the Console."] });
  const nothingOffered = offers.map((offer) => ({ ...offer, blockedReason: "It is closed." }));
  test.each([
    [{}, "Acknowledge it, then stop it: the buttons below are in the order that works."],
    [{ offers: nothingOffered }, "Acknowledge it. Nothing more can be done to the account from here now."],
    [{ incident: acknowledged }, "Stop it: the buttons below are in the order that works."],
    [{ incident: acknowledged, offers: nothingOffered }, "Nothing more can be done to the account from here now."],
    [
      { incident: { ...acknowledged, confirmation: "unconfirmed" as const } },
      "See whether it is real: stop it, or resolve it as a false positive.",
    ],
    [{ pending: [pending("suspend-subaccount")] }, "Get an answer to the request: Suspend the subaccount."],
    [
      { pending: [pending("suspend-subaccount"), pending("delete-api-keys")] },
      "Get an answer to the 2 requests below.",
    ],
    [
      { runs: [run("suspend-subaccount", { status: "started" as const })] },
      "Wait a moment, this is under way: Suspend the subaccount.",
    ],
    [
      { runs: [run("suspend-subaccount", { status: "unknown" as const })] },
      "Wait a moment: Tollgate is reading back what happened.",
    ],
    [{ incident: contained }, "See that it has stopped, then resolve it."],
    [{ incident: contained, runs: [partly] }, "Finish by hand what is listed below."],
  ])("%#: one thing, for somebody who was just woken up", (parts, words) => {
    expect(linesOf(card(parts))).toContain(`What to do: ${words}`);
  });

  test("nothing, once it is resolved", () => {
    expect(linesOf(card({ incident: resolved, runs: [partly] })).join()).not.toContain("What to do");
  });
});

describe("what is quiet or elsewhere", () => {
  test("a snooze is said with its end and by whom, and only while it lasts", () => {
    const until = (snoozedUntilMs: number) =>
      linesOf(card({ incident: { ...acknowledged, snoozedUntilMs, snoozedBy: annAsActor } }));
    expect(until(NOW_MS + 30 * MINUTE_MS)).toContain(
      "*Snoozed* until <30> by Ann Ito. Nobody is reminded before that.",
    );
    expect(until(NOW_MS).join()).not.toContain("Snoozed");
  });

  test("a silence is said with its reach, end, person and reason, and only while it lasts", () => {
    expect(linesOf(card({ silence }))).toContain(
      "*This threat is silenced here* until <60> by Ann Ito: A campaign to Latvia until noon.",
    );
    expect(linesOf(card({ silence: { ...silence, threat: null } })).join()).toContain(
      "*Everything on this account is silenced* until <60>",
    );
    expect(linesOf(card({ silence: { ...silence, untilMs: NOW_MS } })).join()).not.toContain("silenced");
    expect(linesOf(card({ silence, incident: resolved })).join()).not.toContain("silenced");
  });

  test("incidents that were merged into it are named", () => {
    const merged = [
      { id: "8" as IncidentId, threat: "sip-attack" },
      { id: "9" as IncidentId, threat: "lookup-abuse" },
    ];
    expect(linesOf(card({ merged }))).toContain(
      "*Merged into this one*: incident 8 (SIP attack: calls from strangers are being refused) and incident 9 (Abuse suspected: number look-ups).",
    );
  });

  test("another platform that is down is said on the one that works", () => {
    expect(linesOf(card({ platformsDown: ["Microsoft Teams"] }))).toContain(
      "Microsoft Teams does not take messages now; its cards are behind.",
    );
    expect(linesOf(card({ platformsDown: ["Slack", "Microsoft Teams"] }))).toContain(
      "Slack and Microsoft Teams do not take messages now; their cards are behind.",
    );
  });

  test("an account is a fact of its own only where that changes the decision", () => {
    expect(linesOf(card()).join()).not.toContain("Account:");
    expect(linesOf(card({ account: { ...account, status: "suspended" } }))).toContain(
      "Account: *Acme Voice EU*, suspended",
    );
    expect(linesOf(card({ account: { ...account, isParent: true } }))).toContain(
      "Account: *Acme Voice EU*, the main account",
    );
  });
});

describe("once resolved", () => {
  test("it says by whom, when, why and with what note, and claims no confirming", () => {
    const settled = card({ incident: { ...resolved, cause: "false-positive", note: "A campaign of our own" } });
    expect(settled.heading).toMatch(/^RESOLVED · /);
    expect(linesOf(settled)[0]).toBe("*Resolved* by Ann Ito <-1>: *False positive*. A campaign of our own.");
    expect(labels(settled)).toEqual({ buttons: [], overflow: [] });
    expect(settled.tone).toBe("calm");
  });

  test("merged into another one, it leads there", () => {
    const settled = card({ incident: mergedAway });
    expect(settled.heading).toMatch(/^MERGED · /);
    expect(linesOf(settled).slice(0, 2)).toEqual([
      "*Merged* by Ann Ito <-1> into incident 9. It goes on there.",
      "Open incident 9 -> incident-9",
    ]);
  });
});
