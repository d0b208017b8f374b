import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Why this folder could not be written to, or made; null when it could. Nothing is written. */
export async function folderProblem(folder: string): Promise<string | null> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const found = await stat(path).catch(() => null);
    if (found === null && path !== dirname(path)) continue;
    if (found === null || !found.isDirectory()) return `${path} is not a folder`;
    // https://nodejs.org/api/fs.html#fspromisesaccesspath-mode: to make something in a folder takes both.
    const isWritable = await access(path, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    return isWritable ? null : `${path} may not be written to by this user`;
  }
}
