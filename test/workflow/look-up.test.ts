import { expect, test } from "vitest";
import type { IncidentId } from "../../src/lib/id.ts";
import type { Card } from "../../src/notice/card.ts";
import { createLookUp } from "../../src/workflow/look-up.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type Stage, stage } from "./asking-stage.ts";

const LATVIA = "+37129123456";
const HOUR_MS = 3_600_000;
const wordsOf = (card: Card) => JSON.stringify([card.heading, card.elements, card.note]);

/** Packages asked for since the last call of this, a line a look-up; `free` when none was. */
function lookUps({ world }: Stage) {
  let seen = 0;
  return () => {
    const fresh = world.standIn.requests.slice(seen).filter(({ host }) => host === "lookups.twilio.com");
    seen = world.standIn.requests.length;
    return fresh.map(({ query }) => query.get("Fields") ?? "free");
  };
}

test("a line is asked for once a day, the pumping risk each time, and nothing paid for what is no number", async () => {
  const now = await stage();
  const asked = lookUps(now);
  const { command, world } = now;
  await command(ON_SLACK.ann, "lookup", LATVIA);
  expect(asked()).toEqual(["free", "line_type_intelligence,sms_pumping_risk"]);
  world.clock.pass(23 * HOUR_MS);
  const { card } = await command(ON_SLACK.ann, "lookup", LATVIA);
  expect(asked()).toEqual(["free", "sms_pumping_risk"]);
  expect(wordsOf(card)).toContain("Mobile Carrier of 371");
  world.clock.pass(2 * HOUR_MS);
  await command(ON_SLACK.ann, "lookup", LATVIA);
  expect(asked()).toEqual(["free", "line_type_intelligence,sms_pumping_risk"]);
  await command(ON_SLACK.ann, "lookup", "+44 20 7946 0101");
  await command(ON_SLACK.ann, "lookup", "+3712912");
  expect(asked()).toEqual(["free", "line_type_intelligence,sms_pumping_risk", "free"]);
  await command(ON_SLACK.ann, "lookup", "+1 415 555 2671");
  expect(asked()).toEqual(["free", "line_type_intelligence"]);
});

test("a number that an incident's traffic went to says so, and is whole for a responder alone", async () => {
  const { command, raise, store, world } = await stage();
  const id = await raise();
  await store.numbers.saw(id as IncidentId, [LATVIA], world.clock.now());
  const own = await command(ON_SLACK.ann, "lookup", LATVIA);
  expect(wordsOf(own.card)).toContain(LATVIA);
  expect(wordsOf(own.card)).toContain(`Incident ${id}`);
  // Cem approves and is no responder; what is shared is read by everybody.
  const others = [
    await command(ON_SLACK.cem, "lookup", LATVIA),
    await command(ON_SLACK.ann, "lookup", `${LATVIA} share`),
    await command(ON_SLACK.eve, "lookup", LATVIA.slice(1)),
  ];
  expect(others[1]?.isShared).toBe(true);
  for (const { card } of others) expect(wordsOf(card)).not.toContain("29123456");
  expect(wordsOf(others[0]?.card ?? own.card)).toContain(`Incident ${id}`);
});

test("somebody on the roster without a role is refused before anything is asked, and the refusal is audited", async () => {
  const now = await stage();
  const asked = lookUps(now);
  const { card, isShared } = await now.command(ON_SLACK.eve, "lookup", `${LATVIA} share`);
  expect(wordsOf(card)).toContain("Only responders and approvers can look numbers up");
  expect(isShared).toBe(false);
  expect(asked()).toEqual([]);
  expect((await now.records()).at(-1)).toMatchObject({
    type: "refused",
    data: { attempted: "ask-lookup", refusal: "without-a-role" },
  });
});

test("no more look-ups are paid for within an hour than the limit, and the hour rolls", async () => {
  const { world, store } = await stage();
  const { clock, twilio } = world;
  const lookUp = createLookUp({ twilio, numbers: store.numbers, clock, mostPaidInAnHour: 2 });
  await lookUp(LATVIA);
  clock.pass(HOUR_MS / 2);
  expect(await lookUp(LATVIA)).not.toHaveProperty("isOverLimit");
  expect(await lookUp(LATVIA)).toMatchObject({
    isValid: true,
    line: { type: "mobile" },
    risk: null,
    isOverLimit: true,
  });
  clock.pass(HOUR_MS / 2);
  expect(await lookUp(LATVIA)).not.toHaveProperty("isOverLimit");
});
