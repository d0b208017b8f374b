import type { Alert, Observation } from "../detection/contract.ts";
import type { Rate } from "./words.ts";

/** What the last reading says an incident costs an hour; null when it cannot say. */
export function readRate(observation: Observation | null | undefined): Rate | null {
  const usd = observation?.burnPerHourUsd ?? null;
  return usd === null ? null : { usd, isAtLeast: observation?.burnIsAtLeast === true };
}

/** As the alert said it. */
export function reportedRate({ money }: Alert): Rate | null {
  const usd = money?.perHourUsd ?? null;
  return usd === null ? null : { usd, isAtLeast: money?.isAtLeast === true };
}
