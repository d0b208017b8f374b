/** The paper that charts are drawn on: what stands around the axes, placed by how wide its texts are, so that none can overlap. */
import type { EChartsOption } from "echarts";
import { FONT_FAMILY, type Font } from "./font.ts";

/** In units of the drawing: what Slack gives a picture on a phone, so that a text's size is what is read there. */
export const WIDTH = 360;
/** Pixels a unit, for screens with fine dots: 960 wide; Teams shows at most 1024. https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#use-picture-messages */
export const SCALE = 8 / 3;
export const MARGIN = 16;
export const INNER = WIDTH - 2 * MARGIN;

/** Calm, and light behind dark text in any theme of a chat: the paper is not see-through. Contrasts of text are 4.5 or more. */
export const INK = {
  paper: "#f4f6f9",
  text: "#1b2330",
  quiet: "#525c6b",
  line: "#d5dbe4",
  usual: "#cfd8e6",
  bar: "#2f6bc4",
  running: "#86a9de",
  alarm: "#c02636",
} as const;

export const SIZE = { title: 14, text: 12, small: 11 } as const;
const LINE_HEIGHT = 18;
const SWATCH = 14;

export type Mark = "bar" | "range" | "dashes" | "line" | "alarm-line" | "stripes" | "pale-bar";

export interface LegendEntry {
  readonly mark: Mark;
  readonly text: string;
}

type Shape = NonNullable<Extract<NonNullable<EChartsOption["graphic"]>, readonly unknown[]>>[number];

export interface Sheet {
  readonly shapes: Shape[];
  /** Where the next thing may begin. */
  y: number;
  readonly font: Font;
}

export function beginSheet(font: Font, { title, asOf }: { readonly title: string; readonly asOf: string }): Sheet {
  const sheet: Sheet = { shapes: [], y: MARGIN, font };
  writeLine(sheet, title, { size: SIZE.title, isBold: true });
  writeLine(sheet, `as of ${asOf}`, { size: SIZE.small, color: INK.quiet });
  return sheet;
}

interface Style {
  readonly size: number;
  readonly isBold?: boolean;
  readonly color?: string;
}

/** One line over the whole width. */
export function writeLine(sheet: Sheet, text: string, style: Style): void {
  const shown = sheet.font.fitting(text, INNER, style.size, style.isBold);
  write(sheet, shown, MARGIN, sheet.y + LINE_HEIGHT / 2, style);
  sheet.y += LINE_HEIGHT + (style.isBold === true ? 2 : 0);
}

/** A line with something at both ends: the left one gives way, and before it the remark behind it. */
export function writeEnds(
  sheet: Sheet,
  { left, remark = "", right }: { readonly left: string; readonly remark?: string; readonly right: string },
  y: number,
  color: string,
): void {
  const { font } = sheet;
  const size = SIZE.text;
  const whole = font.fitting(right, INNER / 3, size, true);
  const room = INNER - font.widthOf(whole, size, true) - 12;
  const said = left + remark;
  write(sheet, font.widthOf(said, size) <= room ? said : font.fitting(left, room, size), MARGIN, y, { size });
  write(sheet, whole, WIDTH - MARGIN, y, { size, isBold: true, color }, "right");
}

/** As many entries in a line as fit. */
export function writeLegend(sheet: Sheet, entries: readonly LegendEntry[]): void {
  let x = MARGIN;
  for (const { mark, text } of entries) {
    const words = sheet.font.fitting(text, INNER - SWATCH - 6, SIZE.small);
    const width = SWATCH + 6 + sheet.font.widthOf(words, SIZE.small);
    if (x > MARGIN && x + width > WIDTH - MARGIN) {
      x = MARGIN;
      sheet.y += LINE_HEIGHT;
    }
    const y = sheet.y + LINE_HEIGHT / 2;
    sheet.shapes.push(...swatch(mark, x, y));
    write(sheet, words, x + SWATCH + 6, y, { size: SIZE.small, color: INK.quiet });
    x += width + 14;
  }
  if (entries.length > 0) sheet.y += LINE_HEIGHT + 4;
}

export function write(
  sheet: Sheet,
  text: string,
  x: number,
  y: number,
  { size, isBold = false, color = INK.text }: Style,
  align: "left" | "right" | "center" = "left",
): void {
  sheet.shapes.push({
    type: "text",
    silent: true,
    x,
    y,
    style: {
      text,
      fill: color,
      // One by one: resvg does not read them in one property.
      fontSize: size,
      fontWeight: isBold ? "bold" : "normal",
      fontFamily: FONT_FAMILY,
      align,
      verticalAlign: "middle",
    },
  });
}

/** Marks differ in shape, not in colour alone. */
function swatch(mark: Mark, x: number, y: number): readonly Shape[] {
  const box = (fill: string, stroke?: string): Shape => ({
    type: "rect",
    silent: true,
    shape: { x, y: y - 5, width: SWATCH, height: 10 },
    style: stroke === undefined ? { fill } : { fill, stroke, lineWidth: 1 },
  });
  const line = (stroke: string, lineWidth: number, lineDash?: number[]): Shape => ({
    type: "line",
    silent: true,
    shape: { x1: x, y1: y, x2: x + SWATCH, y2: y },
    style: { stroke, lineWidth, ...(lineDash === undefined ? {} : { lineDash }) },
  });
  switch (mark) {
    case "bar":
      return [box(INK.bar)];
    case "pale-bar":
      return [box(INK.running)];
    case "range":
      return [box(INK.usual)];
    case "line":
      return [line(INK.bar, 3)];
    case "dashes":
      return [line(INK.quiet, 2, [4, 3])];
    case "alarm-line":
      return [
        {
          type: "line",
          silent: true,
          shape: { x1: x + SWATCH / 2, y1: y - 7, x2: x + SWATCH / 2, y2: y + 7 },
          style: { stroke: INK.alarm, lineWidth: 2 },
        },
      ];
    case "stripes":
      return [box(INK.paper, INK.alarm), ...stripes(x, y - 5, SWATCH, 10)];
  }
}

/** Slanted lines within a box: a mark for who does not see red. */
export function stripes(left: number, top: number, outerWidth: number, outerHeight: number): readonly Shape[] {
  const step = 5;
  // A line's corners stand out beyond its ends.
  const [x, y, width, height] = [left + 1, top + 1, outerWidth - 2, outerHeight - 2];
  const count = Math.max(0, Math.ceil((width + height) / step));
  return Array.from({ length: count }, (_, index): Shape => {
    // From the bottom edge, up and to the right, cut at the sides.
    const from = index * step - height;
    const [start, end] = [Math.max(0, from), Math.min(width, from + height)];
    return {
      type: "line",
      silent: true,
      shape: { x1: x + start, y1: y + height - (start - from), x2: x + end, y2: y + height - (end - from) },
      style: { stroke: INK.alarm, lineWidth: 2 },
    };
  });
}
