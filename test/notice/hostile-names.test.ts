/** Text from outside stands as it is: to escape it is the renderers' part, and no builder may make markup or a mention of it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { alarmCard } from "../../src/notice/alarm-card.ts";
import { assignedCard } from "../../src/notice/assigned-card.ts";
import type { Card } from "../../src/notice/card.ts";
import { detailsCard } from "../../src/notice/details-card.ts";
import { homeCard } from "../../src/notice/home-card.ts";
import { incidentCard, showCard } from "../../src/notice/incident-card.ts";
import { reminderCard } from "../../src/notice/reminder-card.ts";
import { requestCard } from "../../src/notice/request-card.ts";
import {
  account,
  acknowledged,
  ann,
  annAsActor,
  ben,
  contained,
  dia,
  incidentView,
  linesOf,
  NOW_MS,
  observation,
  open,
  pending,
  requestView,
  resolved,
  run,
  silence,
  summary,
} from "./house.ts";

const hostile = fc.constantFrom(
  "<!channel>",
  "*bold* _x_ ~y~ `z`",
  "[a](https://evil.example)",
  "@ann",
  "",
  "\u202Eevil",
  "名前 🚨",
  "x".repeat(500),
);

function cardsWith(name: string): readonly Card[] {
  const named = { ...account, friendlyName: name };
  const entry = summary({ account: named });
  const quiet = { ...silence, account: named, reason: name };
  const states = [open, acknowledged, contained, { ...resolved, note: name }].map((incident) => ({
    ...incidentView,
    incident,
    account: named,
    observation,
    silence: quiet,
    runs: [run("suspend-subaccount", { description: name, reason: name, evidence: [name] })],
    pending: [pending("delete-api-keys", { description: name })],
  }));
  const home = homeCard({
    asker: ann,
    incidents: [entry],
    approvals: [{ ...pending("suspend-subaccount"), incidentId: open.id, account: named }],
    silences: [quiet],
    troubles: [{ part: "slack", problem: name }],
    watched: [],
    responders: [ann],
    names: new Map([[ann, name]]),
    atMs: NOW_MS,
  });
  return [
    ...states.flatMap((view) => [incidentCard(view, NOW_MS), showCard(view, NOW_MS), detailsCard(view)]),
    ...states.flatMap((view) => {
      const alarm = { atMs: NOW_MS, threat: view.incident.alert.threat, why: "came-back" } as const;
      return alarmCard({ ...view, incident: { ...view.incident, alarm } }, NOW_MS) ?? [];
    }),
    ...states.flatMap((view) => {
      const assigned = { by: { ...annAsActor, name }, atMs: NOW_MS };
      return assignedCard({ ...view, incident: { ...view.incident, assignee: ann, assigned } }, NOW_MS) ?? [];
    }),
    ...states.slice(0, 1).map((view) => reminderCard(view, NOW_MS, true)),
    ...[undefined, ann, ben, dia].map((viewer) =>
      requestCard({ ...requestView, account: named, chosen: [name] }, NOW_MS, viewer),
    ),
    home,
  ];
}

test("names from outside call nobody, and every card stays whole", () => {
  fc.assert(
    fc.property(hostile, (name) => {
      for (const card of cardsWith(name)) {
        const mentioned = card.elements.flatMap((element) => (element.kind === "mention" ? element.people : []));
        expect([ann, ben, dia]).toEqual(expect.arrayContaining([...mentioned]));
        expect(card.buttons.length).toBeLessThanOrEqual(5);
        expect(card.overflow.length).toBeLessThanOrEqual(5);
        for (const words of [card.heading, card.fallback, ...linesOf(card)]) {
          expect(words).not.toMatch(/undefined|\[object|NaN/);
          expect(words.trim()).not.toBe("");
        }
      }
    }),
  );
});

test("they stand as they are", () => {
  const [first] = cardsWith("<!channel>");
  expect(first?.heading).toContain("<!channel>");
});
