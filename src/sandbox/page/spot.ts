import { useCallback, useState } from "react";
import type { PageState } from "../slack/page-state.ts";
import type { Spot } from "./desk.ts";

/** The spot is kept in the address, so that a reload, or a link, comes back to it. */
export function useSpot(): readonly [Partial<Spot>, (change: Partial<Spot>) => void] {
  const [spot, setSpot] = useState<Partial<Spot>>(fromAddress);
  const go = useCallback((change: Partial<Spot>) => {
    setSpot((previous) => {
      const next = { ...previous, ...change };
      history.replaceState(null, "", `#${toAddress(next)}`);
      return next;
    });
  }, []);
  return [spot, go];
}

/** Fills in what the address left open: the first person, the first channel. */
export function completeSpot(state: PageState, spot: Partial<Spot>): Spot {
  const people = state.people.filter((each) => !each.isBot);
  const user = people.find((each) => each.id === spot.userId) ?? people[0];
  const channel = state.channels.find((each) => each.id === spot.channelId) ?? state.channels[0];
  return { userId: user?.id ?? "", channelId: channel?.id ?? "", threadTs: spot.threadTs };
}

function fromAddress(): Partial<Spot> {
  const fields = new URLSearchParams(location.hash.slice(1));
  const [userId, channelId, threadTs] = ["as", "channel", "thread"].map((name) => fields.get(name) ?? undefined);
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(channelId === undefined ? {} : { channelId }),
    threadTs,
  };
}

function toAddress(spot: Partial<Spot>): string {
  const fields = { as: spot.userId, channel: spot.channelId, thread: spot.threadTs };
  const given = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return new URLSearchParams(given).toString();
}
