import { unreachable } from "../lib/decision.ts";
import { nearest } from "../lib/nearest.ts";
import type { KnownAccount, UsagePeriod } from "./contract.ts";
import { findAccount } from "./find-account.ts";
import { KNOWN_CATEGORIES, looksLikeCategory } from "./usage-categories.ts";
import { joined, quoted, splitWords, type Word } from "./words.ts";

export interface UsageRequest {
  readonly period: UsagePeriod;
  /** How many days, months or years; null for a period that is one span. */
  readonly spans: number | null;
  /** Null: everything. */
  readonly category: string | null;
  /** Null: the main account with all its subaccounts. */
  readonly account: KnownAccount | null;
  readonly isPerSubaccount: boolean;
}

export type ParsedUsage =
  | { readonly kind: "request"; readonly request: UsageRequest }
  | { readonly kind: "help" }
  /** A sentence that says what was not understood, and what was probably meant. */
  | { readonly kind: "wrong"; readonly problem: string };

export const PERIODS = [
  "today",
  "yesterday",
  "this-month",
  "last-month",
  "daily",
  "monthly",
  "yearly",
  "all-time",
] as const satisfies readonly UsagePeriod[];

const SPLIT_WORDS = ["per-subaccount", "subaccounts"];

/** Default and most for the periods that have a row per span: Twilio keeps daily rows for 13 months or more. */
const SPANS: Partial<Record<UsagePeriod, { readonly usual: number; readonly most: number; readonly unit: string }>> = {
  daily: { usual: 7, most: 31, unit: "days" },
  monthly: { usual: 6, most: 24, unit: "months" },
  yearly: { usual: 5, most: 10, unit: "years" },
};

/** `[period] [n] [category] [subaccount] [per-subaccount]`; no words at all mean today. */
export function parseUsage(line: string, accounts: readonly KnownAccount[]): ParsedUsage {
  const words = splitWords(line);
  if (words.some((word, index) => isBare(word, "help") && index === 0)) return { kind: "help" };
  const isPerSubaccount = words.some(isSplitWord);
  const rest = words.filter((word) => !isSplitWord(word));
  const taken = takePeriod(rest);
  const span = takeSpans(taken.period, taken.rest);
  if (span.kind === "wrong") return span;
  const subject = takeSubject(span.rest, accounts);
  if (subject.kind === "wrong") {
    // The first word of all is where a period belongs: a typo in it is a wrong period rather than an unknown account.
    return taken.isGiven || rest[0] === undefined ? subject : wrongFirstWord(rest[0], subject.problem);
  }
  if (isPerSubaccount && subject.account !== null && !subject.account.isParent) {
    return wrong(`Choose one: ${quoted(subject.account.friendlyName)} alone, or every account with per-subaccount.`);
  }
  return {
    kind: "request",
    request: {
      period: taken.period,
      spans: span.spans,
      category: subject.category,
      account: subject.account,
      isPerSubaccount,
    },
  };
}

function wrong(problem: string): { readonly kind: "wrong"; readonly problem: string } {
  return { kind: "wrong", problem };
}

function isBare(word: Word, text: string): boolean {
  return !word.isQuoted && word.text.toLowerCase() === text;
}

function isSplitWord(word: Word): boolean {
  return SPLIT_WORDS.some((split) => isBare(word, split));
}

/** `this month` counts as `this-month`, and `last 14 days` as `daily 14`. */
function takePeriod(given: readonly Word[]): {
  readonly period: UsagePeriod;
  readonly isGiven: boolean;
  readonly rest: readonly Word[];
} {
  const words = lastSpans(given);
  const bare = words.map((word) => (word.isQuoted ? "" : word.text.toLowerCase()));
  const pair = PERIODS.find((period) => period === `${bare[0]}-${bare[1]}`);
  if (pair !== undefined) return { period: pair, isGiven: true, rest: words.slice(2) };
  const single = PERIODS.find((period) => period === bare[0]);
  if (single !== undefined) return { period: single, isGiven: true, rest: words.slice(1) };
  return { period: "today", isGiven: false, rest: words };
}

