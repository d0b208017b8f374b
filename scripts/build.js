// Builds src/ to dist/ with the TypeScript compiler, then the demo page with esbuild.
// `--if-possible` is for npm's `prepare`: with `--omit=dev` there is no compiler, and that is not an error.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);

function resolveTypeScript() {
  try {
    return join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
  } catch {
    return undefined;
  }
}

const tsc = resolveTypeScript();
if (tsc === undefined) {
  if (process.argv.includes("--if-possible")) process.exit(0);
  console.error("build: TypeScript is not installed; run `npm ci` without --omit=dev");
  process.exit(1);
}

rmSync(join(root, "dist"), { recursive: true, force: true });
const compiled = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], {
  cwd: root,
  stdio: "inherit",
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const page = join(root, "src", "sandbox", "page", "main.tsx");
if (existsSync(page)) {
  const { build } = await import("esbuild");
  await build({
    entryPoints: [page],
    bundle: true,
    minify: true,
    outdir: join(root, "dist", "sandbox", "page"),
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
}
