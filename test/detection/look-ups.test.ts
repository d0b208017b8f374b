import { describe, expect, test } from "vitest";
import { buildBaseline } from "../../src/detection/baseline/build.ts";
import type { AccountBaseline } from "../../src/detection/baseline/contract.ts";
import { nameOfDay } from "../../src/detection/baseline/days.ts";
import { conclude } from "../../src/detection/conclude.ts";
import { rules } from "../../src/detection/index.ts";
import type { UsageReadingSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { noneBreaks, scene } from "../support/signals.ts";
import { daysOf, hoursOf, MIDNIGHT, type Shape, TODAY } from "./baseline/shapes.ts";

const MINUTE = 60_000;
const BEGINS = MIDNIGHT + 14 * 60 * MINUTE;
/** As `npm run evaluate` plays it: three cents each, so many an hour (sandbox/evaluate/attacks/messages.ts). */
const LOOK_UP_USD = 0.03;
const PER_HOUR = { flood: 4_000, heavy: 1_000, strong: 200 } as const;

/** 300 a day at half a cent, from seven to eleven. */
const DAYTIME = Array.from({ length: 24 }, (_, hour) => (hour >= 7 && hour < 23 ? 1 : 0.25));
const LOOK_UPS: Shape = { category: "lookups", perDayUsd: 1.5, eachUsd: 0.005, hours: DAYTIME, noise: 0.3 };
const MESSAGES: Shape = { category: "sms-outbound", perDayUsd: 29, eachUsd: 0.07, hours: DAYTIME };

function known(shapes: readonly Shape[]): AccountBaseline {
  return buildBaseline({
    days: shapes.flatMap((shape) => daysOf(shape)),
    hours: shapes.flatMap((shape) => hoursOf(shape)),
    destinations: [],
    destinationDays: 28,
    addresses: [],
    nowMs: MIDNIGHT,
  });
}

interface Usage {
  readonly count: number;
  readonly usd: number;
}

/** Minutes until it is told, when Usage Records are read once a minute and it goes on for two hours; null: never. */
function minutesUntilTold(baseline: AccountBaseline, usageAt: (minute: number) => Usage): number | null {
  const signals: UsageReadingSignal[] = [];
  for (let minute = 0; minute <= 120; minute += 1) {
    const atMs = BEGINS + minute * MINUTE;
    const [now, before] = [usageAt(minute), usageAt(minute - 1)];
    signals.push({
      kind: "usage-reading",
      accountSid: ACCOUNT,
      atMs,
      category: "lookups",
      day: nameOfDay(TODAY),
      spendUsd: now.usd,
      count: now.count,
      units: now.count,
      before: { atMs: atMs - MINUTE, spendUsd: before.usd, count: before.count },
    });
    const alerts = conclude(rules, scene(signals, { baseline, nowMs: atMs + 1_000 }), noneBreaks);
    if (alerts.some(({ threat }) => threat === "lookup-abuse")) return minute;
  }
  return null;
}

function added({ count, usd }: Usage, attack: number): Usage {
  const more = Math.floor(attack);
  return { count: count + more, usd: usd + more * LOOK_UP_USD };
}

const NONE = (): Usage => ({ count: 0, usd: 0 });
/** What ordinary look-ups came to by then: half of the day is over. */
const ORDINARY = (minute: number): Usage => {
  const count = Math.round(150 + (minute * 300) / 16 / 60);
  return { count, usd: count * 0.005 };
};

describe("stolen lists that are looked up", () => {
  test.each([
    ["flood", 1],
    ["heavy", 3],
    ["strong", 15],
  ] as const)("%s: told within minutes on an account that makes none", (intensity, minutes) => {
    const attack = (minute: number) => (Math.max(0, minute) * PER_HOUR[intensity]) / 60;
    expect(minutesUntilTold(known([MESSAGES]), (minute) => added(NONE(), attack(minute)))).toBeLessThanOrEqual(minutes);
  });

  test.each([
    ["flood", 1],
    ["heavy", 4],
    ["strong", 75],
  ] as const)("%s: told on an account that makes some, too", (intensity, minutes) => {
    const attack = (minute: number) => (Math.max(0, minute) * PER_HOUR[intensity]) / 60;
    const told = minutesUntilTold(known([LOOK_UPS]), (minute) => added(ORDINARY(minute), attack(minute)));
    expect(told).not.toBeNull();
    expect(told).toBeLessThanOrEqual(minutes);
  });

  test("are not those that Tollgate makes itself, five for an incident, nor the ordinary ones of the account", () => {
    expect(minutesUntilTold(known([MESSAGES]), (minute) => added(NONE(), Math.min(49, minute * 5)))).toBeNull();
    expect(minutesUntilTold(known([LOOK_UPS]), ORDINARY)).toBeNull();
  });
});
