import { rmSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { expect, type TestContext } from "vitest";
import { makeFolder, startTollgate } from "../cli/tollgate.ts";
import { launchChromium } from "./chromium.ts";

/** The demo as a user has it: `tollgate demo` in a process of its own, and its page in a browser. */
export interface DemoPage {
  readonly page: Page;
  /** The messages of the channel that is open. */
  readonly channel: Locator;
  readonly thread: Locator;
  readonly dialog: Locator;
  /** The incident that the attack causes. */
  readonly card: Locator;
  /** The same in Teams, beside Slack. */
  readonly teams: { readonly card: Locator; readonly replies: Locator };
  actAs(name: string): Promise<void>;
  openChannel(name: string): Promise<void>;
  /** The open channel's messages, one text each. */
  texts(): Promise<readonly string[]>;
}

/** Slower than any machine that runs the tests: what is waited for is there long before. */
const PATIENCE_MS = 30_000;

export async function openDemo({ onTestFinished }: Pick<TestContext, "onTestFinished">): Promise<DemoPage> {
  const folder = makeFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const demo = await startTollgate(["demo"], { folder, env: { DATA_DIR: folder } });
  onTestFinished(async () => {
    demo.process.kill("SIGTERM");
    const { code, stderr } = await demo.ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  // Runs first of all: afterwards the page rightly complains that the demo is gone.
  onTestFinished(() => expect(complaints).toEqual([]));

  const line = await demo.line("Demo page: ");
  await page.goto(line.replace("Demo page: ", ""));
  const channel = page.getByRole("log", { name: "Messages" });
  const sidebar = page.getByRole("navigation", { name: "Workspace" });
  return {
    page,
    channel,
    thread: page.getByRole("log", { name: "Thread" }),
    dialog: page.getByRole("dialog"),
    card: channel.locator("[data-ts]").filter({ hasText: "Toll fraud suspected" }).first(),
    teams: {
      card: page
        .getByRole("log", { name: "Posts in Teams" })
        .locator("[data-post]")
        .filter({ hasText: "Toll fraud suspected" })
        .first(),
      replies: page.getByRole("log", { name: "Replies in Teams" }),
    },
    actAs: (name) => sidebar.getByRole("button", { name }).click(),
    openChannel: (name) => sidebar.getByRole("region", { name: "Slack" }).getByRole("button", { name }).click(),
    texts: () => channel.locator("[data-ts]").allInnerTexts(),
  };
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  const isFocused = () => element.evaluate((each) => each === document.activeElement);
  for (let presses = 0; !(await isFocused()); presses += 1) {
    expect(presses, "presses of Tab").toBeLessThan(60);
    await page.keyboard.press("Tab");
  }
}

/** True when nothing of it is cut off by the window. */
export function isWhollyVisible(element: Locator): Promise<boolean> {
  return element.evaluate((each) => {
    const { left, right, top, bottom } = each.getBoundingClientRect();
    return left >= 0 && top >= 0 && right <= window.innerWidth && bottom <= window.innerHeight;
  });
}
