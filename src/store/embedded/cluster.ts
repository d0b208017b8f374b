import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Binaries } from "./binaries.ts";
import type { Folder } from "./folder.ts";
import { EmbeddedProblem, errorCode } from "./problem.ts";
import { asUser } from "./run-user.ts";

/** The only database user; it can be reached through the socket alone, whose folder is closed. */
export const DATABASE_USER = "tollgate";

const DRAFT = "initdb-";
const run = promisify(execFile);

/** Makes the cluster when there is none, and refuses one that another PostgreSQL wrote. */
export async function ensureCluster(folder: Folder, binaries: Binaries): Promise<void> {
  if (!existsSync(join(folder.cluster, "PG_VERSION"))) await createCluster(folder, binaries);
  const major = Number.parseInt(readFileSync(join(folder.cluster, "PG_VERSION"), "utf8"), 10);
  if (major === binaries.major) return;
  throw new EmbeddedProblem(
    `${folder.home} was written by PostgreSQL ${major} and this Tollgate brings PostgreSQL ${binaries.major}, which cannot ` +
      `read it: start the Tollgate that wrote it, copy the database out with \`pg_dump\` and into a new DATA_DIR with \`psql\`, ` +
      `or set DATA_DIR to another folder to begin anew.`,
  );
}

/**
 * Made under a name of its own and then renamed: killed half way, it leaves no half cluster; of two who start at the same
 * moment, one rename wins and the other uses what is there.
 */
async function createCluster(folder: Folder, binaries: Binaries): Promise<void> {
  const draft = join(folder.home, `${DRAFT}${randomBytes(6).toString("hex")}`);
  const authentication = ["--auth-local=trust", "--auth-host=reject"];
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const more = ["-D", draft, "-U", DATABASE_USER, "--no-instructions"];
  try {
    await run(binaries.initdb, [...more, ...authentication, ...locale], asUser(folder.user));
    renameSync(draft, folder.cluster);
  } catch (cause) {
    const lostTheRace = existsSync(join(folder.cluster, "PG_VERSION"));
    await remove(folder, [draft]);
    if (lostTheRace) return;
    if (errorCode(cause) === "ENOTEMPTY" || errorCode(cause) === "EEXIST") {
      throw new EmbeddedProblem(`${folder.cluster} holds something that is not a PostgreSQL cluster: move it away.`);
    }
    throw new EmbeddedProblem(`PostgreSQL could not make its data folder in ${folder.home}: ${lastLine(cause)}`, {
      cause,
    });
  }
}

/** Removes what a killed `initdb` left, once there is a cluster: whoever still makes another one uses that instead. */
export async function removeDrafts(folder: Folder): Promise<void> {
  const drafts = readdirSync(folder.home).filter((name) => name.startsWith(DRAFT));
  await remove(
    folder,
    drafts.map((name) => join(folder.home, name)),
  );
}

/**
 * As the folder's own user: root deletes nothing in a tree where somebody else could swap a folder for a link. It fails while
 * another `initdb` still writes there; the next owner removes what is left then.
 */
async function remove(folder: Folder, paths: readonly string[]): Promise<void> {
  if (paths.length > 0) await run("rm", ["-rf", "--", ...paths], asUser(folder.user)).catch(() => {});
}

function lastLine(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  return said.trim().split("\n").at(-1) ?? "";
}
