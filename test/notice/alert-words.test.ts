import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Alert } from "../../src/detection/contract.ts";
import { incidentCard } from "../../src/notice/incident-card.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import {
  acknowledged,
  contained,
  incidentView,
  linesOf,
  NOW_MS,
  observation,
  offers,
  open,
  pending,
  resolved,
} from "./house.ts";

/** The lines of a card whose alert says more. */
function lines(alert: Partial<Alert>, changes: Partial<IncidentView> = {}): readonly string[] {
  const incident = { ...(changes.incident ?? open), alert: { ...open.alert, ...alert } };
  return linesOf(incidentCard({ ...incidentView, ...changes, incident }, NOW_MS));
}

const money = { perHourUsd: 240, lostTodayUsd: 96.4 };

describe("what a card shows of an alert", () => {
  test.each([
    ["high", "Confidence: high."],
    ["medium", "Confidence: medium."],
    ["low", "Confidence: low, it may be ordinary business."],
  ] as const)("%s confidence is said behind where it stands", (confidence, words) => {
    expect(lines({ confidence })).toContain(`*Reported by Twilio, confirming…* ${words}`);
  });

  test("money at risk is there before anything was read: the rate, what waiting costs, and what is lost already", () => {
    const said = lines({ money });
    expect(said).toContain(
      "Burning: *240 USD an hour* above normal; 60 USD more if an approval takes all its 15 minutes",
    );
    expect(said).toContain("Lost today: 96.40 USD above normal");
    expect(said.join()).not.toContain("not read yet");
  });

  test("money of a log that was cut is a lower bound", () => {
    const said = lines({ money: { ...money, isAtLeast: true } });
    expect(said).toContain(
      "Burning: *at least 240 USD an hour* above normal; at least 60 USD more if an approval takes all its 15 minutes",
    );
    expect(said).toContain("Lost today: at least 96.40 USD above normal");
  });

  test("a reading of the account speaks instead of the alert, once there is one", () => {
    const said = lines({ money }, { observation });
    expect(said).toContain("Burning now: *212 USD an hour*; 53 USD more if an approval takes all its 15 minutes");
    expect(said.join()).not.toContain("above normal");
  });

  test("what waiting costs is said only where an approval is still to be asked for", () => {
    const waiting = "more if an approval";
    const asked = { observation, pending: [pending("suspend-subaccount")] };
    const blocked = { observation, offers: offers.map((offer) => ({ ...offer, blockedReason: "It is closed." })) };
    for (const changes of [asked, blocked, { observation, incident: contained }])
      expect(lines({ money }, changes).join()).not.toContain(waiting);
    expect(lines({ money }, { observation, incident: acknowledged }).join()).toContain(waiting);
  });

  test("the time is that of the remediation that helps most, as policy has it", () => {
    const slow = offers.map((offer) => ({ ...offer, approvalMs: 3_600_000 }));
    expect(lines({}, { observation, offers: slow })).toContain(
      "Burning now: *212 USD an hour*; 212 USD more if an approval takes all its 60 minutes",
    );
  });

  test("how many numbers were called is said with where", () => {
    expect(lines({ affectedNumbers: 87 }, { observation }).join()).toContain(
      "United States 4 calls. 87 different numbers",
    );
    expect(lines({ affectedNumbers: 1 }).join()).toContain("Where it goes: 1 different number");
  });

  test("messages are not called calls", () => {
    expect(lines({}, { observation: { ...observation, medium: "messages", liveCalls: null } }).join()).toContain(
      "Latvia 302 messages (not on your list)",
    );
  });

  test("what Twilio told nothing of is not said to be reported by it", () => {
    expect(lines({}, { signalCount: 0 })).toContain("*Seen in Twilio's records, confirming…*");
    expect(lines({ category: null }, { signalCount: 0 })).toContain("*Seen in Twilio's records.*");
  });

  test("a false positive is followed by what to write into the configuration, to be copied", () => {
    const proposal = {
      yaml: "detection:\n  accounts:\n    AC1:\n      allowedCountries: [US, LV]\n",
      why: "Traffic to Latvia counts as normal on this account from then on.",
    };
    const said = lines({}, { incident: resolved, proposal }).join("\n");
    const [, written = ""] = /tollgate\.yml:\n(.*)\n/.exec(said) ?? [];
    expect(said).toContain(proposal.why);
    expect(parse(written)).toEqual(parse(proposal.yaml));
  });
});
