/** The thread that draws: it is begun when a picture is wanted, and what it loads goes with it. */
import { parentPort } from "node:worker_threads";
import { toPng } from "./draw.ts";
import { loadFont } from "./font.ts";

const font = loadFont();

parentPort?.on("message", (spec) => {
  try {
    parentPort?.postMessage({ png: toPng(spec, font) });
  } catch (error) {
    parentPort?.postMessage({ problem: String(error) });
  }
});
