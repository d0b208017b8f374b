import type { DetectionSettings } from "../../detection/contract.ts";
import type { AccountSid } from "../../lib/id.ts";
import type { IncidentIndex, PollStore, TwilioRecords } from "../ports.ts";

export interface TrafficParts {
  readonly records: Pick<TwilioRecords, "calls" | "messages" | "attempts">;
  readonly polls: Pick<PollStore, "load">;
  readonly incidents: Pick<IncidentIndex, "unresolvedOf">;
  readonly settings: (accountSid: AccountSid) => DetectionSettings;
}

/** People look at this account now: nothing of it is idle. */
export async function hasIncident(incidents: TrafficParts["incidents"], accountSid: AccountSid): Promise<boolean> {
  return (await incidents.unresolvedOf(accountSid)).length > 0;
}
