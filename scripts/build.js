// Builds src/ to dist/ with the TypeScript compiler, then the demo page with esbuild. dist/ changes at the end and at once: a
// Tollgate that runs from it goes on loading its files, and a build that fails leaves it as it was.
// `--if-possible` is for npm's `prepare`: with `--omit=dev` there is no compiler, and that is not an error.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
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

const dist = join(root, "dist");
// Beside it, so that it can be renamed; our own, because two builds may run at once.
const fresh = join(root, `.dist-new-${process.pid}`);
const old = join(root, `.dist-old-${process.pid}`);
process.on("exit", () => {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
});
mkdirSync(fresh);

const compiled = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", fresh], {
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
    outdir: join(fresh, "sandbox", "page"),
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
}

for (let triesLeft = 2; ; triesLeft--) {
  try {
    renameSync(dist, old);
  } catch {
    // It is not there, or it came with a layer of a container's image, which cannot be renamed.
    rmSync(dist, { recursive: true, force: true });
  }
  try {
    renameSync(fresh, dist);
    break;
  } catch (error) {
    // Another build put its own there in between.
    if (triesLeft === 0) throw error;
  }
}
