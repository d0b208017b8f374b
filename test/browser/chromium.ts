import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const FOLDERS = (process.env["PATH"] ?? "").split(delimiter);

/** Undefined when this machine has no Chromium. */
const chromiumBinary = NAMES.flatMap((name) => FOLDERS.map((folder) => join(folder, name))).find(isExecutable);

/** In CI a missing Chromium is a failure, not a reason to skip. */
export const withoutChromium = chromiumBinary === undefined && process.env["CI"] !== "true";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Without a window, and with a profile of its own that is gone when it is closed. */
export function launchChromium(): Promise<Browser> {
  if (chromiumBinary === undefined) throw new Error(`this machine has none of ${NAMES.join(", ")}`);
  return chromium.launch({ executablePath: chromiumBinary, args: ARGUMENTS, headless: true });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
