import type { EChartsOption } from "echarts";
import type { BarsSpec } from "../notice/chart.ts";
import type { Font } from "./font.ts";
import { shortNumber } from "./scale.ts";
import { beginSheet, INK, INNER, MARGIN, SIZE, stripes, writeEnds, writeLegend, writeLine } from "./sheet.ts";
import type { Layout } from "./svg.ts";

/** What is left is counted in a line of its own. */
const MOST_BARS = 10;
const ROW = 36;
const BAR = 10;
/** Small beside the largest is still there. */
const LEAST_WIDTH = 2;

/** Each label stands above its bar, so that it has the whole width of a phone. */
export function barsLayout(spec: BarsSpec, font: Font): Layout {
  const sheet = beginSheet(font, spec);
  const bars = spec.bars.slice(0, MOST_BARS);
  const hidden = spec.bars.slice(MOST_BARS);
  if (bars.some(({ isMarked }) => isMarked)) writeLegend(sheet, [{ mark: "stripes", text: spec.mark }]);
  else sheet.y += 8;
  if (bars.length === 0) writeLine(sheet, "Nothing to show.", { size: SIZE.text, color: INK.quiet });
  const top = sheet.y;
  const most = Math.max(0, ...bars.map(({ value }) => value));
  const widthOf = (value: number) => (most === 0 ? 0 : Math.max(LEAST_WIDTH, (INNER * value) / most));
  for (const [index, { label, value, isMarked }] of bars.entries()) {
    const y = top + index * ROW;
    const words = { left: label, remark: isMarked ? ` (${spec.mark})` : "", right: shortNumber(value) };
    writeEnds(sheet, words, y + 8, isMarked ? INK.alarm : INK.text);
    if (isMarked)
      sheet.shapes.push(...stripes(MARGIN, y + 18, widthOf(value), BAR).map((line) => ({ ...line, z: 10 })));
  }
  sheet.y = top + bars.length * ROW;
  const kinds = hidden.length + (spec.others?.kinds ?? 0);
  const rest = hidden.reduce((sum, { value }) => sum + value, 0) + (spec.others?.value ?? 0);
  if (kinds > 0) {
    writeEnds(sheet, { left: `${kinds} more`, right: shortNumber(rest) }, sheet.y + 8, INK.quiet);
    sheet.y += 22;
  }
  const option: EChartsOption = {
    // One row is a little higher than it must be: its bar stands in the lower half.
    grid: { left: MARGIN, top: top + 5, width: INNER, height: Math.max(1, bars.length * ROW) },
    xAxis: { type: "value", show: false, min: 0, max: Math.max(most, 1e-9) },
    yAxis: { type: "category", show: false, inverse: true, data: bars.map((_, index) => String(index)) },
    series: [
      {
        type: "bar",
        barWidth: BAR,
        silent: true,
        data: bars.map(({ value, isMarked }) => ({
          // As wide as the stripes on it.
          value: most === 0 ? 0 : (widthOf(value) / INNER) * most,
          itemStyle: isMarked ? { color: "#f3c9ce", borderColor: INK.alarm, borderWidth: 1 } : { color: INK.bar },
        })),
      },
    ],
  };
  return { sheet, option };
}
