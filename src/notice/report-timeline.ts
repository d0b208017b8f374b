import type { AuditBody } from "../audit/envelope.ts";
import { shortSentence } from "../audit/sentence.ts";
import type { Bucket } from "../detection/contract.ts";
import { plainSeries } from "../detection/fold.ts";
import { plain } from "./markdown.ts";
import type { ReportInput } from "./report.ts";
import { clock, day } from "./report-times.ts";
import { isReading } from "./signal-lines.ts";
import { signalLabel } from "./signal-words.ts";
import { counted } from "./words.ts";

interface Entry {
  readonly atMs: number;
  readonly text: string;
}

/** Signals of a series that come again after this are told again. */
const QUIET_GAP_MS = 15 * 60_000;
/** Steps of the machinery: what they led to is told. */
const UNTOLD = new Set(["run-step-recorded", "run-resumed", "report-asked"]);

/** Everything in its order, under a heading for each day: signals folded into counts, then what was decided and done. */
export function timelineLines(input: ReportInput, bodies: readonly AuditBody[]): readonly string[] {
  const entries = [
    ...signalEntries(input.view.buckets),
    ...input.calls.map(({ kind, atMs }) => ({
      atMs,
      text: kind === "alarm" ? "Tollgate called the responders again" : "Tollgate reminded the responders",
    })),
    ...bodies
      .filter(({ type }) => !UNTOLD.has(type))
      .map((body) => ({ atMs: body.atMs, text: plain(shortSentence(body)) })),
  ].toSorted((one, other) => one.atMs - other.atMs);
  const lines: string[] = [];
  let date = "";
  for (const { first, count } of repeatsFolded(entries)) {
    if (day(first.atMs) !== date) {
      date = day(first.atMs);
      if (lines.length > 0) lines.push("");
      lines.push(`### ${date}`, "");
    }
    lines.push(`- **${clock(first.atMs)}** ${first.text}${count === 1 ? "" : ` (${count} times)`}`);
  }
  return lines;
}

function signalEntries(buckets: readonly Bucket[]): readonly Entry[] {
  const spells: { series: string; firstAtMs: number; lastAtMs: number; count: number; last: Bucket["last"] }[] = [];
  // What Tollgate read every few minutes is no event of the story.
  const told = buckets.filter(({ last }) => !isReading(last));
  for (const bucket of told.toSorted((one, other) => one.firstAtMs - other.firstAtMs)) {
    const series = plainSeries(bucket.series);
    const spell = spells.findLast((one) => one.series === series);
    if (spell === undefined || bucket.firstAtMs - spell.lastAtMs > QUIET_GAP_MS) {
      const { firstAtMs, lastAtMs, count, last } = bucket;
      spells.push({ series, firstAtMs, lastAtMs, count, last });
    } else {
      spell.count += bucket.count;
      spell.lastAtMs = Math.max(spell.lastAtMs, bucket.lastAtMs);
    }
  }
  return spells.map(({ firstAtMs, lastAtMs, count, last }) => {
    const until = count === 1 ? "" : `, the last at ${clock(lastAtMs)}`;
    return { atMs: firstAtMs, text: `${counted(count, "signal")} from Twilio: ${plain(signalLabel(last))}${until}` };
  });
}

/** Somebody presses a refused button again and again. */
function repeatsFolded(entries: readonly Entry[]): readonly { readonly first: Entry; readonly count: number }[] {
  const folded: { first: Entry; count: number }[] = [];
  for (const entry of entries) {
    const last = folded.at(-1);
    if (last !== undefined && last.first.text === entry.text && day(last.first.atMs) === day(entry.atMs))
      last.count += 1;
    else folded.push({ first: entry, count: 1 });
  }
  return folded;
}
