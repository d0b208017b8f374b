/** A new kind of element does not compile before every renderer knows it: nobody finds out from a card with a hole. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RENDERERS = ["src/chat/slack/elements.ts", "src/chat/teams/elements.ts"];

test("an element that a renderer does not know is a compile error in both of them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-element-"));
  try {
    for (const path of ["src", "tsconfig.json", "package.json"]) {
      cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const config = {
      extends: "./tsconfig.json",
      include: [],
      files: [...RENDERERS, "src/sandbox/teams/adaptivecards.d.ts"],
    };
    writeFileSync(join(folder, "renderers.json"), JSON.stringify(config));
    const model = join(folder, "src/notice/card.ts");
    const [before, after] = readFileSync(model, "utf8").split("export type Element =");
    expect(after).toBeDefined();
    writeFileSync(
      model,
      `${before}export type Element =\n  | { readonly kind: "map"; readonly places: readonly string[] }${after}`,
    );
    const files = (await compilerSays(folder)).map((line) => line.replace(/\(.*/, ""));
    expect(new Set(files)).toEqual(new Set(RENDERERS));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A line for each error. */
function compilerSays(folder: string): Promise<readonly string[]> {
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, "-p", "renderers.json", "--pretty", "false"], { cwd: folder }, (_, stdout) =>
      resolve(stdout.split("\n").filter((line) => line.includes("error TS"))),
    );
  });
}
