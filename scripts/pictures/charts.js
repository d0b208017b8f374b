// docs/charts: one picture of each kind of chart, by the real builders and the real drawing. Needs a build.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const NOW_MS = Date.UTC(2026, 10, 21, 3, 24);
const DAY_MS = 86_400_000;
const ACCOUNT = `AC${"1".repeat(32)}`;

/** Weekends are quiet, and no two days are equal. */
const usdOf = (day) => (new Date(day).getUTCDay() % 6 === 0 ? 16 : 48) + ((day / DAY_MS) % 5);
const amount = (spendUsd) => ({ spendUsd, count: spendUsd * 4, units: spendUsd * 10 });
const BASELINE = {
  builtAtMs: NOW_MS,
  days: 28,
  categories: {
    "calls-outbound": {
      meanDay: amount(42),
      weekdays: [18, 50, 50, 50, 50, 50, 18].map(amount),
      spread: 0.1,
      // Business hours.
      byHour: Array.from({ length: 24 }, (_, hour) => (hour === 23 ? 1 : 1 / (1 + Math.exp((12 - hour) / 2.5)))),
      highestDay: amount(55),
      lastUsedDay: "2026-11-20",
    },
  },
  destinations: [],
  destinationDays: 0,
  addresses: [],
};

export async function takeCharts({ root, docs }) {
  const built = (path) => import(pathToFileURL(join(root, "dist", path)).href);
  const { toPng } = await built("chart/draw.js");
  const { loadFont } = await built("chart/font.js");
  const font = loadFont();
  const folder = join(docs, "charts");
  mkdirSync(folder, { recursive: true });
  for (const [name, chart] of Object.entries(await chartsBy(built))) {
    writeFileSync(join(folder, `${name}.png`), toPng(chart.spec, font));
    console.log(`docs/charts/${name}.png: ${chart.finding}`);
  }
}

async function chartsBy(built) {
  const { daysChart } = await built("notice/chart-days.js");
  const { hoursChart } = await built("notice/chart-hours.js");
  const { destinationsChart, errorsChart } = await built("notice/chart-bars.js");
  const category = "calls-outbound";
  const rows = Array.from({ length: 14 }, (_, index) => {
    const atMs = Math.floor(NOW_MS / DAY_MS) * DAY_MS - index * DAY_MS;
    const spendUsd = index === 0 ? 212.4 : usdOf(atMs);
    return { day: new Date(atMs).toISOString().slice(0, 10), spendUsd, count: Math.round(spendUsd * 4) };
  });
  const changes = [
    { atMs: NOW_MS - DAY_MS, text: "calls to Latvia and Lithuania were opened" },
    { atMs: NOW_MS, text: "an API key was created" },
  ];
  const to = (country, calls, isAllowed = false) => ({ country, calls, isAllowed });
  const places = [to("LV", 80), to("LT", 33), to("SO", 9), to("US", 12, true), to("GB", 4, true)];
  const readings = [
    [60, 0.4],
    [120, 0.9],
    [180, 1.3],
    [190, 62],
    [204, 212.4],
  ].map(([minutes, spendUsd]) => ({ atMs: Math.floor(NOW_MS / DAY_MS) * DAY_MS + minutes * 60_000, spendUsd }));
  return {
    destinations: destinationsChart(places, "call", NOW_MS),
    hours: hoursChart({ category, readings, baseline: BASELINE, nowMs: NOW_MS }),
    days: daysChart({ category, rows, days: 14, baseline: BASELINE, changes, readAtMs: NOW_MS, nowMs: NOW_MS }),
    errors: errorsChart(
      [
        ["32202", 120],
        ["32201", 24],
        ["13227", 9],
        ["11200", 3],
      ].map(([code, count]) => bucketOf(code, count)),
      NOW_MS,
    ),
  };
}

function bucketOf(code, count) {
  const last = { kind: "error", accountSid: ACCOUNT, atMs: NOW_MS, code, level: "error", resourceSid: null };
  return { accountSid: ACCOUNT, series: `error:${code}`, minute: 0, count, last, firstAtMs: NOW_MS, lastAtMs: NOW_MS };
}
