import type { ActResult, SubmitResult } from "../slack/interactions.ts";
import type { ViewValues } from "../slack/model.ts";
import type { PageFacts, PageState } from "../slack/page-state.ts";

/** The stand-in's HTTP doors. The answers are from our own build, so their shapes are trusted. */
export async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (response.status === 400) throw new Error(answer.error);
  return answer;
}

export const readState = (): Promise<PageState> => ask("/state");
export const readFacts = (): Promise<PageFacts | null> => ask("/facts");

export type ClickPlace =
  | { readonly channelId: string; readonly messageTs: string }
  | { readonly viewId: string; readonly values: ViewValues };

export function click(userId: string, place: ClickPlace, actionId: string, value?: string): Promise<ActResult> {
  return ask("/act/click", { userId, ...place, actionId, value });
}

export function submit(userId: string, viewId: string, values: ViewValues): Promise<SubmitResult> {
  return ask("/act/submit", { userId, viewId, values });
}

export function closeView(userId: string, viewId: string): Promise<unknown> {
  return ask("/act/close-view", { userId, viewId });
}

/** Looks at the app's own page: the app hears of it, and may publish what this person sees there. */
export function openHome(userId: string): Promise<unknown> {
  return ask("/act/open-home", { userId });
}

export function slash(userId: string, channelId: string, command: string, text: string): Promise<ActResult> {
  return ask("/act/slash", { userId, channelId, command, text });
}

export function say(userId: string, channelId: string, text: string, threadTs?: string): Promise<unknown> {
  return ask("/act/say", { userId, channelId, text, threadTs });
}
