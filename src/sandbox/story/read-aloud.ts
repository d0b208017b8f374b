import type { PageState } from "../slack/page-state.ts";

/** Slack's mrkdwn as a person would read it: names for mentions, the written date of a moment, no marks. */
export function readAloud(mrkdwn: string, people: PageState["people"]): string {
  return mrkdwn
    .replace(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `@${personName(people, id)}`)
    .replace(/<[^|>]*\|([^>]*)>/g, "$1")
    .replace(/<([^>]*)>/g, "$1")
    .replace(/\*(\S|\S[^*\n]*\S)\*/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

export function personName(people: PageState["people"], userId: string): string {
  return people.find((person) => person.id === userId)?.realName ?? userId;
}
