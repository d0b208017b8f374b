import type { UsageReader } from "../../command/contract.ts";
import type { PollStore, SignalStore, TwilioRecords } from "../ports.ts";
import { createAlertsPoll } from "./alerts.ts";
import { createCallsPoll } from "./calls.ts";
import type { Poll } from "./contract.ts";
import { createConversionsPoll } from "./conversions.ts";
import { createEventsPoll } from "./events.ts";
import { createMessagesPoll } from "./messages.ts";
import { createNumbersPoll } from "./numbers.ts";
import { createSourcesPoll } from "./sources.ts";
import type { TrafficParts } from "./traffic-parts.ts";
import { createUsagePoll } from "./usage.ts";

interface Parts extends TrafficParts {
  readonly records: TwilioRecords;
  readonly polls: Pick<PollStore, "lastHeard">;
  readonly signals: Pick<SignalStore, "bucketsSince">;
  readonly twilio: Pick<UsageReader, "usage">;
}

/** All that is asked of Twilio's records. A new one is one file and one line. */
export function createPolls(parts: Parts): readonly Poll[] {
  const ofTwilio = [
    createUsagePoll(parts),
    createEventsPoll(parts),
    createAlertsPoll(parts),
    createCallsPoll(parts),
    createMessagesPoll(parts),
    createConversionsPoll(parts),
    createNumbersPoll(parts),
  ];
  return [...ofTwilio, createSourcesPoll(ofTwilio, parts)];
}
