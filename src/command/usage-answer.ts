/** How usage reads. Pure: rows in, an answer out. */
import type { CardFact, Element } from "../notice/card.ts";
import { type Chart, chartElement } from "../notice/chart.ts";
import { twilioFaultSentence } from "../notice/fault-words.ts";
import { againstUsual, count, counted, money } from "../notice/words.ts";
import type { CommandAnswer, UsagePeriod, UsageRow } from "./contract.ts";
import { dateOf } from "./dates.ts";
import type { UsageRequest } from "./parse-usage.ts";
import { rankCategories, sumUsd } from "./rank-categories.ts";
import { type AccountReading, MAX_ACCOUNTS } from "./usage-reading.ts";

const TOP = 8;
const TOP_ACCOUNTS = 15;
const LAG = "Days are in UTC. Twilio's usage data lags: the newest calls and messages may not be in it yet.";

const PERIOD_WORDS: Readonly<Record<UsagePeriod, string>> = {
  today: "today",
  yesterday: "yesterday",
  "this-month": "this month",
  "last-month": "last month",
  daily: "by day",
  monthly: "by month",
  yearly: "by year",
  "all-time": "of all time",
};

function headingOf({ period, category, account, isPerSubaccount }: UsageRequest): string {
  const parts = [`Twilio usage ${PERIOD_WORDS[period]}`];
  if (category !== null) parts.push(category);
  if (account !== null) parts.push(account.friendlyName);
  if (isPerSubaccount) parts.push("by account");
  return parts.join(" · ");
}

function fact(label: string, value: string): CardFact {
  return { label, value: [value] };
}

/** One span: today, yesterday, a month, all time. `usualDayUsd` is undefined when nobody asked, null when it could not be read. */
export function spanAnswer(
  request: UsageRequest,
  rows: readonly UsageRow[],
  usualDayUsd: number | null | undefined,
  chart: Chart | null = null,
): CommandAnswer {
  const heading = headingOf(request);
  if (request.category !== null) {
    const own = rows.filter((row) => row.category === request.category);
    if (own.length === 0) {
      return { heading, elements: [text(`Twilio has no usage of ${request.category} here.`)], note: LAG };
    }
    const usage = own.map((row) => fact("Amount", amountOf(row)));
    const figures = facts([...spendFacts(request, sumUsd(own), usualDayUsd), ...usage]);
    return withChart({ heading, elements: [figures], note: LAG }, chart);
  }
  const ranking = rankCategories(rows, TOP);
  const items = ranking.top.map(
    (row) => `${row.description} (${row.category}): ${money(row.spendUsd)}, ${amountOf(row)}`,
  );
  if (ranking.othersUsd >= 0.005 && items.length > 0) {
    const what =
      ranking.othersCount === 0
        ? "Everything else"
        : counted(ranking.othersCount, "other category", "other categories");
    items.push(`${what}: ${money(ranking.othersUsd)}`);
  }
  const elements: Element[] = [facts(spendFacts(request, ranking.totalUsd, usualDayUsd))];
  elements.push(
    items.length === 0 ? text("Nothing was spent.") : { kind: "list", title: "Where the money went", items },
  );
  return withChart({ heading, elements, note: LAG }, chart);
}

/** Behind the figures, which come first. */
function withChart(answer: CommandAnswer, chart: Chart | null): CommandAnswer {
  if (chart === null) return answer;
  const [figures, ...rest] = answer.elements;
  const elements = [...(figures === undefined ? [] : [figures]), chartElement(chart), ...rest];
  return { ...answer, elements, charts: [chart] };
}

function spendFacts(
  { period }: UsageRequest,
  spendUsd: number,
  usualDayUsd: number | null | undefined,
): readonly CardFact[] {
  const spend = fact(period === "today" ? "Spent today so far" : "Spent", money(spendUsd));
  if (usualDayUsd === undefined) return [spend];
  if (usualDayUsd === null) return [spend, fact("Usual day", "could not be read")];
  return [
    spend,
    fact("Against the usual", againstUsual(spendUsd, usualDayUsd)),
    fact("Usual day (average of the last 7 days)", money(usualDayUsd)),
  ];
}

