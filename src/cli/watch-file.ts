import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import type { Log } from "../lib/log.ts";

/** An editor writes in several steps, and for a moment there may be half a file or none. */
const SETTLED_AFTER_MS = 250;

interface Options {
  readonly path: string;
  readonly readFile: (path: string) => string;
  readonly onChange: () => void;
  readonly log: Log;
}

/**
 * Tells when the text of a file has changed. Watches its folder, since editors and orchestrators replace the file, or a link on
 * the way to it, and a watch on the file itself would stay with the old one.
 */
export function watchFile({ path, readFile, onChange, log }: Options): { close(): void } {
  let known = textOf(path, readFile);
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;

  function look(): void {
    timer = undefined;
    const text = textOf(path, readFile);
    if (text === known) return;
    known = text;
    onChange();
  }

  try {
    watcher = watch(dirname(path), () => {
      timer ??= setTimeout(look, SETTLED_AFTER_MS);
    });
    watcher.on("error", giveUp);
  } catch (error) {
    giveUp(error);
  }

  function giveUp(error: unknown): void {
    watcher?.close();
    log.warn({ err: error }, "changes of the policy file are not seen; send SIGHUP after a change");
  }

  return {
    close() {
      clearTimeout(timer);
      watcher?.close();
    },
  };
}

/** Undefined when it cannot be read. */
function textOf(path: string, readFile: Options["readFile"]): string | undefined {
  try {
    return readFile(path);
  } catch {
    return undefined;
  }
}
