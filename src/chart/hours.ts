import type { EChartsOption } from "echarts";
import type { HoursSpec } from "../notice/chart.ts";
import { ticksOf, valueAxis } from "./days.ts";
import { FONT_FAMILY, type Font } from "./font.ts";
import { roundScale, shortNumber } from "./scale.ts";
import { beginSheet, INK, type LegendEntry, MARGIN, SIZE, WIDTH, write, writeLegend, writeLine } from "./sheet.ts";
import type { Layout } from "./svg.ts";

const HEIGHT = 150;

/** Two lines from midnight on: what was spent, and what ordinary days had come to. */
export function hoursLayout(spec: HoursSpec, font: Font): Layout {
  const sheet = beginSheet(font, spec);
  const { today, usual, spread } = spec;
  const range = usual?.map((usd) => ({ low: usd * Math.max(0, 1 - spread), high: usd * (1 + spread) })) ?? [];
  const scale = roundScale(Math.max(0, ...today.map(({ usd }) => usd), ...range.map(({ high }) => high)));
  writeLegend(sheet, legendOf(spec));
  writeLine(sheet, "USD since midnight", { size: SIZE.small, color: INK.quiet });
  const left = MARGIN + Math.max(...ticksOf(scale).map((tick) => font.widthOf(tick, SIZE.small))) + 6;
  // Half of the last label stands right of the axis.
  const width = WIDTH - MARGIN - left - 8;
  const top = sheet.y + 6;
  sheet.y = top + HEIGHT;
  for (const hour of [0, 6, 12, 18, 24]) {
    const text = String(hour).padStart(2, "0");
    write(sheet, text, left + (width * hour) / 24, sheet.y + 14, { size: SIZE.small, color: INK.quiet }, "center");
  }
  sheet.y += 24;
  writeLine(sheet, "Hour of the day, UTC", { size: SIZE.small, color: INK.quiet });
  const last = today.at(-1);
  const line = (points: readonly (readonly [number, number])[], style: object) => ({
    type: "line" as const,
    silent: true,
    showSymbol: false,
    data: points.map(([hour, usd]) => [hour, usd]),
    ...style,
  });
  const series: NonNullable<EChartsOption["series"]> = [];
  if (usual !== null) {
    const stack = { stack: "usual", lineStyle: { opacity: 0 }, z: 1 };
    series.push(
      line(
        range.map(({ low }, hour) => [hour, low] as const),
        stack,
      ),
      line(
        range.map(({ low, high }, hour) => [hour, high - low] as const),
        { ...stack, areaStyle: { color: INK.usual, opacity: 1 } },
      ),
      line(
        usual.map((usd, hour) => [hour, usd] as const),
        { lineStyle: { color: INK.quiet, width: 2, type: [4, 3] }, z: 2 },
      ),
    );
  }
  series.push(
    line(
      today.map(({ hour, usd }) => [hour, usd] as const),
      { lineStyle: { color: INK.bar, width: 3 }, z: 4 },
    ),
  );
  if (last !== undefined) {
    const point = {
      type: "scatter" as const,
      silent: true,
      symbolSize: 9,
      itemStyle: { color: INK.bar, opacity: 1 },
      z: 5,
    };
    series.push({ ...point, data: [[last.hour, last.usd]] });
  }
  const option: EChartsOption = {
    grid: { left, top, width, height: HEIGHT },
    xAxis: {
      type: "value",
      min: 0,
      max: 24,
      interval: 6,
      splitLine: { show: false },
      axisLabel: { show: false },
      axisTick: { show: true, lineStyle: { color: INK.quiet } },
      axisLine: { show: true, lineStyle: { color: INK.quiet } },
      nameTextStyle: { fontFamily: FONT_FAMILY },
    },
    yAxis: valueAxis(scale),
    series,
  };
  return { sheet, option };
}

function legendOf({ today, usual }: HoursSpec): readonly LegendEntry[] {
  const spent = today.at(-1);
  return [
    { mark: "line", text: spent === undefined ? "today: nothing read yet" : `today ${shortNumber(spent.usd)}` },
    ...(usual === null
      ? []
      : [
          { mark: "dashes", text: `an ordinary day ${shortNumber(usual.at(-1) ?? 0)}` } as const,
          { mark: "range", text: "usual range" } as const,
        ]),
  ];
}
