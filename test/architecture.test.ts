import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** Stations of the flow, innermost first: a file may import from its own station and from those before it. */
const STATIONS = [
  "lib",
  "audit",
  "signal",
  "detection",
  "incident",
  "remediation",
  "approval",
  "notice",
  "chat",
  "command",
  "setup",
  "workflow",
] as const;
/** They import inward and never each other. */
const ADAPTERS = ["chat/slack", "chat/teams", "chart", "queue", "store", "twilio", "http"];
const CONFIG = ["config", "config.ts"];
/** The only files that name concrete parts. */
const COMPOSERS = ["app.ts", "platforms.ts", "main.ts", "cli", "doctor"];

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(SRC, path), "utf8");
    const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) => match[1] ?? "");
    return {
      path,
      text,
      imports: specifiers.map((specifier) => relative(SRC, resolve(SRC, dirname(path), specifier))),
    };
  });

function part(path: string): string {
  const [first = "", second] = path.split("/");
  return first === "chat" && second !== undefined && !second.endsWith(".ts") ? `chat/${second}` : first;
}

function mayImport(from: string, to: string): boolean {
  const [a, b] = [part(from), part(to)];
  if (a === b) return true;
  if (COMPOSERS.includes(a))
    return b !== "sandbox" || (from === "main.ts" && /^sandbox\/(demo|evaluate\/evaluate)/.test(to));
  if (a === "sandbox") return true;
  if (b === "sandbox" || COMPOSERS.includes(b) || CONFIG.includes(b)) return CONFIG.includes(a) && CONFIG.includes(b);
  if (CONFIG.includes(a)) return STATIONS.some((station) => station === b);
  if (ADAPTERS.includes(b)) return false;
  if (ADAPTERS.includes(a)) return true;
  const rank = (name: string) => STATIONS.map(String).indexOf(name);
  return rank(a) !== -1 && rank(b) !== -1 && rank(b) <= rank(a);
}

describe("the house", () => {
  it("has files, and each of them in a known part", () => {
    expect(files.length).toBeGreaterThan(50);
    const known = new Set<string>([...STATIONS, ...ADAPTERS, ...CONFIG, ...COMPOSERS, "sandbox"]);
    expect(files.map((file) => part(file.path)).filter((name) => !known.has(name))).toEqual([]);
  });

  it("imports one way: from the outside in, adapters never each other", () => {
    const wrong = files.flatMap((file) =>
      file.imports.filter((target) => !mayImport(file.path, target)).map((target) => `${file.path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("catches an adapter that imports another, and a rule that imports the shell", () => {
    expect(mayImport("store/store.ts", "queue/queue.ts")).toBe(false);
    expect(mayImport("incident/decide.ts", "workflow/execute.ts")).toBe(false);
    expect(mayImport("workflow/execute.ts", "store/store.ts")).toBe(false);
    expect(mayImport("http/server.ts", "sandbox/demo.ts")).toBe(false);
    expect(mayImport("store/store.ts", "workflow/ports.ts")).toBe(true);
  });

  it("keeps its rules pure: no clock, randomness, environment, network or async", () => {
    const impure =
      /\bDate\.now\(|new Date\(\)|Math\.random|randomBytes|randomUUID|process\.|\bfetch\(|\basync\b|\bawait\b|node:(fs|net|http|child_process)/;
    const pure = files.filter(
      ({ path }) =>
        ["signal", "detection", "incident", "approval", "notice"].includes(part(path)) ||
        ["audit/chain.ts", "remediation/run.ts", "remediation/plan.ts"].includes(path),
    );
    expect(pure.length).toBeGreaterThan(20);
    expect(pure.filter(({ text }) => impure.test(code(text))).map(({ path }) => path)).toEqual([]);
  });

  it("asks for the time in one file and for the environment in one", () => {
    const product = files.filter(({ path }) => part(path) !== "sandbox");
    expect(product.filter(({ text }) => /\bDate\.now\(/.test(code(text))).map(({ path }) => path)).toEqual([
      "lib/clock.ts",
    ]);
    expect(product.filter(({ text }) => /process\.env/.test(code(text))).map(({ path }) => path)).toEqual([
      "config.ts",
    ]);
  });

  it("has no default export and no file too long to read", () => {
    expect(files.filter(({ text }) => /^export default/m.test(text)).map(({ path }) => path)).toEqual([]);
    expect(files.filter(({ text }) => text.split("\n").length > 400).map(({ path }) => path)).toEqual([]);
  });
});

/** Without comments and strings, in which everything may be said. */
function code(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/.*$/gm, "")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}
