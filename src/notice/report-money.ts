import type { Observation } from "../detection/contract.ts";
import { plain } from "./markdown.ts";
import { readRate } from "./rate.ts";
import { day, gmt } from "./report-times.ts";
import { againstUsual, atLeast, counted, countryName, money, type Rate, rateWords, trafficNoun } from "./words.ts";

/** What each day cost as far as it was read, against a usual one, and the worst rate. Empty when nothing was read. */
export function moneyLines(observations: readonly Observation[]): readonly string[] {
  const usualDayUsd = observations.findLast((one) => one.usualDayUsd !== null)?.usualDayUsd ?? null;
  const lastOfDay = new Map<string, { readonly atMs: number; readonly spendUsd: number }>();
  for (const { atMs, spendTodayUsd } of observations)
    if (spendTodayUsd !== null) lastOfDay.set(day(atMs), { atMs, spendUsd: spendTodayUsd });
  const lines = [...lastOfDay].map(([date, { atMs, spendUsd }]) => {
    const compared = usualDayUsd === null ? "" : `, ${againstUsual(spendUsd, usualDayUsd)}`;
    return `Spent on ${date}: ${money(spendUsd)}${compared}, as read ${gmt(atMs)}`;
  });
  if (usualDayUsd !== null) lines.push(`A usual day: ${money(usualDayUsd)}`);
  let peak: { readonly atMs: number; readonly rate: Rate } | null = null;
  for (const observation of observations) {
    const rate = readRate(observation);
    if (rate !== null && rate.usd > (peak?.rate.usd ?? 0)) peak = { atMs: observation.atMs, rate };
  }
  if (peak !== null) lines.push(`Worst rate: ${rateWords(peak.rate)}, read ${gmt(peak.atMs)}`);
  return lines;
}

/** Where it went: those not on the list first, most calls first. A reading counts ten minutes, so readings are never added up. */
export function countryLines(known: readonly string[], observations: readonly Observation[]): readonly string[] {
  const most = new Map<string, { readonly calls: number; readonly isAllowed: boolean; readonly noun: string }>();
  for (const observation of observations)
    for (const { country, calls, isAllowed } of observation.destinations)
      if (calls > (most.get(country)?.calls ?? -1))
        most.set(country, { calls, isAllowed, noun: trafficNoun(observation) });
  // A log that was cut may have held more than the most that was read.
  const isCut = observations.some(({ trafficIsCut }) => trafficIsCut === true);
  const read = [...most]
    .toSorted(([, one], [, other]) => Number(one.isAllowed) - Number(other.isAllowed) || other.calls - one.calls)
    .map(
      ([country, { calls, isAllowed, noun }]) =>
        `${plain(countryName(country))}: ${atLeast(isCut)}${counted(calls, noun)}${isCut ? "" : " at most"} in one reading${isAllowed ? "" : ", not on your list of countries"}`,
    );
  const reported = known.filter((country) => !most.has(country)).map((country) => plain(countryName(country)));
  return [...read, ...reported.map((name) => `${name}: reported by Twilio's signals`)];
}
