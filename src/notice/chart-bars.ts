import type { Bucket, Destination } from "../detection/contract.ts";
import { errorLabel } from "../detection/error-codes.ts";
import { asOfWords, type BarsSpec, type Chart } from "./chart.ts";
import { count, counted, countryName, sentenceList } from "./words.ts";

const MOST_BARS = 8;
const NOT_LISTED = "not on your list";

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly isMarked: boolean;
}

/** Which errors there were up to now. Null when there was none, or when all are of one code: a sentence says that. */
export function errorsChart(buckets: readonly Bucket[], nowMs: number): Chart | null {
  const counts = new Map<string, number>();
  for (const { last, count: more } of buckets) {
    const code = codeOf(last);
    if (code !== null) counts.set(code, (counts.get(code) ?? 0) + more);
  }
  if (counts.size < 2) return null;
  const bars = [...counts].map(([code, value]): Bar => ({ label: errorLabel(code), value, isMarked: false }));
  const spec = barsOf("Errors by kind", bars, nowMs);
  const [first] = spec.bars;
  const all = [...counts.values()].reduce((sum, value) => sum + value, 0);
  return {
    spec,
    finding: `${count(first?.value ?? 0)} of ${counted(all, "error")} are ${first?.label ?? ""}; ${counts.size} kinds in all. As of ${spec.asOf}.`,
  };
}

function codeOf(signal: Bucket["last"]): string | null {
  if (signal.kind === "error" || signal.kind === "message") return signal.code;
  return null;
}

/** Where the newest calls or messages went, as it was read then. Null when nothing says it. */
export function destinationsChart(destinations: readonly Destination[], noun: string, atMs: number): Chart | null {
  if (destinations.length === 0) return null;
  const bars = destinations.map(
    ({ country, calls, isAllowed }): Bar => ({ label: countryName(country), value: calls, isMarked: !isAllowed }),
  );
  const all = destinations.reduce((sum, { calls }) => sum + calls, 0);
  const strange = destinations.filter(({ isAllowed }) => !isAllowed);
  const toStrange = strange.reduce((sum, { calls }) => sum + calls, 0);
  const places = sentenceList(strange.slice(0, 3).map(({ country }) => countryName(country)));
  const more = strange.length > 3 ? ` and ${counted(strange.length - 3, "more country", "more countries")}` : "";
  const which = strange.length === 1 ? "which is" : "which are";
  const spec = barsOf(`Where the newest ${noun}s go`, bars, atMs);
  const finding =
    strange.length === 0
      ? `All ${counted(all, noun)} went to countries on your list.`
      : `${count(toStrange)} of ${counted(all, noun)} went to ${places}${more}, ${which} ${NOT_LISTED} of countries.`;
  return { spec, finding: `${finding} As of ${spec.asOf}.` };
}

/** Most first. */
function barsOf(title: string, bars: readonly Bar[], atMs: number): BarsSpec {
  const sorted = bars.toSorted((one, other) => other.value - one.value || (one.label < other.label ? -1 : 1));
  const rest = sorted.slice(MOST_BARS);
  const value = rest.reduce((sum, bar) => sum + bar.value, 0);
  return {
    kind: "bars",
    title,
    asOf: asOfWords(atMs),
    bars: sorted.slice(0, MOST_BARS),
    mark: NOT_LISTED,
    others: rest.length === 0 ? null : { kinds: rest.length, value },
  };
}
