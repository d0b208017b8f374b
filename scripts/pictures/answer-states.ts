/** What people get when they ask: commands, the Home tab, the report. */
import type { AuditBody, AuditRecord, PlatformName } from "../../src/audit/envelope.ts";
import type { CommandContext, UsageRow } from "../../src/command/contract.ts";
import { commands } from "../../src/command/index.ts";
import type { IncidentId, SilenceId } from "../../src/lib/id.ts";
import { answerCard } from "../../src/notice/answer-card.ts";
import { homeCard } from "../../src/notice/home-card.ts";
import { showCard } from "../../src/notice/incident-card.ts";
import { incidentReport, reportTitle } from "../../src/notice/report.ts";
import type { IncidentSummary } from "../../src/notice/views.ts";
import { asking, deskWith, waits } from "../../test/command/asking.ts";
import * as house from "../../test/notice/house.ts";
import { acknowledged, resolved } from "./incident-views.ts";
import type { PictureState } from "./state.ts";

const { MINUTE_MS, NOW_MS, account, ann, annAsActor, ben, names, observation, silence, summary } = house;
const CHAPTER = "Answers";
const benAsActor = { ...annAsActor, personId: "ben", name: "Ben Okafor", userId: "U0BEN" } as const;

const incidents: readonly IncidentSummary[] = [
  summary({ id: "7" as IncidentId, status: "acknowledged", acknowledgedBy: annAsActor, assignee: ann }),
  summary({
    id: "9" as IncidentId,
    threat: "messaging-pumping",
    rate: { usd: 64, isAtLeast: false },
    spendTodayUsd: 90.2,
  }),
  summary({
    id: "11" as IncidentId,
    threat: "spend-spike",
    severity: "warning",
    rate: null,
    openedAtMs: NOW_MS - 200 * MINUTE_MS,
  }),
];
const silences = [
  {
    ...silence,
    id: "sil0000000000001" as SilenceId,
    heldBack: [
      {
        threat: "toll-fraud",
        severity: "warning",
        atMs: NOW_MS - 20 * MINUTE_MS,
        summary: "Outbound calls crossed 50.00 USD",
      },
    ],
  },
] as const;

/** Newest first. */
const records = [
  body(8, 1, annAsActor, "incident-resolved", { cause: "fraud-stopped" }),
  body(7, 3, { kind: "tollgate", part: "observe" }, "incident-contained", { runId: "a1" }),
  {
    ...body(6, 3, { kind: "tollgate", part: "run" }, "run-done", { evidence: ["Twilio reports status suspended"] }),
    stream: "run-a1",
    what: "Suspend the subaccount",
  },
  { ...body(5, 4, benAsActor, "approval-granted", {}), stream: "approval-a1", what: "Suspend the subaccount" },
  {
    ...body(4, 5, annAsActor, "refused", { attempted: "approve", refusal: "own-request" }),
    stream: "approval-a1",
    version: null,
    what: "Suspend the subaccount",
  },
  {
    ...body(3, 5, annAsActor, "approval-requested", {
      request: { description: "Suspend the subaccount", reason: house.request.reason },
    }),
    stream: "approval-a1",
    what: "Suspend the subaccount",
  },
  body(2, 7, annAsActor, "incident-acknowledged", {}),
  body(1, 11, { kind: "twilio" }, "incident-opened", {
    alert: { severity: "critical", summary: house.open.alert.summary },
  }),
].map(recordOf);

function body(
  sequence: number,
  minutesAgo: number,
  actor: AuditBody["actor"],
  type: string,
  data: AuditBody["data"],
): AuditBody {
  return {
    sequence,
    stream: "incident-7",
    version: sequence,
    // Milliseconds apart, as they are written.
    atMs: NOW_MS - minutesAgo * MINUTE_MS + sequence,
    actor,
    cause: "click",
    type,
    accountSid: house.SID,
    incidentId: "7",
    what: null,
    data,
  };
}

function recordOf(one: AuditBody): AuditRecord {
  const { sequence, stream, version } = one;
  return { sequence, stream, version, body: JSON.stringify(one), mac: `${sequence}c0ffee`.repeat(10).slice(0, 64) };
}

