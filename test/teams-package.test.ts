import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inflateSync } from "node:zlib";
import { AppManifestUtils } from "@microsoft/app-manifest";
import { unzipSync } from "fflate";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { HOME } from "../src/command/help.ts";
import { commands } from "../src/command/index.ts";
import { newFolder } from "./cli/tollgate.ts";
import { builtMain } from "./support/build.ts";

const SCRIPT = fileURLToPath(new URL("../scripts/teams-package.js", import.meta.url));
const APP_ID = "5f0c2d1e-0000-4000-8000-0000000000bb";
const ENV = { MicrosoftAppId: APP_ID, PUBLIC_URL: "https://tollgate.example.com/fraud/" };

const Manifest = z.looseObject({
  id: z.uuid(),
  version: z.string(),
  name: z.object({ short: z.string().max(30) }),
  validDomains: z.array(z.string()),
  bots: z.array(
    z.looseObject({
      botId: z.string(),
      scopes: z.array(z.string()),
      commandLists: z.array(
        z.object({
          scopes: z.array(z.string()),
          commands: z.array(z.object({ title: z.string().max(32), description: z.string().max(128) })).max(10),
        }),
      ),
    }),
  ),
});

/** Runs the script as an operator would, with no environment but this. */
async function build(env: Readonly<Record<string, string>> = ENV, ...words: readonly string[]) {
  const folder = newFolder();
  const result = await promisify(execFile)(process.execPath, [SCRIPT, "--out", folder, ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...env },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
  );
  return { ...result, bytes: () => readFileSync(join(folder, "tollgate-teams.zip")) };
}

/** The package's files by name. */
async function unpacked(...words: readonly string[]) {
  const { bytes } = await build(ENV, ...words);
  const files = unzipSync(bytes());
  const file = (name: string) => Buffer.from(files[name] ?? []);
  return { names: Object.keys(files).toSorted(), file, manifest: JSON.parse(file("manifest.json").toString()) };
}

/** Pixels of a PNG of ours: one IDAT chunk, rows without a filter. */
function pixels(file: Buffer) {
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const data = inflateSync(file.subarray(41, 41 + file.readUInt32BE(33)));
  const rows = Array.from({ length: height }, (_, y) =>
    data.subarray(y * (1 + width * 4) + 1, (y + 1) * (1 + width * 4)),
  );
  const all = rows.flatMap((row, y) =>
    Array.from({ length: width }, (_, x) => ({
      x,
      y,
      colour: [...row.subarray(x * 4, x * 4 + 3)],
      alpha: row[x * 4 + 3],
    })),
  );
  return { width, height, depth: file[24], colourType: file[25], all };
}

beforeAll(async () => {
  await builtMain();
});

test("the package holds a manifest that Microsoft's schema accepts, and both icons that it names", async () => {
  const { names, manifest } = await unpacked();
  expect(names).toEqual(["color.png", "manifest.json", "outline.png"]);
  expect(manifest).toMatchObject({ manifestVersion: "1.19", icons: { color: "color.png", outline: "outline.png" } });
  expect(await AppManifestUtils.validateAgainstSchema(manifest)).toEqual([]);
  expect(JSON.stringify(manifest)).not.toContain("YOUR_");
});

test("it is the bot of MicrosoftAppId, for teams and personal chats, at the host of PUBLIC_URL", async () => {
  const manifest = Manifest.parse((await unpacked()).manifest);
  expect(manifest).toMatchObject({ id: APP_ID, validDomains: ["tollgate.example.com"] });
  expect(manifest.bots.map(({ botId, scopes }) => ({ botId, scopes }))).toEqual([
    { botId: APP_ID, scopes: ["team", "personal"] },
  ]);
});

test("it lists exactly the commands that the code answers, in the same words, and home", async () => {
  const manifest = Manifest.parse((await unpacked()).manifest);
  const [list] = manifest.bots.flatMap((bot) => bot.commandLists);
  expect(list?.commands.slice(0, -1)).toEqual(
    commands.map(({ name, summary }) => ({ title: name, description: summary })),
  );
  expect(list?.commands.at(-1)?.title).toBe(HOME);
});

