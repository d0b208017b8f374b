import type { Person } from "../approval/contract.ts";
import type { AuditRecord, PlatformName } from "../audit/envelope.ts";
import type { AccountBaseline, HourUsage } from "../detection/baseline/contract.ts";
import type { Severity } from "../detection/contract.ts";
import type { NumberReading } from "../detection/number.ts";
import type { AccountSid, IncidentId, PersonId } from "../lib/id.ts";
import type { Button, Card, Element } from "../notice/card.ts";
import type { Chart } from "../notice/chart.ts";
import type { AccountView, IncidentSummary, PendingView, SilenceSummary } from "../notice/views.ts";

export interface UsageRow {
  readonly category: string;
  readonly description: string;
  readonly spendUsd: number;
  readonly usage: number;
  readonly usageUnit: string;
  readonly count: number;
  readonly countUnit: string;
  /** `YYYY-MM-DD`, GMT, both included. */
  readonly startDate: string;
  readonly endDate: string;
}

export interface KnownAccount {
  readonly sid: AccountSid;
  readonly friendlyName: string;
  readonly isParent: boolean;
}

export type UsagePeriod =
  | "today"
  | "yesterday"
  | "this-month"
  | "last-month"
  | "all-time"
  | "daily"
  | "monthly"
  | "yearly";

/** What commands need from Twilio. Methods throw `Fault`. */
export interface UsageReader {
  accounts(): Promise<readonly KnownAccount[]>;
  /**
   * One row per category, or per category and period for daily, monthly and yearly. `category` null: all. `range`: all between
   * the two dates as one.
   */
  usage(query: {
    readonly accountSid: AccountSid;
    readonly period: UsagePeriod | "range";
    readonly category: string | null;
    readonly startDate: string | null;
    readonly endDate: string | null;
    readonly includeSubaccounts: boolean;
  }): Promise<readonly UsageRow[]>;
}

/** Which records of the audit somebody asks for. */
export type AuditQuery =
  | { readonly about: "incident"; readonly incidentId: IncidentId }
  | { readonly about: "person"; readonly personId: string }
  | { readonly about: "account"; readonly accountSid: AccountSid }
  | { readonly about: "since"; readonly sinceMs: number };

/** A request that waits for approval. */
export type Waiting = PendingView & {
  readonly incidentId: IncidentId;
  readonly account: AccountView;
  readonly approvedBy: readonly PersonId[];
};

/** What has been going on here. Methods throw `Fault`. */
export interface Desk {
  /** `open`: all that is not resolved, most money an hour first. `all`: the newest 30, newest first. */
  incidents(which: "open" | "all"): Promise<readonly IncidentSummary[]>;
  /** The whole card of one incident, with what its asker may do (Reopen and Report when it is resolved); null when there is none. */
  incident(id: string): Promise<Card | null>;
  /** Unresolved incidents of one account. */
  incidentsOf(accountSid: AccountSid): Promise<readonly IncidentSummary[]>;
  /** Incidents whose traffic went to this number, E.164; newest first. */
  incidentsWith(number: string): Promise<readonly IncidentSummary[]>;
  /** Active ones, the one that ends next first. */
  silences(): Promise<readonly SilenceSummary[]>;
  /** Requests that wait for approval, oldest first. */
  waiting(): Promise<readonly Waiting[]>;
  /** Newest first. */
  records(query: AuditQuery, limit: number): Promise<readonly AuditRecord[]>;
  people(): readonly Person[];
}

/** What Lookup says of a number. Methods that answer it throw `Fault`. */
export interface LookedUp extends NumberReading {
  /** When the line was asked for; null when it is not known. The risk is always of now. */
  readonly lineAtMs: number | null;
  /** Nothing paid was asked for: people had as many look-ups within the hour as they may. */
  readonly isOverLimit?: true;
}

/** The asker may not; the sentence is for them alone. */
export interface LookUpRefused {
  readonly refused: string;
}

/** What a person saw and Twilio did not report. */
export interface Reported {
  readonly accountSid: AccountSid;
  /** One sentence, as it was typed: what must not travel is masked on the way. */
  readonly summary: string;
  readonly severity: Severity;
}

/** `text`: what happened, for the one who reported it. No incident: nothing was opened. */
export interface ReportAnswer {
  readonly text: string;
  readonly incidentId: IncidentId | null;
}

/** What Tollgate itself has seen of an account, and what it takes for ordinary there. Methods throw `Fault`. */
export interface UsageHistory {
  /** Null: nothing is known yet. */
  load(accountSid: AccountSid): Promise<AccountBaseline | null>;
  /** Hours count from 1970. */
  hoursSince(accountSid: AccountSid, hour: number): Promise<readonly HourUsage[]>;
}

export interface CommandContext {
  readonly nowMs: number;
  /** Where it was asked: what people can write there differs. */
  readonly platform: PlatformName;
  readonly twilio: UsageReader;
  readonly parentSid: AccountSid;
  readonly desk: Desk;
  readonly history: UsageHistory;
  /** A responder asks, for themselves alone: phone numbers may be shown whole. */
  readonly showsNumbers: boolean;
  /** Validity costs nothing; what is paid is asked for only of what is a number. */
  readonly lookUp: (number: string) => Promise<LookedUp | LookUpRefused>;
  /** Opens an incident in the asker's name, if they may; whether they may is decided and recorded where it is done. */
  readonly report: (report: Reported) => Promise<ReportAnswer>;
}

/** What a command answers, to the asker alone. The shell makes it a card. Commands show, their buttons act; `report` alone acts at once. */
export interface CommandAnswer {
  readonly heading: string;
  readonly elements: readonly Element[];
  /** At most five. */
  readonly buttons?: readonly Button[];
  /** At most five. */
  readonly overflow?: readonly Button[];
  /** Calm unless it shows something that is not. */
  readonly tone?: Card["tone"];
  readonly note: string | null;
  /** What those of its elements show that are charts: drawn after the answer was given. */
  readonly charts?: readonly Chart[];
  /** Help, mistakes and faults: for the asker alone, whoever they wanted to share it with. */
  readonly isPrivate?: true;
}

/** Something that people can ask, on both platforms: `/twilio-usage` in Slack, `usage` in Teams. */
export interface Command {
  /** Without prefix: `usage`. */
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  /** Slack's grey hint behind the command: what may follow, e.g. `[open|all|<id>]`. */
  readonly usageHint: string;
  /** Forms with an example each, shown for a wrong word. */
  readonly forms: readonly { readonly form: string; readonly meaning: string }[];
  run(words: string, context: CommandContext): Promise<CommandAnswer>;
}
