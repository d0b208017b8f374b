/** The greatest count within any so many whole minutes that follow each other. */
export function mostWithin(
  minutes: number,
  counts: readonly { readonly minute: number; readonly count: number }[],
): number {
  const sorted = counts.toSorted((one, other) => one.minute - other.minute);
  let most = 0;
  let first = 0;
  let sum = 0;
  for (const { minute, count } of sorted) {
    sum += count;
    for (
      let oldest = sorted[first];
      oldest !== undefined && oldest.minute <= minute - minutes;
      oldest = sorted[first]
    ) {
      sum -= oldest.count;
      first += 1;
    }
    most = Math.max(most, sum);
  }
  return most;
}
