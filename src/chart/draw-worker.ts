/** The process that draws: it is begun when a picture is wanted, and what it loads goes with it. It ends with who began it. */
import { toPng } from "./draw.ts";
import { loadFont } from "./font.ts";

const font = loadFont();

// Its channel alone keeps it: closed, also by the death of the other end, it leaves nothing to do.
process.on("message", (spec: Parameters<typeof toPng>[0]) => {
  try {
    process.send?.({ png: toPng(spec, font) });
  } catch (error) {
    process.send?.({ problem: String(error) });
  }
});
