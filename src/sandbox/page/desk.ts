import { createContext, useContext } from "react";
import type { PagePerson, PageState } from "../slack/page-state.ts";
import type { TeamsPageState } from "../teams/page-state.ts";

/** Where the reader is: as whom, in which channel, with which thread open, on each platform. */
export interface Spot {
  /** On Slack; on Teams it is who has the same name. */
  readonly userId: string;
  readonly channelId: string;
  readonly threadTs: string | undefined;
  readonly teamsConversationId: string | undefined;
  readonly teamsThreadId: string | undefined;
  /** Which one is looked at where there is room for one alone. */
  readonly platform: "slack" | "teams";
}

/** What every part of the page needs: the workspace, the spot, and how to move and to tell of trouble. */
export interface Desk {
  readonly state: PageState;
  /** Undefined when the page shows Slack alone. */
  readonly teams: TeamsPageState | undefined;
  readonly spot: Spot;
  readonly theme: "light" | "dark";
  go(change: Partial<Spot>): void;
  /** What went wrong last, until the reader dismissed it. */
  readonly complaint: string | undefined;
  /** Shows what went wrong, in the words that Slack would show; undefined takes it away. */
  complain(words: string | undefined): void;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error("outside of the workspace");
  return desk;
}

export function person(state: PageState, userId: string): PagePerson | undefined {
  return state.people.find((each) => each.id === userId);
}

/** Does something and tells the reader when it failed. */
export async function attempt(
  desk: Desk,
  act: Promise<{ readonly errorShown?: string | undefined } | unknown>,
): Promise<void> {
  try {
    const result = await act;
    if (typeof result === "object" && result !== null && "errorShown" in result) {
      if (typeof result.errorShown === "string") desk.complain(result.errorShown);
    }
  } catch (error) {
    desk.complain(error instanceof Error ? error.message : String(error));
  }
}

export function timeOf(ts: string): string {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
