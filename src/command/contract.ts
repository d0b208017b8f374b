import type { AccountSid } from "../lib/id.ts";
import type { Element } from "../notice/card.ts";

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
  /** One row per category, or per category and period for daily, monthly and yearly. `category` null: all. */
  usage(query: {
    readonly accountSid: AccountSid;
    readonly period: UsagePeriod;
    readonly category: string | null;
    readonly startDate: string | null;
    readonly endDate: string | null;
    readonly includeSubaccounts: boolean;
  }): Promise<readonly UsageRow[]>;
}

export interface CommandContext {
  readonly nowMs: number;
  readonly twilio: UsageReader;
  readonly parentSid: AccountSid;
}

/** What a command answers, to the asker alone. The shell makes it a card. */
export interface CommandAnswer {
  readonly heading: string;
  readonly elements: readonly Element[];
  readonly note: string | null;
}

/** Something that people can ask, on both platforms: `/twilio-usage` in Slack, `usage` in Teams. */
export interface Command {
  /** Without prefix: `usage`. */
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  /** Forms with an example each, shown for a wrong word. */
  readonly forms: readonly { readonly form: string; readonly meaning: string }[];
  run(words: string, context: CommandContext): Promise<CommandAnswer>;
}
