/** From data to a PNG. Whoever imports this pays for the libraries: only the worker does. */
import { Resvg, type ResvgRenderOptions } from "@resvg/resvg-js";
import type { ChartSpec } from "../notice/chart.ts";
import { FONT_FAMILY, type Font } from "./font.ts";
import { SCALE } from "./sheet.ts";
import { smallPng } from "./small-png.ts";
import { toSvg } from "./svg.ts";

export function toPng(spec: ChartSpec, font: Font): Buffer {
  const options: ResvgRenderOptions = {
    font: {
      loadSystemFonts: false,
      fontFiles: [...font.files],
      defaultFontFamily: FONT_FAMILY,
      sansSerifFamily: FONT_FAMILY,
    },
    fitTo: { mode: "zoom", value: SCALE },
  };
  const { pixels, width, height } = new Resvg(toSvg(spec, font), options).render();
  return smallPng(pixels, width, height);
}
