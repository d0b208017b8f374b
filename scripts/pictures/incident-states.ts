/** Every state of an incident's card, and the messages that call people to it. */
import type { Bucket } from "../../src/detection/contract.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import { alarmCard } from "../../src/notice/alarm-card.ts";
import { detailsCard } from "../../src/notice/details-card.ts";
import { incidentCard } from "../../src/notice/incident-card.ts";
import { reminderCard } from "../../src/notice/reminder-card.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import * as house from "../../test/notice/house.ts";
import * as views from "./incident-views.ts";
import { message, type PictureState } from "./state.ts";

const { MINUTE_MS, NOW_MS, annAsActor } = house;
const { reported, confirmed, acknowledged, contained, resolved } = views;
const { status: _, ...open } = house.open;

const LIFE: readonly (readonly [name: string, title: string, view: IncidentView])[] = [
  ["reported", "Reported, being confirmed", reported],
  ["confirmed", "Confirmed by Twilio's records", { ...confirmed, mentionResponders: true }],
  [
    "unconfirmed",
    "Not confirmed",
    {
      ...confirmed,
      incident: { ...house.open, confirmation: "unconfirmed" },
      observation: { ...house.observation, spendTodayUsd: 21.4, burnPerHourUsd: 0, liveCalls: 0, destinations: [] },
    },
  ],
  ["acknowledged", "Acknowledged", acknowledged],
  [
    "snoozed",
    "Snoozed",
    {
      ...acknowledged,
      incident: {
        ...open,
        status: "acknowledged",
        confirmation: "confirmed",
        acknowledgedBy: annAsActor,
        acknowledgedAtMs: NOW_MS - 5 * MINUTE_MS,
        assignee: house.ann,
        snoozedUntilMs: NOW_MS + 60 * MINUTE_MS,
        snoozedBy: annAsActor,
      },
    },
  ],
  ["silenced", "Its threat is silenced on this account", { ...acknowledged, silence: house.silence }],
  [
    "waiting",
    "A request waits for approval",
    {
      ...acknowledged,
      runs: [views.rotated, views.keysDeleted, views.geoClosed],
      pending: [house.pending("suspend-subaccount")],
    },
  ],
  [
    "partly-done",
    "Something is left to do by hand",
    { ...acknowledged, runs: [views.rotated, views.keysDeleted, views.geoPartlyClosed] },
  ],
  ["contained", "Contained", contained],
  ["resolved", "Resolved", resolved],
  [
    "merged",
    "Others were merged into it",
    {
      ...acknowledged,
      merged: [
        { id: "5" as IncidentId, threat: "errors-13225" },
        { id: "6" as IncidentId, threat: "spend-spike" },
      ],
    },
  ],
  ["merged-away", "It was merged into another", { ...confirmed, incident: house.mergedAway }],
  [
    "reopened",
    "It came back",
    {
      ...confirmed,
      incident: { ...open, status: "open", confirmation: "confirmed", reopenedAtMs: NOW_MS - MINUTE_MS },
    },
  ],
];

const minute = Math.floor(NOW_MS / MINUTE_MS) - 2;
const ERRORS: Bucket = {
  accountSid: house.SID,
  series: "error:13225",
  minute,
  count: 41,
  last: {
    kind: "error",
    accountSid: house.SID,
    atMs: minute * MINUTE_MS,
    code: "13225",
    level: "error",
    resourceSid: null,
  },
  firstAtMs: (minute - 4) * MINUTE_MS,
  lastAtMs: minute * MINUTE_MS,
};

const back: IncidentView = {
  ...confirmed,
  incident: {
    ...house.open,
    reopenedAtMs: NOW_MS,
    alarm: { atMs: NOW_MS, threat: confirmed.incident.alert.threat, why: "came-back" },
  },
};
const alarm = alarmCard(back, NOW_MS);
if (alarm === null) throw new Error("pictures: nobody is called to what came back");

export const incidentStates: readonly PictureState[] = [
  ...LIFE.map(([name, title, view]) =>
    message("The incident's card", `incident-${name}`, title, incidentCard(view, NOW_MS)),
  ),
  {
    name: "incident-other-platform-down",
    chapter: "The incident's card",
    title: "The other platform is down",
    shown: {
      kind: "message",
      card: (platform) =>
        incidentCard({ ...confirmed, platformsDown: [platform === "slack" ? "Microsoft Teams" : "Slack"] }, NOW_MS),
      ownView: null,
    },
  },
  message("Calls and evidence", "alarm", "It came back: people are called again", alarm),
  message("Calls and evidence", "reminder", "Nobody has acknowledged it", reminderCard(confirmed, NOW_MS, true)),
  message(
    "Calls and evidence",
    "details",
    "The evidence, in its thread",
    detailsCard({ ...confirmed, buckets: [ERRORS] }),
  ),
];
