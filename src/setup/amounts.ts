/** What trigger values may begin with, so that they read like a person's. Steps of a quarter at most. */
const MANTISSAS = [1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10] as const;
/** How far what is there may be from what a new one would be for, before it is replaced: business ebbs and flows. */
const KEPT = { from: 0.7, to: 1.6 } as const;

/** Up to the next number that reads well: 34.56 -> 35, 1340 -> 1500. */
export function roundedUp(amount: number): number {
  if (amount <= 1) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(amount));
  const mantissa = MANTISSAS.find((candidate) => candidate * magnitude >= amount * (1 - 1e-9)) ?? 10;
  return Number((mantissa * magnitude).toPrecision(3));
}

/** Whether a trigger of this value still does for what should be `exactly`. */
export function isNearEnough(value: number, exactly: number): boolean {
  return value >= exactly * KEPT.from && value <= Math.max(exactly * KEPT.to, roundedUp(exactly));
}
