import { describe, expect, test } from "vitest";
import type { Desk } from "../../src/command/contract.ts";
import { incidents } from "../../src/command/incidents.ts";
import type { PersonId } from "../../src/lib/id.ts";
import { asking, deskWith, incidentCardOf, NOW_MS, pressesOf, summary, textOf, US, view, waits } from "./asking.ts";

const run = (words: string, desk: Partial<Desk> = {}) => incidents.run(words, asking({ desk: deskWith(desk) }));

describe("a list", () => {
  test.each(["", "open", " OPEN "])(
    "“%s” shows what is open: what, where, how much, who has it, and a button each",
    async (words) => {
      const open = [
        summary("7", { assignee: "ben" as PersonId }),
        summary("9", { threat: "messaging-pumping", account: view(US), rate: null, spendTodayUsd: null }),
      ];
      const answer = await run(words, { incidents: async (which) => (which === "open" ? open : []) });
      const [heading, seven, nine] = textOf(answer).split("\n");
      expect(heading).toBe("2 open incidents");
      for (const words of [
        "Incident 7",
        "Toll fraud",
        "Acme Voice EU",
        "Critical",
        "open",
        "212 USD an hour",
        "Ben Okafor",
      ]) {
        expect(seven).toContain(words);
      }
      for (const words of ["Incident 9", "SMS pumping", "Acme Voice US", "nobody"]) expect(nine).toContain(words);
      expect(pressesOf(answer)).toEqual([
        { action: "show", incidentId: "7" },
        { action: "show", incidentId: "9" },
      ]);
    },
  );

  test("says what all of them cost together", async () => {
    const together = async (isAtLeast: boolean) =>
      textOf(
        await run("", { incidents: async () => [summary("7"), summary("8", { rate: { usd: 87.6, isAtLeast } })] }),
      );
    expect(await together(false)).toContain("Together they cost 300 USD an hour now.");
    expect(await together(true)).toContain("Together they cost at least 300 USD an hour now.");
  });

  test("says until when one is snoozed, and forgets a snooze that is over", async () => {
    const answer = await run("", {
      incidents: async () => [
        summary("7", { snoozedUntilMs: NOW_MS + 60_000 }),
        summary("8", { snoozedUntilMs: NOW_MS - 1 }),
      ],
    });
    const [seven, eight] = textOf(answer).split("\n").slice(2);
    expect(seven).toContain("snoozed until 2026-11-21T14:31:00.000Z");
    expect(eight).not.toContain("snoozed");
  });

  test("of all shows resolved ones too", async () => {
    const answer = await run("all", {
      incidents: async (which) => (which === "all" ? [summary("7", { status: "resolved" })] : []),
    });
    expect(textOf(answer)).toContain("The only incident so far\nIncident 7");
    expect(textOf(answer)).toContain("resolved");
  });

  test("leads to the requests that wait for approval", async () => {
    const waiting = Array.from({ length: 7 }, (_, index) => waits(`a${index}`));
    const answer = await run("", { incidents: async () => [summary("7")], waiting: async () => waiting });
    const links = answer.elements.filter(({ kind }) => kind === "link");
    expect(links).toHaveLength(5);
    expect(links[0]).toEqual({
      kind: "link",
      label: "Waits for approval: Suspend the subaccount on Acme Voice EU",
      subject: "approval-a0",
    });
  });

  test("of very many shows thirty and counts the rest", async () => {
    const many = Array.from({ length: 34 }, (_, index) => summary(String(index + 1)));
    const answer = await run("open", { incidents: async () => many });
    expect(answer.heading).toBe("34 open incidents");
    expect(pressesOf(answer)).toHaveLength(30);
    expect(textOf(answer)).toContain("And 4 more incidents.");
  });

  test("that is empty says so", async () => {
    expect(textOf(await run("open"))).toContain("No open incidents\nEverything is resolved.");
    expect(textOf(await run("all"))).toContain("No incidents yet");
  });

  test("shows an account that Twilio could not name by its SID", async () => {
    const answer = await run("", { incidents: async () => [summary("7", { account: { sid: US } })] });
    expect(textOf(answer)).toContain(US);
  });
});

describe("a number", () => {
  test.each(["7", "#7", "incident 7", "007"])(
    "“%s” shows the whole card of incident 7, with what can be done",
    async (words) => {
      const answer = await run(words, { incident: async (id) => incidentCardOf(id) });
      expect(answer).toMatchObject({
        heading: "CRITICAL · Toll fraud suspected · card of 7",
        tone: "alarm",
        note: "Incident 7",
      });
      expect(pressesOf(answer).map(({ action }) => action)).toEqual(["request", "resolve"]);
    },
  );

  test("that no incident has names the newest one, to the asker alone", async () => {
    const answer = await run("99", { incidents: async () => [summary("12")] });
    expect(textOf(answer)).toContain("Tollgate has no incident 99. The newest one is incident 12.");
    expect(answer.isPrivate).toBe(true);
  });
});

test.each([
  ["opne", "“opne” is no list of incidents. Did you mean open?"],
  ["al", "“al” is no list of incidents. Did you mean all?"],
  ["closed ones", "“closed ones” is no list of incidents."],
  ['"7"', "“7” is no list of incidents."],
])("a mistyped %s gets the nearest right form", async (words, problem) => {
  const answer = await run(words);
  expect(textOf(answer)).toContain(problem);
  expect(textOf(answer)).toContain("/twilio-incidents open: ");
  expect(answer.isPrivate).toBe(true);
});
