import { useEffect, useState } from "react";

/** What was said on one platform, and whom it disturbed. `at` orders them. */
export interface Feed {
  /** Those of the channel itself, without answers in threads. */
  readonly messages: readonly { readonly placeId: string; readonly at: number }[];
  readonly notifications: readonly { readonly userId: string; readonly placeId: string; readonly at: number }[];
}

/** Up to when a person has seen a channel, by `<person> <channel>`. */
type Seen = Readonly<Record<string, number>>;

export interface Unread {
  readonly hasNew: (userId: string, placeId: string) => boolean;
  /** How many mentions the person has not seen, in one channel or anywhere. */
  readonly mentions: (userId: string, placeId?: string) => number;
}

/** Who has seen what: whoever is acted as sees everything in the open channel. */
export function useUnread({ messages, notifications }: Feed, userId: string, placeId: string): Unread {
  const [seen, setSeen] = useState<Seen>({});
  const here = [...messages, ...notifications].filter((one) => one.placeId === placeId);
  const last = Math.max(0, ...here.map((one) => one.at));
  const key = `${userId} ${placeId}`;
  useEffect(() => {
    setSeen((previous) => (previous[key] === last ? previous : { ...previous, [key]: last }));
  }, [key, last]);
  const seenAt = (who: string, where: string) => seen[`${who} ${where}`] ?? 0;
  return {
    hasNew: (who, where) => messages.some((one) => one.placeId === where && one.at > seenAt(who, where)),
    mentions: (who, where) =>
      notifications.filter(
        (one) =>
          one.userId === who && (where === undefined || one.placeId === where) && one.at > seenAt(who, one.placeId),
      ).length,
  };
}