/** `last 14 days` counts as `daily 14`. */
function lastSpans(words: readonly Word[]): readonly Word[] {
  const [last, number, unit, ...rest] = words;
  if (last === undefined || number === undefined || unit === undefined) return words;
  const isCount = !number.isQuoted && /^\d{1,4}$/.test(number.text);
  const found = UNITS.find(({ words: names }) => names.some((name) => isBare(unit, name)));
  if (!isBare(last, "last") || !isCount || found === undefined) return words;
  const spans = Number(number.text) * found.times;
  return [{ text: found.period, isQuoted: false }, { text: String(spans), isQuoted: false }, ...rest];
}

const UNITS = [
  { words: ["days", "day"], period: "daily", times: 1 },
  { words: ["weeks", "week"], period: "daily", times: 7 },
  { words: ["months", "month"], period: "monthly", times: 1 },
  { words: ["years", "year"], period: "yearly", times: 1 },
] as const;

function takeSpans(
  period: UsagePeriod,
  words: readonly Word[],
):
  | { readonly kind: "spans"; readonly spans: number | null; readonly rest: readonly Word[] }
  | { readonly kind: "wrong"; readonly problem: string } {
  const rule = SPANS[period];
  if (rule === undefined) return { kind: "spans", spans: null, rest: words };
  const [first, ...rest] = words;
  if (first === undefined || first.isQuoted || !/^[-+]?\d+$/.test(first.text)) {
    return { kind: "spans", spans: rule.usual, rest: words };
  }
  const spans = Number(first.text);
  if (spans >= 1 && spans <= rule.most) return { kind: "spans", spans, rest };
  return wrong(`${period} takes a number from 1 to ${rule.most} (${rule.unit}), not ${first.text.slice(0, 12)}.`);
}

type Subject =
  | { readonly kind: "subject"; readonly category: string | null; readonly account: KnownAccount | null }
  | { readonly kind: "wrong"; readonly problem: string };

/** At most one category and one account, in either order; the account's name may be several words without quotes. */
function takeSubject(words: readonly Word[], accounts: readonly KnownAccount[]): Subject {
  if (words.length === 0) return { kind: "subject", category: null, account: null };
  const [first, ...others] = words;
  // A listed category wins over an account of that name; quotes choose the account.
  if (first !== undefined && isListedCategory(first)) return withAccount(first.text.toLowerCase(), others, accounts);
  const last = words.at(-1);
  if (words.length > 1 && last !== undefined && isListedCategory(last)) {
    return withAccount(last.text.toLowerCase(), words.slice(0, -1), accounts);
  }
  const whole = withAccount(null, words, accounts);
  if (whole.kind === "subject") return whole;
  if (first !== undefined && !first.isQuoted && looksLikeCategory(first.text.toLowerCase())) {
    // Close to something that we know it is a typo; anything else that has the form is left to Twilio.
    const names = accounts.map((account) => account.friendlyName);
    const known = [...names, ...KNOWN_CATEGORIES, ...PERIODS, ...SPLIT_WORDS];
    if (nearest(first.text, known) !== undefined) return whole;
    return withAccount(first.text.toLowerCase(), others, accounts);
  }
  return whole;
}

function isListedCategory(word: Word): boolean {
  return !word.isQuoted && KNOWN_CATEGORIES.includes(word.text.toLowerCase());
}

function withAccount(category: string | null, words: readonly Word[], accounts: readonly KnownAccount[]): Subject {
  if (words.length === 0) return { kind: "subject", category, account: null };
  const wanted = joined(words);
  const found = findAccount(wanted, accounts);
  switch (found.kind) {
    case "one":
      return { kind: "subject", category, account: found.account };
    case "several":
      return wrong(found.problem);
    case "none": {
      const names = accounts.map((account) => account.friendlyName);
      const meant = nearest(wanted, [...names, ...KNOWN_CATEGORIES]);
      return wrong(
        `${quoted(wanted)} is neither an account nor a usage category.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
      );
    }
    default:
      return unreachable(found);
  }
}

function wrongFirstWord(word: Word, otherwise: string): ParsedUsage {
  const meant = nearest(word.text, [...PERIODS, ...SPLIT_WORDS, "help"]);
  return wrong(
    meant === undefined || word.isQuoted ? otherwise : `${quoted(word.text)} is not a period. Did you mean ${meant}?`,
  );
}
