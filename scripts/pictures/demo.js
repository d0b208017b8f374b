// docs/*.png: the demo, played on its page, with Slack and Teams beside each other.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { smallPng } from "./small-png.js";

/** So wide that both cards read well when the README shows them at its own width. */
const WIDTH = 1212;

export async function takeDemo(browser, { root, docs }) {
  if (spawnSync(process.execPath, [join(root, "scripts/build.js")], { stdio: "inherit" }).status !== 0)
    throw new Error("pictures: the build failed");
  const folder = mkdtempSync(join(tmpdir(), "tollgate-pictures-"));
  const demo = spawn(process.execPath, [join(root, "dist/main.js"), "demo"], {
    // Where a user starts it: paths on the card begin with ./data/demo.
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => demo.once("exit", resolve));
  try {
    const address = await new Promise((resolve, reject) => {
      createInterface(demo.stdout).on("line", (line) => {
        if (line.startsWith("Demo page: ")) resolve(line.slice("Demo page: ".length));
      });
      void ended.then(() => reject(new Error("pictures: the demo ended at once")));
    });
    const settings = {
      viewport: { width: WIDTH, height: 1600 },
      deviceScaleFactor: 2,
      locale: "en-US",
      timezoneId: "UTC",
    };
    const page = await browser.newPage({ ...settings, colorScheme: "light", reducedMotion: "reduce" });
    await page.goto(address);
    await play(page, (name, png) => writeFileSync(join(docs, `${name}.png`), smallPng(png)));
  } finally {
    demo.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(page, save) {
  const channel = page.getByRole("log", { name: "Messages" });
  const posts = page.getByRole("log", { name: "Posts in Teams" });
  const thread = page.getByRole("log", { name: "Thread" });
  const dialog = page.getByRole("dialog");
  const card = channel.locator("[data-ts]").filter({ hasText: "Toll fraud suspected" }).first();
  const post = posts.locator("[data-post]").filter({ hasText: "Toll fraud suspected" }).first();
  const menu = (name) =>
    page.getByRole("navigation", { name: "Workspace" }).getByRole("button", { name }).first().click();

  async function fill() {
    await dialog.getByRole("textbox", { name: "Reason" }).fill("Toll fraud to Latvia, nobody here calls Latvia");
    const hint = dialog.getByText(/^Type exactly: /);
    if ((await hint.count()) === 0) return;
    const [, expected] = /^Type exactly: (.+)$/.exec((await hint.textContent()) ?? "") ?? [];
    await dialog.getByRole("textbox", { name: /cannot be undone/ }).fill(expected ?? "");
  }

  /** What is asked of the card and granted, to the end that both cards tell. */
  async function remedy(title, told) {
    await card.getByRole("button", { name: title }).click();
    await fill();
    await dialog.getByRole("button", { name: "Ask for approval" }).click();
    await dialog.waitFor({ state: "detached" });
    await card.getByRole("link", { name: "Open the request" }).click();
    await menu("Ben Okafor");
    const request = thread.locator("[data-ts]").filter({ hasText: "Approval needed" });
    await request.getByRole("button", { name: /^Approve/ }).click();
    const confirm = dialog.getByRole("button", { name: /^(Yes|Approve|Confirm)/ });
    await confirm.or(card.getByText(told)).first().waitFor();
    if (await confirm.isVisible()) await confirm.click();
    for (const one of [card, post]) await one.getByText(told).first().waitFor();
    await menu("Ann Ito");
    // It lies over the channel.
    await page.getByRole("button", { name: "Close thread" }).click();
  }

  /** Both panes, from their headers to the end of the longer card. */
  async function both() {
    await dismissToasts(page);
    await page.mouse.move(0, 0);
    for (const one of [card, post]) {
      await one.evaluate((element) => {
        element.scrollIntoView({ block: "start" });
        // The shorter card would have the beginning of the next message below it.
        for (let next = element.nextElementSibling; next instanceof HTMLElement; next = next.nextElementSibling)
          next.style.visibility = "hidden";
      });
    }
    const boxes = await Promise.all([page.getByRole("main"), card, post].map((one) => one.boundingBox()));
    const [pane, ...cards] = boxes.map((box) => box ?? { x: 0, y: 0, width: 0, height: 0 });
    const bottom = Math.max(...cards.map(({ y, height }) => y + height));
    return page.screenshot({ clip: { x: pane.x, y: pane.y, width: WIDTH - pane.x, height: bottom + 8 - pane.y } });
  }

  // The rate is known from the second reading on.
  for (const one of [card, post]) await one.getByText("USD an hour").first().waitFor();
  // The first chart shows the first few calls, and would contradict the facts of later readings above it.
  const isGrown = /\d\d of \d+ calls went to Latvia/;
  for (const one of [card, post]) await one.getByText(isGrown).first().waitFor();
  save("card", await both());

  await card.getByRole("button", { name: "Acknowledge" }).click();
  for (const one of [card, post]) await one.getByText("Ann Ito, since").waitFor();
  await card.getByRole("button", { name: "Suspend subaccount" }).click();
  await dialog.getByRole("button", { name: "Ask for approval" }).waitFor();
  await fill();
  await page.addStyleTag({ content: "dialog::backdrop { background: Canvas; }" });
  save("dialog", await dialog.screenshot());
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });

  await remedy("Rotate auth token", "Auth token rotated");
  await remedy("Delete API keys", "API keys deleted");
  await remedy("Disable geo regions", "Geo regions disabled");
  await remedy("Suspend subaccount", "Subaccount suspended");
  // Both cards tell of a reading from after that.
  for (const one of [card, post]) await one.getByText("Burning, mean of 10 minutes").waitFor();
  save("contained", await both());

  // Where there is room for one platform alone.
  await page.setViewportSize({ width: 1000, height: 760 });
  await menu("twilio-audit");
  await channel.getByText("as contained by run").waitFor({ timeout: 60_000 });
  await channel.evaluate((rows) => rows.scrollTo(0, rows.scrollHeight));
  save("audit", await page.getByRole("main").screenshot());
}

async function dismissToasts(page) {
  const dismiss = page.locator(".toasts").getByRole("button", { name: "Dismiss" });
  while ((await dismiss.count()) > 0) await dismiss.first().click();
}
