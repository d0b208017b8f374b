// Plays the demo in Chromium and saves the README's pictures: `npm run build && node scripts/pictures.js`
import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("..", import.meta.url));
const docs = join(root, "docs");
const folder = mkdtempSync(join(tmpdir(), "tollgate-pictures-"));

function findChromium() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    for (const path of process.env.PATH.split(delimiter)) {
      try {
        accessSync(join(path, name), constants.X_OK);
        return join(path, name);
      } catch {
        // Not here.
      }
    }
  }
  throw new Error("pictures: no Chromium in PATH");
}

const demo = spawn(process.execPath, [join(root, "dist/main.js"), "demo"], {
  // Where a user starts it: paths on the card begin with ./data/demo.
  cwd: folder,
  env: { PATH: process.env.PATH },
  stdio: ["ignore", "pipe", "inherit"],
});
const ended = new Promise((resolve) => demo.once("exit", resolve));
const address = new Promise((resolve, reject) => {
  createInterface(demo.stdout).on("line", (line) => {
    if (line.startsWith("Demo page: ")) resolve(line.slice("Demo page: ".length));
  });
  void ended.then(() => reject(new Error("pictures: the demo ended at once")));
});

const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
try {
  mkdirSync(docs, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1320, height: 800 }, deviceScaleFactor: 1.5 });
  await page.goto(await address);
  const channel = page.getByRole("log", { name: "Messages" });
  const thread = page.getByRole("log", { name: "Thread" });
  const dialog = page.getByRole("dialog");
  const card = channel.locator("[data-ts]").filter({ hasText: "Toll fraud suspected" }).first();
  const person = (name) => page.getByRole("navigation").getByRole("button", { name }).click();

  /** What is asked of the card and granted, to the end that the card tells. */
  async function remedy(title, told) {
    await card.getByRole("button", { name: title }).click();
    await fill();
    await dialog.getByRole("button", { name: "Ask for approval" }).click();
    await dialog.waitFor({ state: "detached" });
    await card.getByRole("link", { name: "Open the request" }).click();
    await person("Ben Okafor");
    const request = thread.locator("[data-ts]").filter({ hasText: "Approval needed" });
    await request.getByRole("button", { name: /^Approve/ }).click();
    const confirm = page.getByRole("dialog").getByRole("button", { name: /^(Yes|Approve|Confirm)/ });
    await confirm.or(card.getByText(told)).first().waitFor();
    if (await confirm.isVisible()) await confirm.click();
    await card.getByText(told).waitFor();
    await person("Ann Ito");
  }

  async function fill() {
    await dialog.getByRole("textbox", { name: "Reason" }).fill("Toll fraud to Latvia, nobody here calls Latvia");
    const hint = dialog.getByText(/^Type exactly: /);
    if ((await hint.count()) === 0) return;
    const [, expected] = /^Type exactly: (.+)$/.exec(await hint.textContent()) ?? [];
    await dialog.getByRole("textbox", { name: /cannot be undone/ }).fill(expected ?? "");
  }

  // The rate is known from the second reading on.
  await card.getByText("USD an hour").waitFor();
  await dismissToasts(page);
  await card.screenshot({ path: join(docs, "card.png") });

  await card.getByRole("button", { name: "Acknowledge" }).click();
  await card.getByText("Ann Ito, since").waitFor();
  await card.getByRole("button", { name: "Suspend subaccount" }).click();
  await dialog.getByRole("button", { name: "Ask for approval" }).waitFor();
  await fill();
  await dialog.screenshot({ path: join(docs, "dialog.png") });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });

  await remedy("Rotate auth token", "Auth token rotated");
  await remedy("Delete API keys", "API keys deleted");
  await remedy("Disable geo regions", "Geo regions disabled");
  await remedy("Suspend subaccount", "Subaccount suspended");
  await dismissToasts(page);
  // Exactly as high as the card needs, below the channel's name and above the composer.
  const around = await channel.evaluate((rows) => window.innerHeight - rows.clientHeight);
  const height = await card.evaluate((element) => element.clientHeight);
  await page.setViewportSize({ width: page.viewportSize()?.width ?? 0, height: Math.ceil(around + height) + 8 });
  await card.evaluate((element) => element.scrollIntoView({ block: "start" }));
  await page.screenshot({ path: join(docs, "contained.png"), scale: "css" });

  await person("twilio-audit");
  await channel.getByText("as contained by run").waitFor({ timeout: 60_000 });
  await page.getByRole("main").screenshot({ path: join(docs, "audit.png"), scale: "css" });
} finally {
  await browser.close();
  demo.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

async function dismissToasts(page) {
  const dismiss = page.locator(".toasts").getByRole("button", { name: "Dismiss" });
  while ((await dismiss.count()) > 0) await dismiss.first().click();
}
