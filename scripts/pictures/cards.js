// docs/cards: every card in every state, by the real builders and renderers, on the demo's page at a phone's width.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { build } from "esbuild";
import { indexPage } from "./index-page.js";
import { smallPng } from "./small-png.js";

const PHONE = { width: 390, height: 3200 };
/** On the contact sheets, in light and in dark: what people see most. */
const ON_SHEET = ["incident-confirmed", "request-pending", "incident-contained", "incident-resolved"];
/** A phone scrolls; a picture shows the whole. */
const UNROLLED = `
  .rows.home { flex: none; }
  .dialog, .dialog-body, .file pre { max-height: none !important; overflow: visible !important; }
`;
const HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/main.css"></head>
<body><div id="root" data-mounts="teams"></div><script src="/main.js"></script></body></html>`;

/** `only`: a part of the names of states, to look at a few while working on them; the rest stays as it is. */
export async function takeCards(browser, { root, docs, only }) {
  const folder = join(docs, "cards");
  const stage = await openStage(root);
  const page = await openPage(root);
  try {
    const light = await photograph(browser, stage, page, "light", (state) => state.includes(only));
    const dark = await photograph(browser, stage, page, "dark", (state) => only === "" && ON_SHEET.includes(state));
    mkdirSync(folder, { recursive: true });
    if (only === "") for (const name of readdirSync(folder)) rmSync(join(folder, name));
    for (const [name, png] of light) writeFileSync(join(folder, `${name}.png`), smallPng(png));
    if (only !== "") return;
    for (const platform of ["slack", "teams"]) {
      const sheet = await contactSheet(browser, [light, dark], platform);
      writeFileSync(join(folder, `${platform}.png`), smallPng(sheet));
    }
    writeFileSync(join(folder, "README.md"), indexPage(stage.states));
  } finally {
    page.close();
  }
}

/** The states are written in TypeScript, beside the tests' own fixtures. */
async function openStage(root) {
  const { outputFiles } = await build({
    entryPoints: [join(root, "scripts/pictures/stage.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    logLevel: "warning",
    // What is bundled of CommonJS asks for Node's own modules with it.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(process.cwd() + "/");' },
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? "").toString("base64");
  const { openStage: open } = await import(`data:text/javascript;base64,${code}`);
  return open();
}

/** The demo's page, with the scene that is set. */
async function openPage(root) {
  const { outputFiles } = await build({
    entryPoints: [join(root, "src/sandbox/page/main.tsx")],
    bundle: true,
    minify: true,
    write: false,
    outdir: "/",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  const file = (name) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? "";
  let scene;
  const answers = {
    "/": () => ["text/html; charset=utf-8", HTML],
    "/main.js": () => ["text/javascript; charset=utf-8", file("main.js")],
    "/main.css": () => ["text/css; charset=utf-8", file("main.css")],
    "/state": () => ["application/json", JSON.stringify(scene.slack)],
    "/teams/state": () => ["application/json", JSON.stringify(scene.teams)],
    "/stream": () => ["text/event-stream", "data: 1\n\n"],
    "/teams/stream": () => ["text/event-stream", "data: 1\n\n"],
    "/facts": () => ["application/json", "null"],
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [type, body] = answers[pathname]?.() ?? ["application/json", "{}"];
    response.writeHead(200, { "content-type": type });
    // A stream that ends would make the page say that the demo has stopped.
    if (type === "text/event-stream") response.write(body);
    else response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    set: (next) => {
      scene = next;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** By `<state>-<platform>`. */
async function photograph(browser, stage, stand, colorScheme, wanted) {
  const settings = { viewport: PHONE, colorScheme, locale: "en-US", timezoneId: "UTC", reducedMotion: "reduce" };
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  await page.clock.setFixedTime(stage.nowMs);
  const pictures = new Map();
  for (const scene of stage.scenes) {
    stand.set(scene);
    let spot;
    for (const shot of scene.shots.filter(({ state }) => wanted(state))) {
      // Another address behind `#` alone would load nothing.
      if (spot !== shot.spot) await page.goto("about:blank");
      if (spot !== shot.spot) await page.goto(`${stand.url}#${shot.spot}`);
      spot = shot.spot;
      const element = page.locator(shot.selector).first();
      await element.waitFor();
      await page.addStyleTag({ content: UNROLLED });
      await page.evaluate(() => {
        for (const file of document.querySelectorAll("details")) file.open = true;
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      });
      pictures.set(`${shot.state}-${shot.platform}`, await element.screenshot({ animations: "disabled" }));
    }
  }
  await context.close();
  return pictures;
}

/** One row of phones in light, one in dark. */
async function contactSheet(browser, [light, dark], platform) {
  const row = (pictures, name) => {
    const images = ON_SHEET.map((state) => {
      const png = pictures.get(`${state}-${platform}`);
      return `<img src="data:image/png;base64,${png.toString("base64")}">`;
    });
    return `<div class="${name}">${images.join("")}</div>`;
  };
  const page = await browser.newPage({ viewport: { width: 4 * 420, height: 800 } });
  await page.setContent(`<style>
    body { margin: 0; width: max-content; }
    div { display: flex; gap: 24px; align-items: start; padding: 24px; }
    img { border-radius: 14px; box-shadow: 0 0 0 1px #8884; }
    .light { background: #e9ecf1; } .dark { background: #0b0e13; }
  </style>${row(light, "light")}${row(dark, "dark")}`);
  const png = await page.locator("body").screenshot();
  await page.close();
  return png;
}
