import { expect, test } from "vitest";
import type { Card } from "../../src/notice/card.ts";
import { ON_SLACK } from "../support/roster.ts";
import { stage } from "./asking-stage.ts";

const wordsOf = (card: Card) => JSON.stringify([card.heading, card.elements, card.note]);

test("a responder opens an incident in one line: recorded as a command of theirs, without phone numbers", async () => {
  const { command, records, store, executor, machines, world } = await stage();
  const { card, isShared } = await command(
    ON_SLACK.dia,
    "incidents",
    "new critical Acme Voice EU Twilio wrote:\ncalls to +37129123456",
  );
  expect(isShared).toBe(false);
  const [id] = await store.incidents.unresolved();
  if (id === undefined) throw new Error("nothing was opened");
  expect(wordsOf(card)).toContain(`Incident ${id} is open`);
  const incident = await executor.read(machines.incident, id);
  expect(incident).toMatchObject({
    status: "open",
    alert: {
      accountSid: world.voiceEu,
      threat: "reported-by-person",
      severity: "critical",
      summary: "Twilio wrote: calls to +371***",
      evidence: [{ label: "Reported by", value: "Dia Rao" }],
    },
  });
  const opened = (await records()).find(({ type }) => type === "incident-opened");
  expect(opened).toMatchObject({ cause: "command", actor: { kind: "person", personId: "dia" } });
  expect(JSON.stringify(await records())).not.toContain("29123456");

  // The second one is told where to go on, and the refusal is in the record.
  const again = await command(ON_SLACK.ann, "incidents", "new Acme Voice EU calls to Latvia");
  expect(wordsOf(again.card)).toContain(`Incident ${id} is open already`);
  expect(again.card.buttons).toMatchObject([{ press: { action: "show", incidentId: id } }]);
  expect((await records()).at(-1)).toMatchObject({ type: "refused", data: { refusal: "already-open" } });
  expect(await store.incidents.unresolved()).toEqual([id]);
});

test("who is no responder opens nothing, and that is recorded", async () => {
  const { command, records, store, world } = await stage();
  const { card } = await command(ON_SLACK.cem, "incidents", "new Acme Voice EU calls to Latvia");
  expect(wordsOf(card)).toContain("Only responders can do that");
  expect(await store.incidents.unresolved()).toEqual([]);
  expect((await records()).at(-1)).toMatchObject({
    type: "refused",
    cause: "command",
    accountSid: world.voiceEu,
    data: { attempted: "open-incident", refusal: "not-a-responder" },
  });
});

test("an account that is not ours gets none", async () => {
  const { command, store } = await stage();
  const { card } = await command(ON_SLACK.ann, "incidents", `new AC${"9".repeat(32)} calls to Latvia`);
  expect(wordsOf(card)).toContain("none of yours");
  expect(await store.incidents.unresolved()).toEqual([]);
});
