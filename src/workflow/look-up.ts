import type { LookedUp } from "../command/contract.ts";
import { hasPumpingRisk, type Line, type LookupPackage } from "../detection/number.ts";
import type { Clock } from "../lib/clock.ts";
import type { NumberStore, Twilio } from "./ports.ts";

interface Parts {
  readonly twilio: Pick<Twilio, "lookUp">;
  readonly numbers: Pick<NumberStore, "line" | "saveLine">;
  readonly clock: Clock;
  /** Default: as many as are asked for. */
  readonly mostPaidInAnHour?: number;
}

const HOUR_MS = 3_600_000;
/** A line changes its carrier seldom, and each question is paid for. */
const LINE_IS_KEPT_MS = 24 * HOUR_MS;

export type LookUp = (number: string) => Promise<LookedUp>;

/**
 * Looks a number up with as few paid questions as can be: none for what is no number, none for a line that was asked for within
 * a day. The pumping risk is never kept: it changes within seconds, and it is asked for only where Twilio means it.
 */
export function createLookUp({ twilio, numbers, clock, mostPaidInAnHour = Number.POSITIVE_INFINITY }: Parts): LookUp {
  let paidAtMs: readonly number[] = [];

  /** Counted before it is asked for: one that fails may have been charged. */
  function mayPay(): boolean {
    const nowMs = clock.now();
    paidAtMs = paidAtMs.filter((atMs) => nowMs - atMs < HOUR_MS);
    if (paidAtMs.length >= mostPaidInAnHour) return false;
    paidAtMs = [...paidAtMs, nowMs];
    return true;
  }

  async function keptLine(number: string): Promise<{ readonly line: Line; readonly atMs: number } | null> {
    const kept = await numbers.line(number);
    if (kept === null || Math.abs(clock.now() - kept.atMs) >= LINE_IS_KEPT_MS) return null;
    const line = toLine(kept.line);
    return line === null ? null : { line, atMs: kept.atMs };
  }

  return async (wanted) => {
    const free = await twilio.lookUp(wanted, []);
    const { number, isValid, country } = free;
    if (!isValid || number === null) return { ...free, lineAtMs: null };
    const kept = await keptLine(number);
    const packages: readonly LookupPackage[] = [
      ...(kept === null ? (["line"] as const) : []),
      ...(hasPumpingRisk(country) ? (["risk"] as const) : []),
    ];
    if (packages.length > 0 && !mayPay())
      return { ...free, line: kept?.line ?? null, lineAtMs: kept?.atMs ?? null, isOverLimit: true };
    const paid = packages.length === 0 ? free : await twilio.lookUp(number, packages);
    if (kept !== null) return { ...paid, line: kept.line, lineAtMs: kept.atMs };
    const atMs = clock.now();
    if (paid.line?.isTold === true) {
      const { type, carrier } = paid.line;
      await numbers.saveLine(number, { type, carrier }, atMs);
    }
    return { ...paid, lineAtMs: paid.line === null ? null : atMs };
  };
}

/** As it was kept, by whichever version. */
function toLine(kept: unknown): Line | null {
  if (typeof kept !== "object" || kept === null || !("type" in kept) || typeof kept.type !== "string") return null;
  const carrier = "carrier" in kept && typeof kept.carrier === "string" ? kept.carrier : null;
  return { isTold: true, type: kept.type, carrier };
}
