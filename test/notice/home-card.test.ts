import { describe, expect, test } from "vitest";
import type { IncidentId } from "../../src/lib/id.ts";
import { type HomeView, homeCard } from "../../src/notice/home-card.ts";
import { account, ann, annAsActor, ben, labels, linesOf, NOW_MS, names, pending, silence, summary } from "./house.ts";

const quiet: HomeView = {
  asker: ann,
  incidents: [],
  approvals: [],
  silences: [],
  troubles: [],
  watched: ["slack", "teams", "twilio", "queue"],
  responders: [ann, ben],
  names,
  atMs: NOW_MS,
};

const waiting = { ...pending("suspend-subaccount", { requester: ben }), incidentId: "7" as IncidentId, account };

function home(parts: Partial<HomeView> = {}) {
  return homeCard({ ...quiet, ...parts });
}

test("with nothing to do it is calm and short", () => {
  const card = home();
  expect(card).toMatchObject({ subject: "home", heading: "All quiet", fallback: "All quiet", tone: "calm" });
  expect(linesOf(card)).toEqual([
    "Nothing is open, and nothing waits for you.",
    "Slack, Microsoft Teams, Twilio and the queue work.",
    "On call: Ann Ito and Ben Okafor.",
    "As of <0>.",
  ]);
  expect(labels(card)).toEqual({ buttons: ["Refresh"], overflow: [] });
});

test("what waits for me comes first, then what is mine, then the rest by money at risk", () => {
  const mine = summary({ id: "3" as IncidentId, status: "acknowledged", assignee: ann, acknowledgedBy: annAsActor });
  const given = summary({ id: "4" as IncidentId, status: "acknowledged", assignee: ben, acknowledgedBy: annAsActor });
  const dear = summary({ id: "5" as IncidentId, rate: { usd: 900, isAtLeast: false } });
  const card = home({ incidents: [given, mine, dear], approvals: [waiting], silences: [silence] });
  expect(card.heading).toBe("1 request waits for your approval · 3 incidents open, 1 yours");
  expect(card.tone).toBe("alarm");
  const lines = linesOf(card).map((line) => line.slice(0, 60));
  expect(lines).toEqual([
    "*Waiting for your approval*",
    "*Suspend the subaccount on Acme Voice EU*. Asked for by Ben Okafor. Expires <14>.".slice(0, 60),
    "Open the request: Suspend the subaccount -> approval-a1",
    "*In your hands*",
    expect.stringMatching(/^\*Incident 3 /),
    "*Other open incidents*",
    expect.stringMatching(/^\*Incident 5 /),
    expect.stringMatching(/^\*Incident 4 /),
    "*Silent for now*",
    expect.stringMatching(/^\*Toll fraud suspected/),
    "Slack, Microsoft Teams, Twilio and the queue work.",
    "On call: Ann Ito and Ben Okafor.",
    "As of <0>.",
  ]);
});

describe("health", () => {
  test("names each part that does not work, and is never calm about it", () => {
    const card = home({ troubles: [{ part: "teams", problem: "cards wait for 40 s" }] });
    expect(card.heading).toBe("Something does not work");
    expect(card.tone).toBe("attention");
    expect(linesOf(card)).toContain("- Microsoft Teams: cards wait for 40 s.");
    expect(linesOf(card).join()).not.toContain("queue work");
  });

  test("claims nothing of a platform that is off", () => {
    expect(linesOf(home({ watched: ["queue"] }))).toContain("The queue works.");
    expect(linesOf(home({ watched: [] })).join()).not.toContain("work");
  });

  test("says when nobody would be called", () => {
    expect(linesOf(home({ responders: [] }))).toContain("Nobody on the roster is a responder, so nobody is called.");
  });
});

test("a long list is cut with a count", () => {
  const incidents = Array.from({ length: 23 }, (_, index) => summary({ id: `${index}` as IncidentId }));
  const lines = linesOf(home({ incidents }));
  expect(lines.filter((line) => line.includes("[Show incident"))).toHaveLength(10);
  expect(lines).toContain("and 13 more.");
  expect(home({ incidents }).heading).toBe("23 incidents open, none yours");
});
