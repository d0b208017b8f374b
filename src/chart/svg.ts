import type { EChartsOption } from "echarts";
import { init, setPlatformAPI } from "echarts/dist/echarts.esm.min";
import { unreachable } from "../lib/decision.ts";
import type { ChartSpec } from "../notice/chart.ts";
import { barsLayout } from "./bars.ts";
import { daysLayout } from "./days.ts";
import { FONT_FAMILY, type Font } from "./font.ts";
import { hoursLayout } from "./hours.ts";
import { INK, MARGIN, type Sheet, WIDTH } from "./sheet.ts";

export interface Layout {
  /** Everything around the axes; its `y` is where the picture ends. */
  readonly sheet: Sheet;
  /** The axes and what is between them. */
  readonly option: EChartsOption;
}

/** The same text for the same spec. */
export function toSvg(spec: ChartSpec, font: Font): string {
  const { sheet, option } = layoutOf(spec, font);
  setPlatformAPI({
    measureText: (text, style) => {
      const size = Number(/([\d.]+)px/.exec(style ?? "")?.[1] ?? 12);
      return { width: font.widthOf(text, size, style?.includes("bold") === true) };
    },
  });
  const chart = init(null, null, {
    renderer: "svg",
    ssr: true,
    width: WIDTH,
    height: Math.ceil(sheet.y + MARGIN),
  });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: INK.paper,
      textStyle: { fontFamily: FONT_FAMILY },
      graphic: sheet.shapes,
      ...option,
    });
    return withoutStyles(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

function layoutOf(spec: ChartSpec, font: Font): Layout {
  switch (spec.kind) {
    case "days":
      return daysLayout(spec, font);
    case "bars":
      return barsLayout(spec, font);
    case "hours":
      return hoursLayout(spec, font);
    default:
      return unreachable(spec);
  }
}

/** How it looks under a mouse is of no use here, and is named by a counter that differs from one drawing to the next. */
function withoutStyles(svg: string): string {
  return svg
    .replace(/<style\b[\s\S]*?<\/style>/g, "")
    .replace(/ class="zr\d+-cls-\d+"/g, "")
    .replace(/\bzr\d+-/g, "zr-");
}
