import type { EChartsOption } from "echarts";
import type { DaysSpec } from "../notice/chart.ts";
import { FONT_FAMILY, type Font } from "./font.ts";
import { roundScale, type Scale, shortNumber } from "./scale.ts";
import {
  beginSheet,
  INK,
  type LegendEntry,
  MARGIN,
  type Sheet,
  SIZE,
  WIDTH,
  write,
  writeLegend,
  writeLine,
} from "./sheet.ts";
import type { Layout } from "./svg.ts";

const SPEND_HEIGHT = 120;
const COUNT_HEIGHT = 60;
/** For the letters over the lines of changes. */
const LETTER_HEIGHT = 16;
const LABEL_HEIGHT = 18;
const LABEL_GAP = 8;
/** As near to the edge as a letter may come. */
const EDGE = 4;
const MOST_CHANGES = 5;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** Money above, numbers below, one column a day in both; a line through each day on which somebody changed something. */
export function daysLayout(spec: DaysSpec, font: Font): Layout {
  const sheet = beginSheet(font, spec);
  // The newest ones are nearest to what is looked for.
  const changes = spec.changes.slice(-MOST_CHANGES);
  writeLegend(sheet, legendOf(spec));
  const spend = roundScale(
    Math.max(0, ...spec.days.map(({ usd }) => usd), ...(spec.usual ?? []).map(({ high }) => high)),
  );
  const counts = roundScale(Math.max(0, ...spec.days.map(({ count }) => count)), 2);
  const scales = spec.counted === null ? [spend] : [spend, counts];
  const labelWidth = Math.max(
    ...scales.flatMap((scale) => ticksOf(scale).map((tick) => font.widthOf(tick, SIZE.small))),
  );
  const left = MARGIN + labelWidth + 6;
  const width = WIDTH - MARGIN - left;
  const slot = width / Math.max(1, spec.days.length);

  writeLine(sheet, "USD a day", { size: SIZE.small, color: INK.quiet });
  if (changes.length > 0) writeLetters(sheet, spec, changes, left, slot);
  const spendTop = sheet.y + 4;
  sheet.y = spendTop + SPEND_HEIGHT;
  let countTop = 0;
  if (spec.counted !== null) {
    sheet.y += 8;
    writeLine(sheet, `${spec.counted} a day`, { size: SIZE.small, color: INK.quiet });
    countTop = sheet.y + 4;
    sheet.y = countTop + COUNT_HEIGHT;
  }
  writeDays(sheet, spec, left, slot);
  writeChanges(sheet, spec, changes);

  const days = spec.days.map(({ day }) => day);
  const grids = [{ left, top: spendTop, width, height: SPEND_HEIGHT }];
  if (spec.counted !== null) grids.push({ left, top: countTop, width, height: COUNT_HEIGHT });
  const lines = [...new Set(changes.map(({ day }) => day))].map((day) => ({ xAxis: day }));
  const markLine = {
    silent: true,
    symbol: "none",
    label: { show: false },
    lineStyle: { color: INK.alarm, width: 2, type: "solid" as const },
    data: lines,
  };
  const last = spec.days.length - 1;
  const bars = (values: readonly number[], axis: number) => ({
    type: "bar" as const,
    xAxisIndex: axis,
    yAxisIndex: axis,
    barWidth: "62%",
    itemStyle: { color: INK.bar },
    data: values.map((value, index) =>
      index === last && spec.isRunning ? { value, itemStyle: { color: INK.running } } : value,
    ),
    markLine,
    z: 3,
  });
  const option: EChartsOption = {
    grid: grids,
    xAxis: grids.map((_, gridIndex) => ({
      type: "category" as const,
      gridIndex,
      data: days,
      axisLabel: { show: false },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: INK.quiet } },
    })),
    yAxis: scales.map((scale, gridIndex) => valueAxis(scale, gridIndex)),
    series: [
      ...bandSeries(spec),
      bars(
        spec.days.map(({ usd }) => usd),
        0,
      ),
      ...(spec.counted === null
        ? []
        : [
            bars(
              spec.days.map(({ count }) => count),
              1,
            ),
          ]),
    ],
  };
  return { sheet, option };
}

export function valueAxis({ max, step }: Scale, gridIndex = 0) {
  return {
    type: "value" as const,
    gridIndex,
    min: 0,
    max,
    interval: step,
    splitLine: { lineStyle: { color: INK.line } },
    axisLabel: {
      color: INK.quiet,
      fontFamily: FONT_FAMILY,
      fontSize: SIZE.small,
      margin: 6,
      formatter: shortNumber,
    },
  };
}

