import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Locator, Page } from "playwright-core";
import { expect, type TestContext } from "vitest";
import { startSlackStandIn } from "../../src/sandbox/slack/stand-in.ts";
import { startTinyBot, type TinyBot } from "../sandbox/teams/tiny-bot.ts";
import { launchChromium } from "./chromium.ts";

export interface TeamsPage {
  readonly bot: TinyBot;
  readonly page: Page;
  readonly posts: Locator;
  readonly replies: Locator;
  readonly dialog: Locator;
  actAs(name: string): Promise<void>;
  openConversation(name: string): Promise<void>;
}

const MAIN = fileURLToPath(new URL("../../src/sandbox/page/main.tsx", import.meta.url));

/** Both stand-ins with their page, and a bot that answers what the test says. Teams is left out when told. */
export async function openTeamsPage(
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  { hasTeams = true }: { readonly hasTeams?: boolean } = {},
): Promise<TeamsPage> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-page-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const define = { "process.env.NODE_ENV": '"production"' };
  await build({ entryPoints: [MAIN], bundle: true, outdir: folder, define, logLevel: "warning" });
  const bot = await startTinyBot();
  onTestFinished(() => bot.close());
  const slack = await startSlackStandIn({
    pageFolder: folder,
    ...(hasTeams ? { mounts: { teams: bot.teams.handlePage } } : {}),
  });
  onTestFinished(() => slack.close());
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  // Runs first of all: afterwards the page rightly complains that the stand-ins are gone.
  onTestFinished(() => expect(complaints).toEqual([]));
  await page.goto(slack.url);
  const sidebar = page.getByRole("navigation", { name: "Workspace" });
  return {
    bot,
    page,
    posts: page.getByRole("log", { name: "Posts in Teams" }),
    replies: page.getByRole("log", { name: "Replies in Teams" }),
    dialog: page.getByRole("dialog"),
    actAs: (name) => sidebar.getByRole("button", { name }).click(),
    openConversation: (name) => sidebar.getByRole("region", { name: "Teams" }).getByRole("button", { name }).click(),
  };
}
