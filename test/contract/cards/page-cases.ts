/** Homes, and what every command answers. */
import type { AuditBody, AuditRecord } from "../../../src/audit/envelope.ts";
import type { CommandContext, Desk, UsageRow, Waiting } from "../../../src/command/contract.ts";
import { commands } from "../../../src/command/index.ts";
import type { IncidentId, SilenceId } from "../../../src/lib/id.ts";
import { answerCard, sentenceCard } from "../../../src/notice/answer-card.ts";
import { type HomeView, homeCard } from "../../../src/notice/home-card.ts";
import { showCard } from "../../../src/notice/incident-card.ts";
import { accounts, asking, deskWith, EU } from "../../command/asking.ts";
import { ann, ben, MINUTE_MS, NOW_MS, pending } from "../../notice/house.ts";
import type { House } from "./house.ts";
import type { CardCase } from "./incident-cases.ts";

export async function pageCases(house: House): Promise<readonly CardCase[]> {
  return [...homeCases(house), ...(await commandCases(house))];
}

function homeCases(house: House): readonly CardCase[] {
  const { account, silence, summary, view } = house;
  const waiting = {
    ...pending("suspend-subaccount", { description: account.friendlyName }),
    incidentId: "7" as IncidentId,
    account,
  };
  const empty: HomeView = {
    asker: ann,
    incidents: [],
    approvals: [],
    silences: [],
    troubles: [],
    watched: ["slack", "teams", "twilio", "queue"],
    responders: [ann, ben],
    names: view.names,
    atMs: NOW_MS,
  };
  const full: HomeView = {
    ...empty,
    incidents: numbered(14).map((id) =>
      summary(id, { acknowledgedBy: null, assignee: Number(id) % 2 === 0 ? ann : null }),
    ),
    approvals: numbered(12).map(() => waiting),
    silences: numbered(12).map((id) => ({ ...silence, id: `sil${id}` as SilenceId })),
    troubles: [
      { part: "slack", problem: account.friendlyName },
      { part: account.friendlyName, problem: "does not answer" },
    ],
    responders: [],
  };
  return [
    { name: "an empty home", card: homeCard(empty), isSettled: false },
    { name: "a full home", card: homeCard(full), isSettled: false },
    { name: "a home with one of each", card: homeCard(oneOfEach(full)), isSettled: false },
    { name: "a refusal", card: sentenceCard("usage", "Not for you", account.friendlyName), isSettled: true },
  ];
}

function oneOfEach(full: HomeView): HomeView {
  const { incidents, approvals, silences, troubles } = full;
  const first = <Item>(items: readonly Item[]) => items.slice(0, 1);
  return {
    ...full,
    incidents: first(incidents),
    approvals: first(approvals),
    silences: first(silences),
    troubles: first(troubles),
  };
}

/** What people may write: every form of every command, and words that fit none. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  usage: ["", "today", "this month", "daily", "subaccounts", "calls", "help", "nonsense"],
  incidents: ["", "all", "7", "new Acme Voice EU calls to Latvia", "new nonsense", "help", "nonsense"],
  lookup: ["+371 2912 3456", "37129123456", "help", "nonsense"],
  contain: ["", "7", "help"],
  audit: ["", "incident 7", "person ann", "help", "nonsense"],
  silence: ["", "help"],
  help: ["", "usage", "nonsense"],
};

async function commandCases(house: House): Promise<readonly CardCase[]> {
  const text = house.account.friendlyName;
  const busy = asking({ desk: busyDesk(house), twilio: twilioOf(text) });
  const idle = asking({ twilio: twilioOf(text) });
  const cases: CardCase[] = [];
  for (const platform of ["slack", "teams"] as const) {
    for (const command of commands) {
      for (const words of [...(ASKED[command.name] ?? []), text, EU, `person ${text}`]) {
        for (const [where, context] of Object.entries({ busy, idle })) {
          const asked: CommandContext = { ...context, platform };
          const card = answerCard(command.name, await command.run(words, asked));
          cases.push({ name: `${command.name} ${words} (${where}, ${platform})`, card, isSettled: false });
        }
      }
    }
  }
  return distinct(cases);
}

/** Many words get the same answer: each is looked at once. */
function distinct(cases: readonly CardCase[]): readonly CardCase[] {
  return [...new Map(cases.map((each) => [JSON.stringify(each.card), each])).values()];
}

function busyDesk({ summary, silence, view, account, annAsActor }: House): Desk {
  const waiting: Waiting = {
    ...pending("suspend-subaccount", { description: account.friendlyName }),
    incidentId: "7" as IncidentId,
    account,
    approvedBy: [ben],
  };
  const records = numbered(60).map((id): AuditRecord => recordOf(Number(id), account.friendlyName, annAsActor));
  return deskWith({
    incidents: async () => numbered(35).map((id) => summary(id)),
    incident: async () => showCard(view, NOW_MS),
    incidentsOf: async () => [summary("7"), summary("8")],
    incidentsWith: async () => [summary("7"), summary("8")],
    silences: async () => numbered(35).map((id) => ({ ...silence, id: `sil${id}` as SilenceId })),
    waiting: async () => [waiting, waiting],
    records: async () => records.toReversed(),
  });
}

function recordOf(sequence: number, text: string, actor: AuditBody["actor"]): AuditRecord {
  const body: AuditBody = {
    sequence,
    stream: "incident-7",
    version: sequence,
    atMs: NOW_MS - sequence * MINUTE_MS,
    actor,
    cause: "click",
    type: "incident-acknowledged",
    accountSid: EU,
    incidentId: "7",
    what: text,
    data: { reason: text },
  };
  return { sequence, stream: body.stream, version: body.version, body: JSON.stringify(body), mac: "a".repeat(64) };
}

function twilioOf(text: string): CommandContext["twilio"] {
  const rows = numbered(20).map(
    (id): UsageRow => ({
      category: `${id}-${text}`,
      description: text,
      spendUsd: 100 / Number(id),
      usage: 1416,
      usageUnit: "minutes",
      count: 302,
      countUnit: text,
      startDate: `2026-11-${id.padStart(2, "0")}`,
      endDate: `2026-11-${id.padStart(2, "0")}`,
    }),
  );
  return {
    accounts: async () =>
      accounts.map((account) => (account.sid === EU ? { ...account, friendlyName: text } : account)),
    usage: async () => rows,
  };
}

/** `1`, `2`, … */
function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}
