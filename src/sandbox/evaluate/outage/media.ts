import type { Count } from "./counts.ts";

/** What was missed of one medium, and how much of it detection counts after all, by the way of counting that knows most. */
export interface CaughtUp {
  readonly what: string;
  readonly missed: number;
  readonly caughtUp: number;
}

/** Several ways tell of the same things; detection goes by the one that tells of most. */
const MEDIA: Readonly<Record<string, RegExp>> = {
  calls: /^calls /,
  messages: /^messages /,
  codes: /^codes /,
  errors: /^errors$/,
  changes: /^changes$/,
  "port-outs": /^port-outs$/,
};

export function caughtUpOf(counts: readonly Count[]): readonly CaughtUp[] {
  return Object.entries(MEDIA).flatMap(([what, ways]) => {
    const own = counts.filter((count) => ways.test(count.what));
    const missed = Math.max(0, ...own.map((count) => count.missed));
    return missed === 0 ? [] : [{ what, missed, caughtUp: Math.max(...own.map(({ caughtUp }) => caughtUp)) }];
  });
}
