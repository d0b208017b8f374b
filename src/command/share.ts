import { plain } from "./words.ts";

const SHARE = /(?:^|\s)share\s*$/i;

/** The word `share` may be meant: only then names of accounts must be known. */
export function mayShare(line: string): boolean {
  return SHARE.test(line);
}

/**
 * The word `share` at the end makes an answer everybody's. In quotes it is part of a name, and so it is where a name of these
 * ends the line: what nobody wanted to be read by all can never be taken back. Names null: they are not known, so that nothing
 * is shared.
 */
export function cutShare(
  line: string,
  names: readonly string[] | null,
): { readonly words: string; readonly isShared: boolean } {
  const isPartOfName = names?.some((name) => endsWithName(plain(line), plain(name))) ?? false;
  const words = isPartOfName ? line : line.replace(SHARE, "");
  return { words, isShared: names !== null && words !== line };
}

/** A name of one word must be all of the line: with an account called `Share`, nothing could be shared otherwise. */
function endsWithName(line: string, name: string): boolean {
  return line === name || (name.includes(" ") && line.endsWith(` ${name}`));
}
