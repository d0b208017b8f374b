export interface Word {
  readonly text: string;
  /** Written in quotes: never a period, an option or a category. */
  readonly isQuoted: boolean;
}

/** Phones turn straight quotes into curly ones while people type. */
const QUOTED_OR_BARE = /["“”„«»]([^"“”„«»]*)["“”„«»]|(\S+)/g;

export function splitWords(line: string): readonly Word[] {
  return [...line.matchAll(QUOTED_OR_BARE)].flatMap(([, quoted, bare]): readonly Word[] => {
    if (bare !== undefined) return [{ text: bare.replace(/["“”„«»]/g, ""), isQuoted: false }];
    const text = quoted?.trim() ?? "";
    return text === "" ? [] : [{ text, isQuoted: true }];
  });
}

/** The words as one text, whether they were quoted or not. */
export function joined(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(" ");
}

/** Two texts that people hold for the same are the same. */
export function plain(text: string): string {
  return text.trim().replace(/\s+/g, " ").toLowerCase();
}

const MAX_QUOTED = 80;

/** What somebody wrote, as an answer repeats it. */
export function quoted(text: string): string {
  return `“${text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text}”`;
}
