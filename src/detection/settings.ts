import type { AccountSid } from "../lib/id.ts";
import type { DetectionPolicy, DetectionSettings } from "./contract.ts";

/** What `tollgate.yml` leaves out. */
export const DEFAULT_DETECTION: DetectionSettings = {
  allowedCountries: [],
  baseline: "seasonal",
  spikeFactor: 2,
  spikeFloorUsd: 5,
  longCallMinutes: 60,
  ignoredThreats: [],
};

/** With `baseline: simple`, where the file sets none. */
export const SIMPLE_SPIKE_FACTOR = 1.2;

/** What counts for one account: its own settings over the general ones. */
export function settingsFor({ accounts, ...general }: DetectionPolicy, accountSid: AccountSid): DetectionSettings {
  return { ...general, ...accounts[accountSid] };
}
