import type { Bucket } from "../detection/contract.ts";
import { type AccessGroup, accessChange } from "../detection/takeover-changes.ts";
import type { ChangeSignal } from "../signal/contract.ts";
import { countryName, sentenceList } from "./words.ts";

/** Something that somebody changed, as a clause: `calls to Latvia were opened`. */
export interface ChartChange {
  readonly atMs: number;
  readonly text: string;
}

/** Who may do what, and where to: what explains that traffic rises from one day to the next. */
const SHOWN: readonly AccessGroup[] = ["token", "keys", "tripwires", "protection", "geo"];
const MOST_COUNTRIES = 3;

/** Those among an account's signals, oldest first. */
export function changesIn(buckets: readonly Bucket[]): readonly ChartChange[] {
  return buckets
    .flatMap(({ last }): readonly ChartChange[] => {
      if (last.kind === "token-changed") return [{ atMs: last.atMs, text: "the auth token was changed" }];
      if (last.kind !== "change") return [];
      const text = changeWords(last);
      return text === undefined ? [] : [{ atMs: last.atMs, text }];
    })
    .toSorted((one, other) => one.atMs - other.atMs);
}

function changeWords(change: ChangeSignal): string | undefined {
  const access = accessChange(change);
  if (access === undefined || !SHOWN.includes(access.group)) return undefined;
  return access.group === "geo" ? openedWords(change) : access.says;
}

function openedWords({ type, countries }: ChangeSignal): string {
  const what = type.startsWith("sms-") ? "messages" : "calls";
  if (countries.length === 0) return `a country was opened for ${what}`;
  const named = countries.slice(0, MOST_COUNTRIES).map(countryName);
  const more = countries.length - named.length;
  return `${what} to ${sentenceList(more === 0 ? named : [...named, `${more} more`])} were opened`;
}
