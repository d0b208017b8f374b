/** What the remediations read of Acme Voice EU, so that their own previews say the words. */
import type { IncidentId } from "../../src/lib/id.ts";
import type { Situation } from "../../src/remediation/contract.ts";
import { account, MINUTE_MS, NOW_MS, SID } from "../../test/notice/house.ts";

export const SITUATION: Situation = {
  incidentId: "7" as IncidentId,
  accountSid: SID,
  firstSignalAtMs: NOW_MS - 12 * MINUTE_MS,
  suspectCountries: ["LV"],
  undoOf: null,
};

export const SUSPEND_SNAPSHOT = { account, phoneNumbers: 12, liveCalls: 37, apiKeys: 2, spendTodayUsd: 1204.11 };

export const KEYS_SNAPSHOT = {
  account,
  keys: [
    { sid: `SK${"0".repeat(26)}4f0c2d`, friendlyName: "voice-dialer-2", createdAtMs: NOW_MS - 11 * MINUTE_MS },
    { sid: `SK${"0".repeat(26)}a81b77`, friendlyName: "voice-dialer", createdAtMs: Date.UTC(2026, 2, 3, 9, 30) },
  ],
  ownKeySid: null,
};