const usage: readonly UsageRow[] = [
  usageRow("calls-outbound", "Outbound Calls", 1204.11, [5310, "minutes"], [306, "calls"]),
  usageRow("sms-outbound", "Outbound SMS", 38.2, [4775, "messages"], [4775, "messages"]),
  usageRow("phonenumbers", "Phone Numbers", 12, [12, "numbers"], [12, "numbers"]),
  usageRow("totalprice", "Total Price", 1254.31, [1254.31, "usd"], [0, ""]),
];
const usageBefore: readonly UsageRow[] = Array.from({ length: 13 }, (_, index) => {
  const startDate = `2026-11-${String(index + 8).padStart(2, "0")}`;
  const usd = 120 + (index % 5);
  return { ...usageRow("totalprice", "Total Price", usd, [usd, "usd"], [0, ""]), startDate, endDate: startDate };
});

function usageRow(
  category: string,
  description: string,
  spendUsd: number,
  [amount, usageUnit]: readonly [number, string],
  [count, countUnit]: readonly [number, string],
): UsageRow {
  const day = "2026-11-21";
  return { category, description, spendUsd, usage: amount, usageUnit, count, countUnit, startDate: day, endDate: day };
}

const context: CommandContext = asking({
  nowMs: NOW_MS,
  desk: deskWith({
    incidents: async () => incidents,
    incident: async () => showCard(acknowledged, NOW_MS),
    incidentsOf: async () => incidents.slice(0, 1),
    silences: async () => silences,
    waiting: async () => [waits("a1", { requester: ann, account, expiresAtMs: NOW_MS + 14 * MINUTE_MS })],
    records: async () => records,
  }),
  twilio: { ...asking().twilio, usage: async ({ period }) => (period === "today" ? usage : usageBefore) },
});

const ASKED: readonly (readonly [command: string, words: string])[] = [
  ["incidents", ""],
  ["silence", ""],
  ["audit", "7"],
  ["contain", "Acme Voice EU"],
  ["usage", "today"],
  ["help", ""],
];

export async function answerStates(): Promise<readonly PictureState[]> {
  return [...(await Promise.all(ASKED.map(asked))), home, report];
}

async function asked([name, words]: (typeof ASKED)[number]): Promise<PictureState> {
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  const answerOn = async (platform: PlatformName) =>
    answerCard(name, await command.run(words, { ...context, platform }));
  const [slack, teams] = [await answerOn("slack"), await answerOn("teams")];
  const card = (platform: PlatformName) => (platform === "slack" ? slack : teams);
  return {
    name: `answer-${name}`,
    chapter: CHAPTER,
    title: `${name} ${words}`.trim(),
    shown: { kind: "answer", card },
  };
}

const home: PictureState = {
  name: "home",
  chapter: CHAPTER,
  title: "The app's Home tab in Slack, the word home in Teams",
  shown: {
    kind: "home",
    card: homeCard({
      asker: ann,
      incidents,
      approvals: [
        {
          ...house.pending("disable-geo-regions", {
            requester: ben,
            description: "Close calls and messages to Latvia",
          }),
          incidentId: "9" as IncidentId,
          account,
        },
      ],
      silences,
      troubles: [{ part: "teams", problem: "does not answer" }],
      watched: ["slack", "teams", "twilio", "queue"],
      responders: [ann, ben],
      names,
      atMs: NOW_MS,
    }),
  },
};

const report: PictureState = {
  name: "report",
  chapter: CHAPTER,
  title: "The report, in the thread of a resolved incident",
  shown: {
    kind: "report",
    title: reportTitle(resolved),
    markdown: incidentReport({
      view: resolved,
      observations: [
        { ...observation, atMs: NOW_MS - 9 * MINUTE_MS, spendTodayUsd: 1098, burnPerHourUsd: 240 },
        { ...observation, atMs: NOW_MS - 5 * MINUTE_MS },
      ],
      records: records.toReversed(),
      isCut: false,
      calls: [],
      writtenAtMs: NOW_MS,
    }),
  },
};
