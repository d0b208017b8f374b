import type { Clock } from "../lib/clock.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Removed } from "../setup/watched.ts";
import type { ChangeSignal } from "../signal/contract.ts";
import type { FollowUp, SignalStore } from "./ports.ts";

interface Parts {
  readonly signals: Pick<SignalStore, "keep" | "bucketsSince">;
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly clock: Clock;
}

/** Makes signals of tripwires that somebody removed, unless Monitor Events told of them already. */
export function createTellRemoved({ signals, wish, clock }: Parts) {
  return async (accountSid: AccountSid, removed: readonly Removed[], sinceMs: number): Promise<void> => {
    const told = (await signals.bucketsSince(accountSid, sinceMs)).map(({ last }) => last);
    const untold = removed.filter(
      ({ type, resourceSid }) =>
        !told.some((signal) => signal.kind === "change" && signal.type === type && signal.resourceSid === resourceSid),
    );
    if (untold.length === 0) return;
    const atMs = clock.now();
    const received = untold.map(({ type, resourceSid }) => {
      // Named after what is gone: found again it is no second signal.
      const eventSid = `upkeep-${resourceSid ?? `${type}-${Math.floor(sinceMs)}`}`;
      return {
        sourceKey: `upkeep:${accountSid}:${eventSid}`,
        signal: changeSignal(accountSid, eventSid, type, resourceSid, atMs),
      };
    });
    await signals.keep(received, atMs);
    await wish([{ job: "detect", key: accountSid, dueAtMs: null }]);
  };
}

function changeSignal(
  accountSid: AccountSid,
  eventSid: string,
  type: string,
  resourceSid: string | null,
  atMs: number,
): ChangeSignal {
  return {
    kind: "change",
    accountSid,
    atMs,
    eventSid,
    type,
    actorSid: null,
    actorType: null,
    resourceSid,
    source: "upkeep",
    address: null,
    countries: [],
    isOpening: null,
  };
}
