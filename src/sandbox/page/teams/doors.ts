import type { ActResult, DialogResult, ExecuteResult, SayResult } from "../../teams/interactions.ts";
import type { TeamsPageState } from "../../teams/page-state.ts";
import { ask } from "../doors.ts";
import type { CardPress } from "./adaptive-card.tsx";

export const readTeams = (): Promise<TeamsPageState> => ask("/teams/state");

export interface Saying {
  readonly text: string;
  readonly mentionsBot: boolean;
  readonly threadId: string | undefined;
}

export function say(userId: string, conversationId: string, saying: Saying): Promise<SayResult> {
  return ask("/teams/act/say", { userId, conversationId, ...saying });
}

export function press(userId: string, messageId: string, pressed: CardPress): Promise<ActResult> {
  const { kind, ...rest } = pressed;
  return ask(`/teams/act/${kind}`, { userId, messageId, ...rest });
}

export function submitDialog(userId: string, dialogId: string, data: object): Promise<DialogResult> {
  return ask("/teams/act/dialog", { userId, dialogId, data });
}

export function closeDialog(userId: string, dialogId: string): Promise<unknown> {
  return ask("/teams/act/close-dialog", { userId, dialogId });
}

export function refresh(userId: string, messageId: string): Promise<ExecuteResult> {
  return ask("/teams/act/refresh", { userId, messageId });
}

export function dismissNote(noteId: string): Promise<unknown> {
  return ask("/teams/act/dismiss-note", { noteId });
}
