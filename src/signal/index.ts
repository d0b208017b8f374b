import { alarm } from "./alarm.ts";
import type { SignalSource } from "./contract.ts";
import { debuggerWebhook } from "./debugger.ts";
import { eventStreams } from "./event-streams.ts";
import { porting } from "./porting.ts";
import { usageTrigger } from "./usage-trigger.ts";

/** Every webhook of Twilio that we understand. A new one is a file beside these and a line here. */
export const signalSources: readonly SignalSource[] = [usageTrigger, debuggerWebhook, alarm, eventStreams, porting];
