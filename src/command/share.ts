const SHARE = /(?:^|\s)share\s*$/i;

/** The word `share` at the end makes an answer everybody's. In quotes it is part of a name. */
export function cutShare(line: string): { readonly words: string; readonly isShared: boolean } {
  const words = line.replace(SHARE, "");
  return { words, isShared: words !== line };
}
