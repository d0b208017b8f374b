import { z } from "zod";
import { moment } from "./record.ts";

const TriggerRecord = z.object({ callbackUrl: z.string().max(2_000), dateFired: moment });

/** Part of the address of ours that a trigger's callback goes to, whatever stands before and after it. */
const OUR_PATH = "/twilio/usage-trigger/";

/** When a usage trigger that calls us fired, as Twilio's own record says; null when it never did, calls somebody else, or makes no sense. */
export function firedAt(record: unknown): number | null {
  const trigger = TriggerRecord.safeParse(record).data;
  return trigger?.callbackUrl.includes(OUR_PATH) === true ? trigger.dateFired : null;
}
