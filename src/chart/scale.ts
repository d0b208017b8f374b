/** Axes with few, round numbers that are short enough to be read on a phone. */

export interface Scale {
  readonly max: number;
  readonly step: number;
}

/** Less than this is drawn as nothing. */
const NOTHING = 1e-6;

/** From 0 to at least `max` in at most `most` steps of 1, 2, 2.5 or 5 times a power of ten. */
export function roundScale(max: number, most = 4): Scale {
  if (!(max >= NOTHING) || !Number.isFinite(max)) return { max: 1, step: 1 };
  const power = 10 ** Math.floor(Math.log10(max / most));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each * most >= max * (1 - 1e-9));
  const chosen = step ?? 10 * power;
  return { max: chosen * Math.ceil(max / chosen - 1e-9), step: chosen };
}

const UNITS = [
  { from: 1e15, letter: "P" },
  { from: 1e12, letter: "T" },
  { from: 1e9, letter: "B" },
  { from: 1e6, letter: "M" },
  { from: 1e3, letter: "k" },
] as const;

/** `0.05`, `250`, `2.5k`, `12M`: at most five characters below a thousand quadrillions. */
export function shortNumber(value: number): string {
  const unit = UNITS.find(({ from }) => value >= from * 0.9995);
  const scaled = unit === undefined ? value : value / unit.from;
  const digits = scaled !== 0 && scaled < 0.01 ? scaled.toExponential(0) : String(Number(scaled.toPrecision(3)));
  return `${digits}${unit?.letter ?? ""}`;
}
