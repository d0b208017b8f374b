import { expect, test } from "vitest";
import type { PersonId } from "../../src/lib/id.ts";
import type { Card } from "../../src/notice/card.ts";
import { createAsk } from "../../src/workflow/ask.ts";
import { BEN_ON_TEAMS, ON_SLACK, ROSTER, slackUser } from "../support/roster.ts";
import { annAsActor, stage } from "./asking-stage.ts";

const wordsOf = (card: Card) => JSON.stringify([card.heading, card.elements]);
const linksOf = (card: Card) => card.elements.flatMap((element) => (element.kind === "link" ? [element.subject] : []));

test("shows what waits for this person's approval: not the requester's own, and not to who may not approve", async () => {
  const { raise, request, home } = await stage();
  const id = await request(await raise());
  expect(linksOf(await home(ON_SLACK.ben))).toEqual([`approval-${id}`]);
  expect(linksOf(await home(BEN_ON_TEAMS))).toEqual([`approval-${id}`]);
  for (const user of [ON_SLACK.ann, ON_SLACK.dia, ON_SLACK.eve]) expect(linksOf(await home(user))).toEqual([]);
});

test("a request that this person has approved, or may not approve any more, waits for others only", async () => {
  const { raise, request, home, executor, machines, setPeople } = await stage();
  const id = await request(await raise(), { approvals: 2 });
  const cem = { type: "approve", by: "cem" as PersonId, roles: ["approver"] } as const;
  await executor.execute(machines.approval, id, cem, { actor: annAsActor, cause: "click" });
  expect(linksOf(await home(ON_SLACK.cem))).toEqual([]);
  expect(linksOf(await home(ON_SLACK.ben))).toEqual([`approval-${id}`]);
  setPeople(ROSTER.map((person) => (person.id === "ben" ? { ...person, roles: [] } : person)));
  expect(linksOf(await home(ON_SLACK.ben))).toEqual([]);
});

test("shows open incidents by money at risk, one's own apart, with a button each", async () => {
  const { raise, home, executor, machines } = await stage();
  const mine = await raise();
  await raise({}, { burn: 212, today: 300 });
  const because = { actor: annAsActor, cause: "click" } as const;
  await executor.execute(machines.incident, mine, { type: "acknowledge", by: annAsActor }, because);
  const card = await home(ON_SLACK.ann);
  expect(card.heading).toBe("2 incidents open, 1 yours");
  const words = wordsOf(card);
  expect(words.indexOf("In your hands")).toBeLessThan(words.indexOf("Other open incidents"));
  expect(
    card.elements.filter((element) => element.kind === "entry" && element.button?.press.action === "show"),
  ).toHaveLength(2);
  expect(card.buttons.map(({ press }) => press)).toEqual([{ action: "refresh-home" }]);
});

test("is calm when there is nothing, and says what is watched and who is on call", async () => {
  const { home } = await stage();
  const card = await home(ON_SLACK.eve);
  expect(card).toMatchObject({ heading: "All quiet", tone: "calm" });
  expect(wordsOf(card)).toContain("Slack and Twilio work.");
  expect(wordsOf(card)).toContain("On call: Ann Ito, Ben Okafor and Dia Rao.");
});

test("says what does not work, and silences", async () => {
  const { home, silence, setTroubles, world } = await stage();
  await silence(world.voiceEu, 60_000);
  setTroubles([{ part: "twilio", problem: "Twilio refuses the token" }]);
  const words = wordsOf(await home(ON_SLACK.ann));
  expect(words).toContain("Twilio: Twilio refuses the token.");
  expect(words).toContain("Silent until");
});

test.each([
  ["somebody who is not on the roster", slackUser("U0ZOE"), "Its operator can add you"],
  ["a guest", slackUser("U0ANN", "guest"), "people on its roster"],
  ["a user of another workspace", slackUser("U0ANN", "other-workspace"), "people on its roster"],
  ["somebody who could not be looked up", slackUser("U0ANN", "unknown-user"), "Try again in a minute."],
])("%s sees one calm sentence, nothing of ours, and opening the page is not audited", async (_who, user, sentence) => {
  const { raise, home, records } = await stage();
  await raise();
  const before = await records();
  const card = await home(user);
  expect(wordsOf(card)).toContain(sentence);
  expect(JSON.stringify(card)).not.toMatch(/Acme|incident|Ann Ito/i);
  expect(card).toMatchObject({ buttons: [], overflow: [], tone: "calm" });
  expect(await records()).toEqual(before);
});

test("a store that is down is a sentence with a way to try again", async () => {
  const { home } = await stage(({ store, twilio }) => ({
    twilio,
    store: {
      ...store,
      incidents: { ...store.incidents, unresolved: () => Promise.reject(new Error("password of the database")) },
    },
  }));
  const card = await home(ON_SLACK.ann);
  expect(wordsOf(card)).toContain("This could not be answered: Tollgate met an error of its own.");
  expect(JSON.stringify(card)).not.toContain("password");
  expect(card.buttons.map(({ press }) => press.action)).toEqual(["refresh-home"]);
});

test("when it cannot be asked what works, that is said, and the rest is shown", async () => {
  const { parts, raise } = await stage();
  await raise();
  const { home } = createAsk({ ...parts, troubles: () => Promise.reject(new Error("hung")) });
  const words = wordsOf(await home(ON_SLACK.ann));
  expect(words).toContain("it could not be asked what works");
  expect(words).toContain("Acme Voice EU");
});
