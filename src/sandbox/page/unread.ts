import { useEffect, useState } from "react";
import type { SlackNotification } from "../slack/model.ts";
import type { PageState } from "../slack/page-state.ts";
import type { Spot } from "./desk.ts";

/** Up to which time stamp a person has seen a channel, by `<person> <channel>`. */
type Seen = Readonly<Record<string, number>>;

export interface Unread {
  readonly hasNew: (userId: string, channelId: string) => boolean;
  /** Mentions that the person has not seen, in one channel or anywhere. */
  readonly mentions: (userId: string, channelId?: string) => readonly SlackNotification[];
}

/** Who has seen what: whoever is acted as sees everything in the open channel. */
export function useUnread(state: PageState, spot: Spot): Unread {
  const [seen, setSeen] = useState<Seen>({});
  const last = Math.max(
    0,
    ...state.messages.filter((one) => one.channelId === spot.channelId).map((one) => Number(one.ts)),
  );
  const key = `${spot.userId} ${spot.channelId}`;
  useEffect(() => {
    setSeen((previous) => (previous[key] === last ? previous : { ...previous, [key]: last }));
  }, [key, last]);
  const seenTs = (userId: string, channelId: string) => seen[`${userId} ${channelId}`] ?? 0;
  return {
    hasNew: (userId, channelId) =>
      state.messages.some(
        (one) =>
          one.channelId === channelId && one.threadTs === undefined && Number(one.ts) > seenTs(userId, channelId),
      ),
    mentions: (userId, channelId) =>
      state.notifications.filter(
        (one) =>
          one.userId === userId &&
          (channelId === undefined || one.channelId === channelId) &&
          Number(one.ts) > seenTs(userId, one.channelId),
      ),
  };
}
