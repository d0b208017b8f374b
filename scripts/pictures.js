// Takes every picture of the documentation, in Chromium:
//
//   node scripts/pictures.js                  all of them
//   node scripts/pictures.js demo             docs/*.png: the demo, played on its page (numbers and times differ each time)
//   node scripts/pictures.js cards            docs/cards: every card in every state; a file changes when its card does
//   node scripts/pictures.js charts           docs/charts: each kind of chart; needs a build and no Chromium
//   node scripts/pictures.js cards request    those of the states whose names hold `request`
//
// It needs `npm ci` and a Chromium in the PATH, and for the same pixels as here the fonts Liberation Sans and Noto Color Emoji.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { takeCards } from "./pictures/cards.js";
import { takeCharts } from "./pictures/charts.js";
import { launchChromium } from "./pictures/chromium.js";
import { takeDemo } from "./pictures/demo.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [what = "all", only = ""] = process.argv.slice(2);
if (!["all", "demo", "cards", "charts"].includes(what))
  throw new Error(`pictures: demo, cards, charts or nothing, not "${what}"`);

const where = { root, docs: join(root, "docs"), only };
if (what === "all" || what === "charts") await takeCharts(where);
if (what !== "charts") {
  const browser = await launchChromium();
  try {
    if (what !== "demo") await takeCards(browser, where);
    if (what !== "cards") await takeDemo(browser, where);
  } finally {
    await browser.close();
  }
}
