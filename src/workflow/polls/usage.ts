import type { Json } from "../../audit/envelope.ts";
import type { UsageReader } from "../../command/contract.ts";
import type { Amount } from "../../detection/baseline/contract.ts";
import { mediaOf, readingsOf } from "../../signal/usage-records.ts";
import type { HourAmounts } from "../ports.ts";
import type { Poll } from "./contract.ts";
import { isInUse, type UsageMemory, usageMemoryOf } from "./usage-memory.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What came within a longer gap may have come in any hour of it. */
const LONGEST_GAP_MS = 6 * HOUR_MS;

/** What an account used today, all categories in one request: the catch-up for usage triggers, which fire once a period and can be deleted. */
export function createUsagePoll({ twilio }: { readonly twilio: Pick<UsageReader, "usage"> }): Poll {
  return {
    id: "usage",
    periodMs: MINUTE_MS,
    idlePeriodMs: 2 * MINUTE_MS,
    firstLookBackMs: 0,
    needsOwnCredentials: false,
    isOnceAMinute: true,
    async read({ sid }, { memory }, { nowMs }) {
      const before = usageMemoryOf(memory);
      const records = await twilio.usage({
        accountSid: sid,
        period: "today",
        category: null,
        startDate: null,
        endDate: null,
        includeSubaccounts: false,
      });
      const { received, read, grown } = readingsOf(records, before.read, sid, nowMs);
      const used = mediaOf(Object.keys(grown ?? read.amounts));
      const grewAtMs: UsageMemory["grewAtMs"] = { ...before.grewAtMs };
      for (const medium of used) grewAtMs[medium] = nowMs;
      const after: UsageMemory = { read, grewAtMs };
      return {
        received,
        upToMs: nowMs,
        memory: toJson(after),
        isIdle: received.length === 0,
        hurry: used
          .filter((medium) => !isInUse(before, medium, nowMs))
          .map((medium) => (medium === "verify" ? "conversions" : medium)),
        hours: grown === null || before.read === null ? [] : overHours(grown, before.read.readAtMs, nowMs),
      };
    },
  };
}

function toJson({ read, grewAtMs }: UsageMemory): Json {
  return { read, grewAtMs };
}

/** What came between two readings, over the hours between them. */
function overHours(grown: Readonly<Record<string, Amount>>, fromMs: number, toMs: number): readonly HourAmounts[] {
  const gapMs = toMs - fromMs;
  if (gapMs <= 0 || gapMs > LONGEST_GAP_MS || Object.keys(grown).length === 0) return [];
  const hours: { hour: number; amounts: Record<string, Amount> }[] = [];
  for (let hour = Math.floor(fromMs / HOUR_MS); hour * HOUR_MS < toMs; hour += 1) {
    const share = (Math.min(toMs, (hour + 1) * HOUR_MS) - Math.max(fromMs, hour * HOUR_MS)) / gapMs;
    const part = ({ spendUsd, count, units }: Amount): Amount => ({
      spendUsd: spendUsd * share,
      count: count * share,
      units: units * share,
    });
    const amounts = Object.fromEntries(Object.entries(grown).map(([category, amount]) => [category, part(amount)]));
    hours.push({ hour, amounts });
  }
  return hours;
}
