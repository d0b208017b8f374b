import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, lchownSync, lstatSync, mkdirSync, realpathSync, rmdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EmbeddedProblem, errorCode } from "./problem.ts";
import { firstClosedFolder, isRoot, type RunUser, userForRoot } from "./run-user.ts";

export const PORT = 5432;

/**
 * A socket's path, its closing zero apart: `sun_path` has 108 bytes on Linux and 104 on macOS.
 * https://man7.org/linux/man-pages/man7/unix.7.html
 */
const SOCKET_PATH_BYTES = process.platform === "linux" ? 107 : 103;

/**
 * ```
 * DATA_DIR/               0711 when root owns it, so that the server's user may pass through
 *   postgres.log          written by the server, opened by us: root opens no file in a folder of somebody else
 *   postgres/             0700, the server's user
 *     data/               the cluster
 *     run/                the socket, unless the path is too long
 * ```
 */
export interface Folder {
  readonly dataDir: string;
  readonly home: string;
  readonly cluster: string;
  readonly socketDir: string;
  readonly logFile: string;
  /** Whom to run as; undefined: as ourselves. */
  readonly user: RunUser | undefined;
}

/** Makes the folders that are missing, sets their modes, and refuses what the server's user could not reach. */
export function prepareFolder(dataDir: string): Folder {
  const { real, home } = makeFolders(dataDir);
  const user = isRoot() ? settleOwner(home) : refuseForeignOwner(home);
  if ((statSync(home).mode & 0o777) !== 0o700) chmodSync(home, 0o700);
  const socketDir = chooseSocketDir(home);
  if (user !== undefined) refuseClosedParent(user, [...parents(home), ...parents(dirname(socketDir))]);
  return { dataDir: real, home, cluster: join(home, "data"), socketDir, logFile: join(real, "postgres.log"), user };
}

function makeFolders(dataDir: string): { readonly real: string; readonly home: string } {
  try {
    mkdirSync(dataDir, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
    const real = realpathSync(dataDir);
    if (isRoot()) letPass(real);
    mkdirSync(join(real, "postgres"), { recursive: true, mode: 0o700 });
    return { real, home: realpathSync(join(real, "postgres")) };
  } catch (cause) {
    const way = "make it writable, or set DATA_DIR to another folder.";
    throw new EmbeddedProblem(`${dataDir} cannot hold data (${errorCode(cause)}): ${way}`, { cause });
  }
}

/** The folder for the socket, made when missing. Others must not be able to put a socket of theirs there. */
export function prepareSocketDir({ socketDir, user }: Folder): void {
  const owner = user?.uid ?? process.getuid?.();
  try {
    mkdirSync(socketDir, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  // Root's own, made a moment ago, by us or by another who starts now.
  if (user !== undefined && lstatSync(socketDir).uid === 0) lchownSync(socketDir, user.uid, user.gid);
  const found = lstatSync(socketDir);
  if (found.isDirectory() && found.uid === owner && (found.mode & 0o777) === 0o700) return;
  throw new EmbeddedProblem(
    `${socketDir}, for PostgreSQL's socket, belongs to somebody else: remove it, or set DATA_DIR to a shorter path.`,
  );
}

/** A folder outside DATA_DIR is not left behind. */
export function removeSocketDir({ socketDir, home }: Folder): void {
  if (dirname(socketDir) === home) return;
  try {
    rmdirSync(socketDir);
  } catch {
    // Not empty or gone: somebody started in between and uses it.
  }
}

function chooseSocketDir(home: string): string {
  const near = join(home, "run");
  if (Buffer.byteLength(join(near, `.s.PGSQL.${PORT}`)) <= SOCKET_PATH_BYTES) return near;
  const digest = createHash("sha256").update(home).digest("hex").slice(0, 16);
  return join(realpathSync(tmpdir()), `tollgate-${digest}`);
}

function letPass(dataDir: string): void {
  const { uid, mode } = statSync(dataDir);
  // A sticky folder is the machine's temporary folder: everybody passes already, and closing it would hurt others.
  if (uid === 0 && (mode & 0o1000) === 0 && (mode & 0o777) !== 0o711) chmodSync(dataDir, 0o711);
}

/** Data that exists keeps its owner; data that root owns (new, or copied back from a backup) goes to the server's user. */
function settleOwner(home: string): RunUser {
  const { uid, gid } = statSync(home);
  if (uid !== 0) return { name: `#${uid}`, uid, gid };
  const user = userForRoot();
  // Its own verdict says nothing: files may come and go meanwhile, when two start at the same moment.
  spawnSync("chown", ["-hR", `${user.uid}:${user.gid}`, home]);
  if (statSync(home).uid === user.uid) return user;
  throw new EmbeddedProblem(
    `${home} could not be given to user ${user.name}: run Tollgate as another user than root, or set DATA_DIR to a folder on a local disk.`,
  );
}

function refuseForeignOwner(home: string): undefined {
  const { uid } = statSync(home);
  if (uid === process.getuid?.()) return;
  throw new EmbeddedProblem(
    `${home} belongs to user id ${uid}: start Tollgate as that user or as root, or set DATA_DIR to another folder.`,
  );
}

/** The folder and all above it, the outermost first. */
export function parents(folder: string): readonly string[] {
  return dirname(folder) === folder ? [folder] : [...parents(dirname(folder)), folder];
}

function refuseClosedParent(user: RunUser, folders: readonly string[]): void {
  const closed = firstClosedFolder(user, folders);
  if (closed === undefined) return;
  throw new EmbeddedProblem(
    `As root PostgreSQL runs as user ${user.name}, who cannot enter ${closed}: run \`chmod o+x '${closed}'\`, or set ` +
      "DATA_DIR to a folder elsewhere.",
  );
}
