import type { TeamsMessage } from "../../teams/model.ts";
import type { TeamsPageState } from "../../teams/page-state.ts";
import { type Desk, type Spot, useDesk } from "../desk.ts";

/** Teams as whoever is acted as sees it. */
export interface TeamsPlace {
  readonly desk: Desk;
  readonly teams: TeamsPageState;
  readonly userId: string;
  readonly conversationId: string;
  readonly threadId: string | undefined;
}

/** Throws where the page shows no Teams. */
export function useTeams(): TeamsPlace {
  const desk = useDesk();
  const place = teamsPlace(desk);
  if (place === undefined) throw new Error("the page shows no Teams");
  return place;
}

/** Undefined where the page shows no Teams, or the person acted as is not in the tenant. */
export function teamsPlace(desk: Desk): TeamsPlace | undefined {
  const { teams, state, spot } = desk;
  // The people are the same on both platforms; only their names say so.
  const name = state.people.find((each) => each.id === spot.userId)?.realName;
  const userId = teams?.users.find((user) => user.name === name)?.id;
  if (teams === undefined || userId === undefined) return undefined;
  const own = teams.conversations.filter((each) => each.userIds.includes(userId) && !each.isDeleted);
  const conversation = own.find((each) => each.id === spot.teamsConversationId) ?? own[0];
  const threadId = conversation?.id === spot.teamsConversationId ? spot.teamsThreadId : undefined;
  return { desk, teams, userId, conversationId: conversation?.id ?? "", threadId };
}

/** Where a link to a message in Teams leads on the page; undefined for any other link. */
export function spotOfTeamsLink(teams: TeamsPageState, href: string): Partial<Spot> | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  const [, conversation, messageId = ""] = /^\/l\/message\/([^/]+)\/(\d+)$/.exec(url.pathname) ?? [];
  if (url.host !== "teams.microsoft.com" || conversation === undefined) return undefined;
  const teamsConversationId = decodeURIComponent(conversation);
  const message = teams.messages.find((each) => each.id === messageId);
  const hasAnswers = teams.messages.some((each) => each.threadId === messageId);
  const teamsThreadId = message?.threadId ?? (hasAnswers ? messageId : undefined);
  return { teamsConversationId, teamsThreadId, platform: "teams" };
}

/** What a phone would show of a message. */
export function teamsPreview(message: TeamsMessage | undefined): string {
  const words = message?.summary || textOfCard(message) || (message?.text ?? "");
  return words.replace(/<\/?at>/g, "").slice(0, 140);
}

function textOfCard(message: TeamsMessage | undefined): string {
  const { fallbackText } = message?.card ?? {};
  return typeof fallbackText === "string" ? fallbackText : "";
}