export function ticksOf({ max, step }: Scale): readonly string[] {
  return Array.from({ length: Math.round(max / step) + 1 }, (_, index) => shortNumber(index * step));
}

function legendOf({ usual, isRunning, changes }: DaysSpec): readonly LegendEntry[] {
  return [
    { mark: "bar", text: "each day" },
    ...(isRunning ? [{ mark: "pale-bar", text: "today so far" } as const] : []),
    ...(usual === null ? [] : [{ mark: "range", text: "usual range" } as const]),
    ...(changes.length === 0 ? [] : [{ mark: "alarm-line", text: "a change of access" } as const]),
  ];
}

/** The usual range, as a step a day behind the bars. */
function bandSeries({ days, usual }: DaysSpec) {
  if (usual === null) return [];
  const area = (values: readonly number[], isShown: boolean) => ({
    type: "bar" as const,
    stack: "usual",
    barWidth: "100%",
    barGap: "-100%",
    silent: true,
    itemStyle: { color: isShown ? INK.usual : "transparent" },
    data: [...values],
    z: 1,
  });
  const lows = days.map((_, index) => usual[index]?.low ?? 0);
  return [
    area(lows, false),
    area(
      days.map((_, index) => Math.max(0, (usual[index]?.high ?? 0) - (lows[index] ?? 0))),
      true,
    ),
  ];
}

/** `12 Nov` under as many days as have room, the last one always. */
function writeDays(sheet: Sheet, { days }: DaysSpec, left: number, slot: number): void {
  // Below the axis's own 0, which a label under the first day may reach.
  const y = sheet.y + LABEL_HEIGHT / 2 + 4;
  const words = days.map(({ day }) => dayWords(day));
  const widest = Math.max(0, ...words.map((each) => sheet.font.widthOf(each, SIZE.small)));
  const every = Math.max(1, Math.ceil((widest + LABEL_GAP) / slot));
  let freeUpTo = WIDTH - EDGE;
  for (let index = days.length - 1; index >= 0; index -= every) {
    const text = words[index] ?? "";
    const half = sheet.font.widthOf(text, SIZE.small) / 2;
    // The last one may stand out into the margin; where that is not enough it moves, and the next to it may have to give way.
    const x = Math.min(WIDTH - EDGE - half, left + (index + 0.5) * slot);
    if (x + half > freeUpTo || x - half < 0) continue;
    write(sheet, text, x, y, { size: SIZE.small, color: INK.quiet }, "center");
    freeUpTo = x - half - LABEL_GAP;
  }
  sheet.y += LABEL_HEIGHT + 8;
}

/** A letter for each change, over its line or left of that, where there is room: the newest first. */
function writeLetters(
  sheet: Sheet,
  { days }: DaysSpec,
  changes: DaysSpec["changes"],
  left: number,
  slot: number,
): void {
  const y = sheet.y + LETTER_HEIGHT / 2;
  let freeUpTo = WIDTH - EDGE;
  for (const day of new Set(changes.map((change) => change.day).toReversed())) {
    const index = days.findIndex((each) => each.day === day);
    const letters = changes.flatMap((change, at) => (change.day === day ? [letterOf(at)] : [])).join("");
    const half = sheet.font.widthOf(letters, SIZE.small, true) / 2;
    const x = Math.min(left + (index + 0.5) * slot, freeUpTo - half);
    if (index < 0 || x - half < EDGE) continue;
    write(sheet, letters, x, y, { size: SIZE.small, isBold: true, color: INK.alarm }, "center");
    freeUpTo = x - half - 3;
  }
  sheet.y += LETTER_HEIGHT;
}

function writeChanges(sheet: Sheet, spec: DaysSpec, changes: DaysSpec["changes"]): void {
  for (const [index, { day, text }] of changes.entries()) {
    writeLine(sheet, `${letterOf(index)}  ${dayWords(day)}: ${text}`, { size: SIZE.small });
  }
  const more = spec.changes.length - changes.length;
  if (more > 0) writeLine(sheet, `and ${more} earlier`, { size: SIZE.small, color: INK.quiet });
}

function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

function dayWords(day: string): string {
  const [, month, date] = day.split("-").map(Number);
  return `${date ?? ""} ${MONTHS[(month ?? 1) - 1] ?? ""}`;
}
