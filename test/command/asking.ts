/** What a command is given, out of memory, and ways to read its answer as text. */
import type {
  CommandAnswer,
  CommandContext,
  Desk,
  KnownAccount,
  LookedUp,
  Waiting,
} from "../../src/command/contract.ts";
import { unreachable } from "../../src/lib/decision.ts";
import { Fault } from "../../src/lib/fault.ts";
import type { AccountSid, ApprovalId, IncidentId, PersonId, SilenceId } from "../../src/lib/id.ts";
import type { Button, Card, Press, Rich } from "../../src/notice/card.ts";
import type { AccountView, IncidentSummary, SilenceSummary } from "../../src/notice/views.ts";
import { ROSTER } from "../support/roster.ts";

export const NOW_MS = Date.UTC(2026, 10, 21, 14, 30);
export const PARENT = `AC${"1".repeat(32)}` as AccountSid;
export const EU = `AC${"2".repeat(32)}` as AccountSid;
export const US = `AC${"3".repeat(32)}` as AccountSid;

export const accounts: readonly KnownAccount[] = [
  { sid: PARENT, friendlyName: "Acme", isParent: true },
  { sid: EU, friendlyName: "Acme Voice EU", isParent: false },
  { sid: US, friendlyName: "Acme Voice US", isParent: false },
];

export function view(sid: AccountSid): AccountView {
  const known = accounts.find((account) => account.sid === sid);
  return known === undefined ? { sid } : { ...known, status: "active" };
}

/** A desk with nothing on it, but for what is given. */
export function deskWith(changes: Partial<Desk> = {}): Desk {
  return {
    incidents: async () => [],
    incident: async () => null,
    incidentsOf: async () => [],
    incidentsWith: async () => [],
    silences: async () => [],
    waiting: async () => [],
    records: async () => [],
    people: () => ROSTER,
    ...changes,
  };
}

export function asking(changes: Partial<CommandContext> = {}): CommandContext {
  return {
    nowMs: NOW_MS,
    platform: "slack",
    parentSid: PARENT,
    twilio: { accounts: async () => accounts, usage: async () => [] },
    desk: deskWith(),
    history: { load: async () => null, hoursSince: async () => [] },
    showsNumbers: true,
    lookUp: async () => lookedUp(),
    report: async () => ({ text: "Incident 12 is open.", incidentId: "12" as IncidentId }),
    ...changes,
  };
}

/** A Latvian mobile that is worth a second look. */
export function lookedUp(changes: Partial<LookedUp> = {}): LookedUp {
  return {
    number: "+37129123456",
    isValid: true,
    country: "LV",
    problems: [],
    line: { isTold: true, type: "mobile", carrier: "Tele2" },
    lineAtMs: NOW_MS - 60_000,
    risk: { isTold: true, score: 82, carrierRisk: "mild", wasBlocked: true },
    ...changes,
  };
}

/** Twilio as it is when it is down. */
export const twilioDown: CommandContext["twilio"] = {
  accounts: async () => {
    throw new Fault("unavailable", "raw text of 503");
  },
  usage: async () => {
    throw new Fault("unavailable", "raw text of 503");
  },
};

export function summary(id: string, changes: Partial<IncidentSummary> = {}): IncidentSummary {
  return {
    id: id as IncidentId,
    status: "open",
    severity: "critical",
    threat: "toll-fraud",
    account: view(EU),
    openedAtMs: NOW_MS - 60_000,
    rate: { usd: 212.4, isAtLeast: false },
    spendTodayUsd: 1204.11,
    assignee: null,
    acknowledgedBy: null,
    snoozedUntilMs: null,
    ...changes,
  };
}

export function waits(id: string, changes: Partial<Waiting> = {}): Waiting {
  return {
    approvalId: id as ApprovalId,
    incidentId: "7" as IncidentId,
    account: view(EU),
    remediation: "suspend-subaccount",
    description: "Suspend the subaccount",
    requester: "dia" as PersonId,
    expiresAtMs: NOW_MS + 60_000,
    undoOf: null,
    approvedBy: [],
    ...changes,
  };
}

export function silenced(id: string, changes: Partial<SilenceSummary> = {}): SilenceSummary {
  return {
    id: id as SilenceId,
    account: view(EU),
    threat: null,
    by: { kind: "person", personId: "ann" as PersonId, name: "Ann Ito", platform: "slack", userId: "U0ANN" },
    reason: "load test until noon",
    startedAtMs: NOW_MS - 60_000,
    untilMs: NOW_MS + 3_600_000,
    heldBack: [],
    ...changes,
  };
}

export function incidentCardOf(id: string): Card {
  return {
    subject: `incident-${id}`,
    heading: `CRITICAL · Toll fraud suspected · card of ${id}`,
    elements: [{ kind: "text", text: ["Confirmed."] }],
    buttons: [button("Suspend subaccount", { action: "request", incidentId: id as IncidentId, remediation: "x" })],
    overflow: [button("Resolve", { action: "resolve", incidentId: id as IncidentId })],
    note: `Incident ${id}`,
    fallback: "Toll fraud",
    tone: "alarm",
  };
}

function button(label: string, press: Press): Button {
  return { label, press, style: "plain", confirm: null };
}

export function pressesOf(answer: CommandAnswer): readonly Press[] {
  const inEntries = answer.elements.flatMap((element) =>
    element.kind === "entry" && element.button !== null ? [element.button.press] : [],
  );
  return [...inEntries, ...[...(answer.buttons ?? []), ...(answer.overflow ?? [])].map(({ press }) => press)];
}

/** Every word that people read, a line an element. */
export function textOf(answer: Pick<CommandAnswer, "heading" | "elements" | "note">): string {
  const lines = answer.elements.flatMap((element): readonly string[] => {
    switch (element.kind) {
      case "facts":
        return element.facts.map(({ label, value }) => `${label}: ${plain(value)}`);
      case "list":
        return [element.title, ...element.items];
      case "text":
      case "entry":
        return [plain(element.text)];
      case "timeline":
        return element.entries.map(({ text }) => plain(text));
      case "mention":
        return [element.text];
      case "link":
        return [element.label];
      case "chart":
        return [element.finding];
      default:
        return unreachable(element);
    }
  });
  return [answer.heading, ...lines, answer.note ?? ""].join("\n");
}

function plain(rich: Rich): string {
  return rich
    .map((part) => (typeof part === "string" ? part : "bold" in part ? part.bold : new Date(part.atMs).toISOString()))
    .join("");
}