/** `1,416 minutes in 302 calls`, or `57 messages` when both are the same. */
function amountOf(row: UsageRow): string {
  const usage = `${count(row.usage)} ${unit(row.usage, row.usageUnit)}`.trim();
  if (row.countUnit === row.usageUnit || row.countUnit === "" || row.count === 0) return usage;
  return `${usage} in ${count(row.count)} ${unit(row.count, row.countUnit)}`;
}

/** Twilio names its units in the plural. */
function unit(amount: number, plural: string): string {
  return amount === 1 ? plural.replace(/s$/, "") : plural;
}

/** A row for each day, month or year, newest first. */
export function seriesAnswer(
  request: UsageRequest,
  rows: readonly UsageRow[],
  nowMs: number,
  chart: Chart | null = null,
): CommandAnswer {
  const byStart = new Map<string, number>();
  for (const row of rows) byStart.set(row.startDate, (byStart.get(row.startDate) ?? 0) + row.spendUsd);
  const newestFirst = [...byStart]
    .toSorted(([one], [other]) => other.localeCompare(one))
    .slice(0, request.spans ?? undefined);
  const heading = headingOf(request);
  if (newestFirst.length === 0) return { heading, elements: [text("Twilio has no usage in this time.")], note: LAG };
  const [newestStart] = newestFirst[0] ?? [""];
  const today = dateOf(nowMs);
  const items = newestFirst.map(([start, usd]) => {
    const name = start.slice(0, NAME_LENGTH[request.period] ?? start.length);
    const isRunning = start === newestStart && today.startsWith(name);
    return `${name}${isRunning ? " (so far)" : ""}: ${money(usd)}`;
  });
  const total = newestFirst.reduce((sum, [, usd]) => sum + usd, 0);
  const elements: Element[] = [facts([fact("Together", money(total))]), { kind: "list", title: "Newest first", items }];
  return withChart({ heading, elements, note: LAG }, chart);
}

/** How much of `YYYY-MM-DD` names the span. */
const NAME_LENGTH: Partial<Record<UsagePeriod, number>> = { monthly: 7, yearly: 4 };

export function perAccountAnswer(
  request: UsageRequest,
  readings: readonly AccountReading[],
  accountCount: number,
): CommandAnswer {
  const spendOf = ({ spend }: AccountReading) => ("usd" in spend ? spend.usd : Number.POSITIVE_INFINITY);
  // What could not be read comes first: it may be the account that somebody is looking for.
  const ordered = readings.toSorted((one, other) => spendOf(other) - spendOf(one));
  const shown = ordered.slice(0, TOP_ACCOUNTS);
  const items = shown.map(accountLine);
  const rest = ordered.slice(TOP_ACCOUNTS);
  const sum = (list: readonly AccountReading[]) =>
    list.reduce((usd, { spend }) => usd + ("usd" in spend ? spend.usd : 0), 0);
  if (rest.length > 0) items.push(`${counted(rest.length, "other account")}: ${money(sum(rest))}`);
  const elements: Element[] = [
    facts([fact("Together", money(sum(readings)))]),
    { kind: "list", title: "Most spend first", items },
  ];
  if (accountCount > MAX_ACCOUNTS) {
    elements.push(
      text(
        `Only ${MAX_ACCOUNTS} of ${count(accountCount)} accounts were read. Ask for another one by its name or SID.`,
      ),
    );
  }
  return { heading: headingOf(request), elements, note: LAG };
}

function accountLine({ account, spend }: AccountReading): string {
  const name = `${account.friendlyName}${account.isParent ? " (main account)" : ""}`;
  if ("fault" in spend) return `${name}: could not be read. ${twilioFaultSentence(spend.fault)}`;
  if (spend.usualDayUsd === null || (spend.usd < 0.005 && spend.usualDayUsd < 0.005))
    return `${name}: ${money(spend.usd)}`;
  return `${name}: ${money(spend.usd)}, ${againstUsual(spend.usd, spend.usualDayUsd)}`;
}

function text(words: string): Element {
  return { kind: "text", text: [words] };
}

function facts(list: readonly CardFact[]): Element {
  return { kind: "facts", facts: list };
}
