/** Every card about an incident, in every state that it can be in, by the real builders. */
import type { Alarm } from "../../../src/incident/contract.ts";
import type { IncidentId, RunId } from "../../../src/lib/id.ts";
import { alarmCard } from "../../../src/notice/alarm-card.ts";
import { assignedCard } from "../../../src/notice/assigned-card.ts";
import type { Card } from "../../../src/notice/card.ts";
import { detailsCard } from "../../../src/notice/details-card.ts";
import { incidentCard, showCard } from "../../../src/notice/incident-card.ts";
import { reminderCard } from "../../../src/notice/reminder-card.ts";
import type { IncidentView, RunView } from "../../../src/notice/views.ts";
import { ann, annAsActor, MINUTE_MS, NOW_MS, offers, pending } from "../../notice/house.ts";
import { type House, SPIKE } from "./house.ts";
import { DRAWN } from "./people.ts";

export interface CardCase {
  readonly name: string;
  readonly card: Card;
  /** Nothing is to be done in this card any more. */
  readonly isSettled: boolean;
}

const STATUSES = ["open", "acknowledged", "contained", "resolved"] as const;
const LEVELS = [
  ["critical", "reported"],
  ["critical", "confirmed"],
  ["warning", "unconfirmed"],
] as const;
const RUN_STATUSES: readonly RunView["status"][] = ["started", "done", "partly-done", "refused", "unknown", "reverted"];

export function incidentCases(house: House): readonly CardCase[] {
  return [...stateCases(house), ...situationCases(house), ...otherCases(house)];
}

function shown(name: string, view: IncidentView): readonly CardCase[] {
  const isSettled = view.incident.status === "resolved";
  return [
    { name: `incident ${name}`, card: incidentCard(view, NOW_MS), isSettled },
    { name: `show ${name}`, card: showCard(view, NOW_MS), isSettled: false },
  ];
}

function stateCases({ view, incident }: House): readonly CardCase[] {
  return STATUSES.flatMap((status) =>
    LEVELS.flatMap(([severity, confirmation]) =>
      shown(`${status} ${severity} ${confirmation}`, {
        ...view,
        incident: { ...incident(status, { severity }), confirmation },
      }),
    ),
  );
}

