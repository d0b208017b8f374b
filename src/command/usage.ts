import { unreachable } from "../lib/decision.ts";
import { isFault } from "../lib/fault.ts";
import { commandHelp } from "./command-help.ts";
import type { Command, CommandAnswer, CommandContext } from "./contract.ts";
import { parseUsage, type UsageRequest } from "./parse-usage.ts";
import { twilioProblem } from "./problem.ts";
import { perAccountAnswer, seriesAnswer, spanAnswer } from "./usage-answer.ts";
import { seriesChart, todayChart } from "./usage-chart.ts";
import { readDaysBefore, readPerAccount, readSpan, readTotals, scopeOf, usualDayOf } from "./usage-reading.ts";

const about = {
  name: "usage",
  summary: "What Twilio costs, and against what is usual",
  usageHint: "today | yesterday | this-month | last-month | last 14 days | monthly 3 [category] [subaccount]",
  forms: [
    {
      form: "today",
      meaning: "spend so far, where it went, and how it stands against the last 7 days; also yesterday",
    },
    { form: "this-month", meaning: "the month so far; also last-month and all-time" },
    { form: "last 14 days", meaning: "one line a day, and a picture of them; also daily 14, monthly 6 and yearly" },
    {
      form: "today calls-outbound",
      meaning: "one usage category; also sms, verify-voice-sms and any other of Twilio's",
    },
    { form: "today Acme Voice EU", meaning: "one account, by its name, the beginning of it, or its SID" },
    { form: "today per-subaccount", meaning: "every account by itself, most spend first" },
    { form: "help", meaning: "this list" },
  ],
} as const;

/** `/twilio-usage`: read only, so every role may ask. */
export const usage: Command = { ...about, run };

async function run(words: string, context: CommandContext): Promise<CommandAnswer> {
  // Help needs nothing from Twilio, so it answers even when Twilio does not.
  if (parseUsage(words, []).kind === "help") return commandHelp(about, context.platform);
  try {
    const accounts = await context.twilio.accounts();
    const parsed = parseUsage(words, accounts);
    switch (parsed.kind) {
      case "help":
        return commandHelp(about, context.platform);
      case "wrong":
        return commandHelp(about, context.platform, parsed.problem);
      case "request":
        if (!parsed.request.isPerSubaccount) return await answer(parsed.request, context);
        return perAccountAnswer(
          parsed.request,
          await readPerAccount(parsed.request, accounts, context),
          accounts.length,
        );
      default:
        return unreachable(parsed);
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    return twilioProblem("Usage could not be read", error);
  }
}

async function answer(request: UsageRequest, context: CommandContext): Promise<CommandAnswer> {
  const scope = scopeOf(request.account, context);
  if (request.spans !== null) {
    const rows = await readTotals(request, scope, context);
    return seriesAnswer(request, rows, context.nowMs, await seriesChart(request, scope, rows, context));
  }
  if (request.period !== "today") return spanAnswer(request, await readSpan(request, scope, context), undefined);
  const [today, before] = await Promise.all([
    readSpan(request, scope, context),
    // Today's spend is worth showing without it.
    readDaysBefore(request.category, scope, context).catch((error: unknown) => {
      if (isFault(error)) return null;
      throw error;
    }),
  ]);
  const usualDayUsd = before === null ? null : usualDayOf(before, context);
  return spanAnswer(request, today, usualDayUsd, await todayChart(request, scope, { today, before }, context));
}
