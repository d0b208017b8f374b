/** Text from outside, before a platform's own markup: nothing hidden in it, and cut without harm. */

const ELLIPSIS = "…";

/** Controls that could hide words or turn around the order of the words beside them. Right-to-left text itself needs none of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** Half a character, as a careless cut leaves it: no valid JSON text in UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

export function visible(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replaceAll("\t", " ")
    .replace(INVISIBLE, "")
    .replace(LONE_SURROGATE, "\ufffd");
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** For fields where nothing is read as markup. Cut visibly; never empty, which platforms refuse. */
export function plain(text: string, maxCharacters: number): string {
  const shown = visible(text);
  return shown.trim() === "" ? "—" : cut(shown, maxCharacters, (piece) => piece);
}

/** The same on one line: for headings, labels and buttons. */
export function plainLine(text: string, maxCharacters: number): string {
  return plain(oneLine(text), maxCharacters);
}

/** The text as written, or its longest beginning whose written form fits, with "…". Never ends inside a character (`👩‍🚒` is one). */
export function cut(text: string, maxCharacters: number, write: (piece: string) => string): string {
  const whole = write(text);
  if (whole.length <= maxCharacters) return whole;
  // Asked where a character begins, the segmenter looks around that place; to cut the entire text into characters takes six times as long.
  const characters = new Intl.Segmenter().segment(text.slice(0, maxCharacters + 1));
  const beginning = (length: number) => write(text.slice(0, characters.containing(length)?.index ?? 0));
  let low = 0;
  let high = Math.min(maxCharacters, text.length - 1);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (beginning(middle).length <= maxCharacters - ELLIPSIS.length) low = middle;
    else high = middle - 1;
  }
  return `${beginning(low)}${ELLIPSIS}`;
}
