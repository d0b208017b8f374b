import type { ChangeSignal } from "../signal/contract.ts";
import type { OurChange } from "./contract.ts";
import { MINUTE_MS } from "./fold.ts";

/** What all events of tokens begin with. */
const TOKEN_EVENTS = "account-auth-token.";

/** Whether Tollgate itself made the change: then it is explained, and no rule speaks of it. */
export function isOurs(change: ChangeSignal, ours: readonly OurChange[]): boolean {
  return ours.some(
    ({ fromMs, toMs, eventTypes, resourceSids, onlyCloses }) =>
      change.atMs >= fromMs &&
      change.atMs <= toMs &&
      eventTypes.some((beginning) => change.type.startsWith(beginning)) &&
      (resourceSids === null || (change.resourceSid !== null && resourceSids.includes(change.resourceSid))) &&
      // While we close countries somebody else may open one: Twilio calls both an update.
      !(onlyCloses === true && change.isOpening === true),
  );
}

/** A replica that was idle finds its copy refused later than Twilio notes the rotation. */
const NOTICED_WITHIN_MS = 60 * MINUTE_MS;

/** Whether it was Tollgate that rotated the token which is found changed at that time. */
export function isOurRotation(atMs: number, ours: readonly OurChange[]): boolean {
  return ours.some(
    ({ fromMs, toMs, eventTypes }) =>
      atMs >= fromMs && atMs <= toMs + NOTICED_WITHIN_MS && eventTypes.includes(TOKEN_EVENTS),
  );
}
