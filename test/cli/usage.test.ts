import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tollgate } from "./tollgate.ts";

test("--help names every command and where a newcomer begins", async () => {
  const { code, stdout } = await tollgate(["--help"]);
  expect(code).toBe(0);
  for (const command of ["start", "demo", "audit"]) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
  expect(stdout).toContain("`tollgate demo` needs no account and no configuration");
});

test("--version is the package's", async () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(await tollgate(["--version"])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

test.each([
  { words: ["audti"], hint: "(Did you mean audit?)" },
  { words: ["audit", "verify", "--ancor", "x"], hint: "(Did you mean --anchor?)" },
  { words: ["audit", "export", "--format", "xml"], hint: "Allowed choices are jsonl, csv" },
  { words: ["audit", "verify", "--anchor", "yesterday"], hint: "'#123 a1b2c3d4e5f6'" },
  { words: ["audit", "export", "--since", "yesterday"], hint: "2026-03-01" },
  { words: [], hint: "Usage: tollgate" },
])("wrong usage is answered with a hint and exit code 2: $words", async ({ words, hint }) => {
  const { code, stdout, stderr } = await tollgate(words);
  expect(stderr).toContain(hint);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});
