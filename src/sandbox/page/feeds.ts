import type { PageState } from "../slack/page-state.ts";
import type { TeamsPageState } from "../teams/page-state.ts";
import type { Feed } from "./unread.ts";

export function slackFeed({ messages, notifications }: PageState): Feed {
  return {
    messages: messages
      .filter((one) => one.threadTs === undefined)
      .map((one) => ({ placeId: one.channelId, at: Number(one.ts) })),
    notifications: notifications.map((one) => ({ userId: one.userId, placeId: one.channelId, at: Number(one.ts) })),
  };
}

export function teamsFeed(teams: TeamsPageState | undefined): Feed {
  return {
    messages: (teams?.messages ?? [])
      .filter((one) => one.threadId === undefined)
      .map((one) => ({ placeId: one.conversationId, at: Number(one.id) })),
    notifications: (teams?.notifications ?? []).map((one) => ({
      userId: one.userId,
      placeId: one.conversationId,
      at: Number(one.messageId),
    })),
  };
}
