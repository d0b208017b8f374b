import type { PageState } from "../slack/page-state.ts";
import type { Spot } from "./desk.ts";

/** Where a permalink of this workspace leads on the page; undefined for any other link. */
export function spotOfLink(state: PageState, href: string): Partial<Spot> | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  const [, channelId, digits] = /^\/archives\/([CDG][A-Z0-9]+)\/p(\d{7,})$/.exec(url.pathname) ?? [];
  if (url.host !== `${state.team.domain}.slack.com` || channelId === undefined || digits === undefined)
    return undefined;
  const ts = `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  const hasAnswers = state.messages.some((one) => one.channelId === channelId && one.threadTs === ts);
  return { channelId, threadTs: url.searchParams.get("thread_ts") ?? (hasAnswers ? ts : undefined) };
}
