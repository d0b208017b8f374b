import { useCallback, useState } from "react";
import type { PageState } from "../slack/page-state.ts";
import type { Spot } from "./desk.ts";
import { HOME } from "./home.tsx";

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
  const { threadTs, teamsConversationId, teamsThreadId, platform = "slack" } = spot;
  const channelId = spot.channelId === HOME ? HOME : (channel?.id ?? "");
  const place = { userId: user?.id ?? "", channelId, threadTs };
  return { ...place, teamsConversationId, teamsThreadId, platform };
}

/** Names in the address, which are part of no link but a reload's. */
const NAMES = {
  userId: "as",
  channelId: "channel",
  threadTs: "thread",
  teamsConversationId: "teams",
  teamsThreadId: "post",
  platform: "on",
} as const;

function fromAddress(): Partial<Spot> {
  const fields = new URLSearchParams(location.hash.slice(1));
  const [userId, channelId] = [NAMES.userId, NAMES.channelId].map((name) => fields.get(name) ?? undefined);
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(channelId === undefined ? {} : { channelId }),
    threadTs: fields.get(NAMES.threadTs) ?? undefined,
    teamsConversationId: fields.get(NAMES.teamsConversationId) ?? undefined,
    teamsThreadId: fields.get(NAMES.teamsThreadId) ?? undefined,
    platform: fields.get(NAMES.platform) === "teams" ? "teams" : "slack",
  };
}

function toAddress(spot: Partial<Spot>): string {
  const names = Object.entries(NAMES);
  const values: Readonly<Record<string, string | undefined>> = { ...spot };
  const given = names.flatMap(([field, name]) => {
    const value = values[field];
    return value === undefined ? [] : [[name, value]];
  });
  return new URLSearchParams(given).toString();
}
