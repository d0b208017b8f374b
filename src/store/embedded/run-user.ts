import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { EmbeddedProblem } from "./problem.ts";

/** The account that PostgreSQL runs as. It refuses root, so as root somebody else is needed. */
export interface RunUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** All that the server and its tools see of our environment: no token of ours can be read from theirs. */
const BARE_ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" } as const;

/** Options of `spawn` that make a command run as `user`, away from our folder and environment. */
export function asUser(user: RunUser | undefined) {
  const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  return { ...identity, env: BARE_ENVIRONMENT, cwd: "/" };
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** `postgres` where a system package made that user, else `nobody`. */
export function userForRoot(passwd = readFileSync("/etc/passwd", "utf8")): RunUser {
  for (const name of ["postgres", "nobody"]) {
    const entry = passwd.split("\n").find((line) => line.startsWith(`${name}:`));
    const [, , uid, gid] = entry?.split(":") ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedProblem(
    "PostgreSQL refuses to run as root and there is no user `postgres` or `nobody`: start Tollgate as another user, or set DATABASE_URL.",
  );
}

/**
 * The first of `folders` that `user` cannot enter. Asked of the system by trying, since modes alone know nothing of access
 * lists and network file systems.
 */
export function firstClosedFolder(user: RunUser, folders: readonly string[]): string | undefined {
  const script = 'for folder do cd -- "$folder" 2>/dev/null || { printf %s "$folder"; exit 1; }; done';
  const asked = spawnSync("/bin/sh", ["-c", script, "sh", ...folders], { ...asUser(user), encoding: "utf8" });
  return asked.status === 0 ? undefined : asked.stdout;
}
