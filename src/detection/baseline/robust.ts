/** The middle one; 0 of nothing. Up to half of the values may be nonsense without moving it far: attacks, outages, holidays. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** A median of distances times this is the standard deviation of what is normally distributed. */
const MAD_TO_DEVIATION = 1.4826;

/** Standard deviation of relative distances from what was expected, robust. */
export function deviationOf(distances: readonly number[]): number {
  return MAD_TO_DEVIATION * median(distances.map(Math.abs));
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