function situationCases(house: House): readonly CardCase[] {
  const { view, incident, silence, run, annAsActor, account, alert } = house;
  const open = incident("open");
  const snooze = { snoozedUntilMs: NOW_MS + 60 * MINUTE_MS, snoozedBy: annAsActor };
  const text = account.friendlyName;
  const views: Readonly<Record<string, Partial<IncidentView>>> = {
    "that nothing was read of": { observation: null, unconfirmedReason: null, signalCount: 1 },
    "whose alert says money, confidence and numbers": {
      incident: incident("open", {
        confidence: "low",
        money: { perHourUsd: 1_234_567.891, lostTodayUsd: 98_765.4321 },
        affectedNumbers: 123_456,
      }),
      observation: null,
    },
    "that was a false positive": {
      incident: { ...house.resolved, cause: "false-positive" },
      proposal: { yaml: `detection:\n  accounts:\n    ${account.sid}:\n      ignore: [${alert.threat}]\n`, why: text },
    },
    "with pictures": {
      charts: {
        card: [{ kind: "chart", finding: text, picture: DRAWN }],
        details: [
          { kind: "chart", finding: text, picture: null },
          { kind: "chart", finding: text, picture: DRAWN },
        ],
      },
    },
    "that nobody is called for": { responders: [] },
    "whose account Twilio does not name": { account: { sid: account.sid } },
    "of a suspended main account": { account: { ...account, status: "suspended", isParent: true } },
    "that a person reported": {
      incident: incident("open", {
        threat: "reported-by-person",
        category: null,
        evidence: [{ label: "Reported by", value: text }],
      }),
      observation: null,
      signalCount: 0,
    },
    "of a threat of another version": { incident: incident("open", { threat: "a-threat-to-come" }) },
    "of a category without a name": { incident: incident("open", { threat: SPIKE }) },
    "that is assigned": { incident: { ...open, assignee: ann } },
    "that is snoozed": { incident: { ...open, ...snooze } },
    "that is silenced": { silence },
    "that is silenced in everything": { silence: { ...silence, threat: null } },
    "that others were merged into": {
      merged: [
        { id: "4" as IncidentId, threat: alert.threat },
        { id: "5" as IncidentId, threat: SPIKE },
      ],
    },
    "that was merged into another": {
      incident: { ...house.resolved, cause: "merged", mergedInto: "9" as IncidentId },
    },
    "that came back": { incident: { ...open, reopenedAtMs: NOW_MS - MINUTE_MS } },
    "while the other platform is down": { platformsDown: ["Microsoft Teams"] },
    "that is behind": { lagMs: 47_000 },
    "with requests that wait": {
      pending: [
        pending("delete-api-keys", { description: text }),
        pending("suspend-subaccount", { description: text }),
      ],
    },
    "with runs of every outcome": {
      incident: incident("contained"),
      runs: RUN_STATUSES.map((status) => run(status)),
    },
    "with many runs": {
      incident: incident("contained"),
      runs: Array.from({ length: 40 }, (_, index) =>
        run("done", { runId: `run-${index}` as RunId, atMs: NOW_MS - index * MINUTE_MS }),
      ),
    },
    "with more to undo than fits": {
      incident: incident("contained"),
      runs: Array.from({ length: 8 }, (_, index) =>
        run("done", {
          runId: `run-${index}` as RunId,
          undoTitle: "Restore geo regions",
          description: `${text} ${index}`,
        }),
      ),
    },
    "where nothing can be done": { offers: offers.map((offer) => ({ ...offer, blockedReason: text })) },
    "with all of it": {
      incident: { ...incident("acknowledged"), ...snooze, assignee: ann },
      silence,
      merged: [{ id: "4" as IncidentId, threat: alert.threat }],
      platformsDown: ["Microsoft Teams"],
      lagMs: 47_000,
      pending: [pending("suspend-subaccount", { description: text })],
      runs: RUN_STATUSES.map((status) => run(status)),
      offers: offers.map((offer, index) => (index % 2 === 0 ? offer : { ...offer, blockedReason: text })),
    },
  };
  return Object.entries(views).flatMap(([name, change]) => shown(name, { ...view, ...change }));
}

function otherCases({ view, incident }: House): readonly CardCase[] {
  const alarmed = (why: Alarm["why"]): IncidentView => {
    const alarm = { atMs: NOW_MS, threat: view.incident.alert.threat, why };
    return { ...view, incident: { ...incident("open"), alarm } };
  };
  const assigned: IncidentView = {
    ...view,
    incident: { ...incident("open"), assignee: ann, assigned: { by: annAsActor, atMs: NOW_MS } },
  };
  const card = (name: string, made: Card | null) => (made === null ? [] : [{ name, card: made, isSettled: true }]);
  return [
    ...card("alarm: it is back", alarmCard(alarmed("came-back"), NOW_MS)),
    ...card("alarm: it is critical", alarmCard(alarmed("became-critical"), NOW_MS)),
    ...card("alarm: nobody to call", alarmCard({ ...alarmed("became-critical"), responders: [] }, NOW_MS)),
    ...card("alarm: active again", alarmCard(alarmed("active-again"), NOW_MS)),
    ...card("alarm: the silence is over", alarmCard(alarmed("silence-over"), NOW_MS)),
    ...card("assigned", assignedCard(assigned, NOW_MS)),
    ...card("details", detailsCard(view)),
    ...card("details of little", detailsCard({ ...view, buckets: [], observation: null })),
    ...card("reminder", reminderCard(view, NOW_MS, true)),
    ...card(
      "reminder at the end of a snooze",
      reminderCard({ ...view, incident: { ...incident("acknowledged"), assignee: ann } }, NOW_MS, true),
    ),
    ...card("reminder: nobody to call", reminderCard({ ...view, responders: [], observation: null }, NOW_MS, true)),
  ];
}
