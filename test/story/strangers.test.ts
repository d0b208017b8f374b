/** Whoever is no person of ours may do nothing, is told so alone, and is in the record, even when the roster names them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../src/sandbox/story/door.ts";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import { ACME_TEAMS } from "../../src/sandbox/teams/seed.ts";
import { ANN, CEM, POLICY } from "./cast.ts";
import { expectSoundAuditOn, raise } from "./side.ts";
import { playOn, prepareStage, type Stage } from "./stage.ts";

const [, , , SUSPEND] = REMEDIATIONS;
const GUS: Person = { name: "Gus Lindqvist", userId: "U0GUS", teamsId: ACME_TEAMS.gus };
const EVE: Person = { name: "Eve Moreau", userId: "U0EVE", teamsId: ACME_TEAMS.eve };
const ROLES = "roles: [responder, approver]";
/** An operator's mistake: a guest and a person of another company are named as approvers. */
const TOO_MANY = POLICY.replace(
  "people:\n",
  `people:
  - { id: gus, name: Gus Lindqvist, teams: ${ACME_TEAMS.gus}, slack: U0GUS, ${ROLES} }
  - { id: eve, name: Eve Moreau, teams: ${ACME_TEAMS.eve}, slack: U0EVE, ${ROLES} }
`,
);

let stage: Stage;

beforeAll(async () => {
  stage = await prepareStage({ on: "both", policy: TOO_MANY });
  await stage.tollgate.start();
});
afterAll(() => stage?.close());

describe.each(["slack", "teams"] as const)("on %s", (platform) => {
  test("a guest, somebody of another company and somebody not on the roster may neither approve nor act", () =>
    playOn(platform, stage, async (side) => {
      const { account, card, subject } = await raise(side, stage);
      const request = await side.story.ask(ANN, card, SUSPEND, "Toll fraud");
      const told = [];
      for (const person of [GUS, EVE, CEM]) {
        told.push(await side.story.isRefused(person, request));
        await side.story.isTold(person, card, "Acknowledge");
      }
      expect(told).toEqual([
        expect.stringMatching(/^Guests of this workspace cannot act here/),
        expect.stringMatching(/Only members of this workspace can act here/),
        expect.stringMatching(/not on Tollgate's roster/),
      ]);
      const requestSubject = new RegExp(`^${await side.story.subjectOf(request)}$`);
      await side.says(requestSubject, /0 of 1/);
      await side.says(subject, /In the hands of: nobody yet/);
      expect(stage.twilio.state.account(account.sid).status).toBe("active");
      const lines = (await expectSoundAuditOn(side, stage)).join("\n");
      for (const why of [/guests may not act/, /they belong to another workspace/, /not on the roster/]) {
        expect(lines).toMatch(new RegExp(`Somebody unknown on .* tried to approve .*${why.source}`));
        expect(lines).toMatch(new RegExp(`Somebody unknown on .* tried to acknowledge .*${why.source}`));
      }
    }));

  test("who is not on the roster asks and learns nothing", () =>
    playOn(platform, stage, async (side) => {
      const { account } = await raise(side, stage);
      for (const command of ["incidents", "usage", "audit"]) {
        const { words } = await side.ask(CEM, command, "");
        expect(words).toMatch(/Not for you/);
        expect(words).not.toContain(account.friendlyName);
      }
    }));
});

test("a bot in Teams is heard by nobody", async () => {
  const { onTeams, teams } = stage;
  const { card, subject } = await raise(onTeams, stage);
  await onTeams.story.press(ANN, card, "Acknowledge");
  await onTeams.says(subject, /In the hands of: Ann Ito/);
  const heard = teams.tenant.deliveries.findLast(({ activity }) => activity["type"] === "invoke")?.activity;
  if (heard === undefined) throw new Error("nothing was pressed");
  const bot = { id: "28:0dd80700-0000-4000-8000-00000000b077", name: "Deploybot", role: "bot" };
  const value = JSON.parse(JSON.stringify(heard["value"]).replaceAll("acknowledge", "wake"));
  const { status, answer } = await teams.tenant.deliver({ ...heard, id: "f:from-a-bot", from: bot, value });
  expect([status, answer]).toEqual([200, expect.stringMatching(/bots?/i)]);
  expect((await expectSoundAuditOn(onTeams, stage)).join("\n")).toMatch(/apps and bots may not act/);
});