test("the colour icon is 192 x 192, without a hole, and its drawing is in the 120 x 120 in the middle", async () => {
  const icon = pixels((await unpacked()).file("color.png"));
  expect(icon).toMatchObject({ width: 192, height: 192, depth: 8, colourType: 6 });
  expect(icon.all.every(({ alpha }) => alpha === 255)).toBe(true);
  const [corner] = icon.all;
  const isDrawn = ({ colour }: { readonly colour: readonly number[] }) => String(colour) !== String(corner?.colour);
  const isInMiddle = (at: number) => at >= 36 && at < 156;
  expect(icon.all.filter((pixel) => isDrawn(pixel) && !(isInMiddle(pixel.x) && isInMiddle(pixel.y)))).toEqual([]);
  expect(icon.all.filter(isDrawn).length).toBeGreaterThan(1_000);
});

test("the outline icon is 32 x 32, white on nothing", async () => {
  const icon = pixels((await unpacked()).file("outline.png"));
  expect(icon).toMatchObject({ width: 32, height: 32, depth: 8, colourType: 6 });
  expect(new Set(icon.all.map(({ colour }) => String(colour)))).toEqual(new Set(["255,255,255"]));
  expect(icon.all.filter(({ alpha }) => alpha === 0).length).toBeGreaterThan(300);
  expect(icon.all.filter(({ alpha }) => alpha === 255).length).toBeGreaterThan(100);
});

test("the same input gives the same bytes; another version can be asked for", async () => {
  expect((await build()).bytes().equals((await build()).bytes())).toBe(true);
  expect((await unpacked("--app-version", "1.2.3")).manifest.version).toBe("1.2.3");
});

test("it says where the package is and what to do with it", async () => {
  const { stdout, code } = await build();
  expect(stdout).toMatch(/^tollgate-teams\.zip: Tollgate .* for the bot 5f0c2d1e.*\n.*admin\.teams\.microsoft\.com/);
  expect(code).toBe(0);
});

test("everything that is missing or wrong is named at once, and nothing is written", async () => {
  const missing = await build({});
  expect(missing.stderr).toMatch(/^MicrosoftAppId: missing\. /m);
  expect(missing.stderr).toMatch(/^PUBLIC_URL: expected the https address/m);
  const wrong = await build({ MicrosoftAppId: "hunter2", PUBLIC_URL: "http://127.0.0.1:3000" }, "--app-version", "one");
  expect(wrong.stderr).toMatch(/^MicrosoftAppId: expected /m);
  expect(wrong.stderr).toMatch(/^PUBLIC_URL: expected /m);
  expect(wrong.stderr).toMatch(/^--app-version: expected /m);
  expect(wrong.stderr).not.toContain("hunter2");
  for (const { code, bytes } of [missing, wrong]) {
    expect(code).toBe(1);
    expect(bytes).toThrow("ENOENT");
  }
});

test("a folder that cannot be written to is named, with the way out", async () => {
  const file = join(newFolder(), "file");
  writeFileSync(file, "");
  const { code, stderr } = await build(ENV, "--out", file);
  expect(stderr).toMatch(/^The Teams package could not be built\.\n.*file.* cannot be written \(.*--out <folder>.*\n$/);
  expect(code).toBe(1);
});

test("--out - gives the package itself on standard output, and its words on standard error", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT, "--out", "-"], {
    cwd: newFolder(),
    env: { PATH: process.env["PATH"], ...ENV },
    encoding: "buffer",
  });
  expect(Object.keys(unzipSync(stdout)).toSorted()).toEqual(["color.png", "manifest.json", "outline.png"]);
  expect(stderr.toString()).toMatch(/^Tollgate .* for the bot 5f0c2d1e.*\n.*admin\.teams\.microsoft\.com/);
});

test("an unknown word is answered with what is possible", async () => {
  const { code, stderr } = await build(ENV, "--output", "x");
  expect(stderr).toMatch(/--output.*Possible are --out <folder> and --app-version <1\.2\.3>/s);
  expect(stderr).not.toContain("    at ");
  expect(code).toBe(1);
});
