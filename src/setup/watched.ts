import { z } from "zod";
import type { Json } from "../audit/envelope.ts";
import { isOurs } from "./addresses.ts";
import type { AccountState, Addresses } from "./contract.ts";
import { OUR_NAME } from "./names.ts";

/** What an account was left with, so that what somebody takes away is told from what was never there. */
const Watched = z.object({
  triggers: z.array(z.object({ sid: z.string(), category: z.string() })),
  sinkSids: z.array(z.string()),
  subscriptionSids: z.array(z.string()),
  portOutUrl: z.string().nullable(),
  /** False: something still waits to be made. */
  isComplete: z.boolean(),
});
export type Watched = z.infer<typeof Watched>;

/** A tripwire that was there and is gone, and no change of ours took it away. */
export interface Removed {
  /** In words of Monitor Events where it has them. */
  readonly type: "usage-trigger.deleted" | "sink.deleted" | "subscription.deleted" | "porting-webhook.deleted";
  readonly resourceSid: string | null;
  /** `usage trigger calls-outbound` */
  readonly what: string;
}

export function watchedOf(
  { account, triggers, sinks, subscriptions, porting }: AccountState,
  addresses: Addresses,
  isComplete: boolean,
): Watched {
  const current = { ...addresses, formerUrls: [] };
  const ours = sinks.filter(({ destination }) => isOurs(destination, current, "events", account.sid));
  const url = porting?.portOutUrl ?? null;
  return {
    triggers: triggers
      .filter(
        ({ friendlyName, callbackUrl }) =>
          friendlyName.startsWith(OUR_NAME) && isOurs(callbackUrl, current, "usage-trigger", account.sid),
      )
      .map(({ sid, category }) => ({ sid, category })),
    sinkSids: ours.map(({ sid }) => sid),
    subscriptionSids: subscriptions
      .filter(({ sinkSid }) => ours.some(({ sid }) => sid === sinkSid))
      .map(({ sid }) => sid),
    portOutUrl: isOurs(url, current, "porting", account.sid) ? url : null,
    isComplete,
  };
}

export function toJson(watched: Watched): Json {
  return { ...watched };
}

/** Null when it is not what this version wrote. */
export function readWatched(body: Json): Watched | null {
  const parsed = Watched.safeParse(body);
  return parsed.success ? parsed.data : null;
}

/** What was there then and is not now; `explained`: SIDs that we deleted ourselves. */
export function removedSince(before: Watched, now: AccountState, explained: ReadonlySet<string>): readonly Removed[] {
  const there = new Set([...now.triggers, ...now.sinks, ...now.subscriptions].map(({ sid }) => sid));
  const isGone = (sid: string) => !there.has(sid) && !explained.has(sid);
  const removed: Removed[] = before.triggers
    .filter(({ sid }) => isGone(sid))
    .map(({ sid, category }) => ({
      type: "usage-trigger.deleted",
      resourceSid: sid,
      what: `usage trigger ${category}`,
    }));
  for (const sid of before.sinkSids.filter(isGone)) {
    removed.push({ type: "sink.deleted", resourceSid: sid, what: "Event Streams sink" });
  }
  // The subscription of a sink that is gone went with it.
  if (!removed.some(({ type }) => type === "sink.deleted")) {
    for (const sid of before.subscriptionSids.filter(isGone)) {
      removed.push({ type: "subscription.deleted", resourceSid: sid, what: "Event Streams subscription" });
    }
  }
  if (before.portOutUrl !== null && now.porting !== undefined && now.porting?.portOutUrl !== before.portOutUrl) {
    removed.push({ type: "porting-webhook.deleted", resourceSid: null, what: "porting webhook" });
  }
  return removed;
}
