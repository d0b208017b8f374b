/** Lists that may be longer than a platform shows: what is left out is counted, never silently gone. */

export function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Lines in as many texts as allowed; the last one says how many lines are missing. */
export function packLines(
  lines: readonly string[],
  maxCharacters: number,
  maxTexts: number,
  separator = "\n",
): readonly string[] {
  const texts: string[] = [];
  let rest = lines;
  while (rest.length > 0 && texts.length < maxTexts) {
    const isLast = texts.length === maxTexts - 1;
    const whole = countFitting(rest, maxCharacters, separator);
    const needsMore = isLast && whole < rest.length;
    const room = maxCharacters - moreLine(rest.length).length - separator.length;
    const taken = needsMore ? countFitting(rest, room, separator) : whole;
    const shown = rest.slice(0, taken);
    rest = rest.slice(taken);
    texts.push([...shown, ...(needsMore ? [moreLine(rest.length)] : [])].join(separator));
  }
  return texts;
}

export function moreLine(count: number): string {
  return `… ${count} more`;
}

/** How many lines fit together; at least one, which its writer has kept short enough. */
export function countFitting(lines: readonly string[], maxCharacters: number, separator = "\n"): number {
  let length = -separator.length;
  const overflowing = lines.findIndex((line) => {
    length += line.length + separator.length;
    return length > maxCharacters;
  });
  return overflowing === -1 ? lines.length : Math.max(1, overflowing);
}
