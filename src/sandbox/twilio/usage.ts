import { chance } from "./chance.ts";
import type { Account, UsageAmount, UsageProfile } from "./model.ts";
import { doneOfDay } from "./rhythm.ts";
import { DAY_MS, dayOf } from "./sids.ts";
import { type UsageCategory, usageCategories } from "./usage-categories.ts";

/** Days of a period, both included. */
export interface Days {
  readonly from: number;
  readonly to: number;
}

const NOTHING: UsageAmount = { count: 0, units: 0, usd: 0 };

/** Share of a day's traffic that has come by this part of it: most of it around noon. */
function doneBy(partOfDay: number): number {
  return partOfDay - Math.sin(2 * Math.PI * partOfDay) / (2 * Math.PI);
}

function ordinary(profile: UsageProfile, category: UsageCategory, day: number, nowMs: number): UsageAmount {
  const leaf = profile.leaves[category.name];
  const today = dayOf(nowMs);
  if (leaf === undefined || day < profile.sinceDay || day > today) return NOTHING;
  if (category.isSteady === true) {
    return { count: leaf.perDay, units: leaf.perDay * leaf.unitsEach, usd: leaf.perDay * leaf.usdEach };
  }
  if (profile.rhythm !== undefined) {
    // Rounded down, so that it only ever grows, one whole call or message at a time.
    const done = Math.floor(leaf.perDay * doneOfDay(profile.rhythm, profile.seed, category.name, day, nowMs));
    return { count: done, units: done * leaf.unitsEach, usd: done * leaf.usdEach };
  }
  const weekday = (day + 4) % 7; // day 0 was a Thursday; 0 is Sunday
  const rhythm = weekday === 0 || weekday === 6 ? profile.weekend : 1 - 0.04 * Math.abs(weekday - 3);
  const growth = 1 - 0.0006 * (today - day);
  const noise = 0.88 + 0.24 * chance(profile.seed, category.name, day);
  const share = day === today ? doneBy((nowMs % DAY_MS) / DAY_MS) : 1;
  const count = Math.round(leaf.perDay * rhythm * growth * noise * share);
  return { count, units: count * leaf.unitsEach, usd: count * leaf.usdEach };
}

function add(total: UsageAmount, amount: UsageAmount | undefined): void {
  if (amount === undefined) return;
  total.count += amount.count;
  total.units += amount.units;
  total.usd += amount.usd;
}

/** What these accounts used of a category in a period, to this moment. Unknown categories are nothing. */
export function usageOf(accounts: readonly Account[], categoryName: string, days: Days, nowMs: number): UsageAmount {
  const total = { ...NOTHING };
  for (const name of usageCategories.get(categoryName)?.parts ?? [categoryName]) {
    const category = usageCategories.get(name);
    if (category === undefined) continue;
    for (const account of accounts) {
      const last = Math.min(days.to, dayOf(nowMs));
      for (let day = Math.max(days.from, account.usage.sinceDay); day <= last; day += 1) {
        add(total, ordinary(account.usage, category, day, nowMs));
        add(total, account.liveUsage[day]?.[name]);
      }
    }
  }
  // The catch-all is counted in money alone.
  return categoryName === "totalprice" ? { count: 0, units: total.usd, usd: total.usd } : total;
}

/** Adds what just happened to today's usage. */
export function addUsage(account: Account, leafName: string, amount: UsageAmount, nowMs: number): void {
  const day = String(dayOf(nowMs));
  const ofDay = account.liveUsage[day] ?? {};
  account.liveUsage[day] = ofDay;
  const total = ofDay[leafName] ?? { ...NOTHING };
  ofDay[leafName] = total;
  add(total, amount);
}

/** Money as the API writes it: a decimal string without a tail of zeros. */
export function decimal(value: number): string {
  return String(Number(value.toFixed(5)));
}
