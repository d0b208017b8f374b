import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Role } from "../../src/approval/contract.ts";
import { countStillValid, personOf, possibleApprovers } from "../../src/approval/people.ts";
import type { PersonId } from "../../src/lib/id.ts";
import { BEN_ON_TEAMS, FOUR_EYES, ON_SLACK, personFixture, ROSTER, slackUser } from "../support/roster.ts";

const ids = (...names: readonly string[]) => names.map((name) => name as PersonId);
const [ann, ben] = ids("ann", "ben") as [PersonId, PersonId];

describe("a chat user", () => {
  it("is the one person with that id on that platform", () => {
    expect(personOf(ROSTER, ON_SLACK.ben)).toMatchObject({ found: true, person: { id: "ben" } });
    expect(personOf(ROSTER, BEN_ON_TEAMS)).toMatchObject({ found: true, person: { id: "ben" } });
  });

  it("is nobody when nobody has that id, or only on the other platform", () => {
    const nobody = { found: false, refusal: "not-on-the-roster" };
    expect(personOf(ROSTER, slackUser("U0NEW"))).toEqual(nobody);
    expect(personOf(ROSTER, { ...BEN_ON_TEAMS, platform: "slack" })).toEqual(nobody);
    expect(personOf([], ON_SLACK.ben)).toEqual(nobody);
  });

  it("is nobody by a name, or by an absent id", () => {
    expect(personOf(ROSTER, slackUser("Ben Okafor"))).toMatchObject({ found: false });
    expect(personOf(ROSTER, { platform: "teams", userId: "", barred: null })).toMatchObject({ found: false });
  });

  it("is nobody when two people have that id", () => {
    const twin = { ...personFixture("zoe", "Zoe Lund", ["approver"]), slack: "U0BEN" };
    expect(personOf([...ROSTER, twin], ON_SLACK.ben)).toEqual({ found: false, refusal: "on-the-roster-twice" });
  });

  test.each(["guest", "bot", "other-workspace", "unknown-user"] as const)(
    "is nobody as a %s, though the id is on the roster",
    (barred) => {
      expect(personOf(ROSTER, slackUser("U0BEN", barred))).toEqual({ found: false, refusal: barred });
    },
  );
});

describe("those who could approve", () => {
  it("are nobody when no role may, or nobody holds it", () => {
    expect(possibleApprovers(ROSTER, { ...FOUR_EYES, who: [] }, ann)).toEqual([]);
    const responders = ROSTER.filter(({ roles }) => !roles.includes("approver"));
    expect(possibleApprovers(responders, FOUR_EYES, ann)).toEqual([]);
  });

  it("are without the requester, unless policy says otherwise", () => {
    const approvers = (selfApproval: boolean) =>
      possibleApprovers(ROSTER, { ...FOUR_EYES, selfApproval }, ann).map(({ id }) => id);
    expect(approvers(false)).toEqual(["ben", "cem"]);
    expect(approvers(true)).toEqual(["ann", "ben", "cem"]);
  });
});

describe("approvals that still count", () => {
  it("are people, not clicks, and never the requester's own", () => {
    expect(countStillValid(ROSTER, FOUR_EYES, ann, ids("ben", "ben", "ann"))).toBe(1);
    expect(countStillValid(ROSTER, FOUR_EYES, ann, ids("ben", "cem"))).toBe(2);
  });

  it("are at most the people who may approve now, whatever was clicked", () => {
    const role = fc.subarray<Role>(["responder", "approver"]);
    const click = fc.constantFrom(...ids("ann", "ben", "cem", "dia", "eve", "gone"));
    fc.assert(
      fc.property(fc.array(role, { minLength: 5, maxLength: 5 }), fc.array(click), role, (roles, clicks, who) => {
        const people = ROSTER.map((person, index) => ({ ...person, roles: roles[index] ?? [] }));
        const rule = { ...FOUR_EYES, who };
        const able = possibleApprovers(people, rule, ben).map(({ id }) => id);
        expect(able).not.toContain(ben);
        expect(countStillValid(people, rule, ben, clicks)).toBe(able.filter((id) => clicks.includes(id)).length);
      }),
    );
  });
});
