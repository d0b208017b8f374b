import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { Fault } from "../lib/fault.ts";
import type { ChartSpec } from "../notice/chart.ts";

/**
 * Draws pictures in a process of its own: one at a time, begun when the first is wanted, ended when none was for a while. Not in a
 * thread: what the libraries leave behind in our memory when a thread ends is 25 MB, of a process 1 MB.
 */
export interface Drawer {
  /** A PNG, the same bytes for the same spec. Throws a `Fault` when it takes too long or the process dies. */
  draw(spec: ChartSpec): Promise<Buffer>;
  /** The id of the process that is there now, with all that it holds; null when none is. */
  processId(): number | null;
  close(): Promise<void>;
}

export interface DrawerOptions {
  /** How long the process waits for more before it ends; 5 s unless given. */
  readonly idleMs?: number;
  /** For one picture, the process's start included; 20 s unless given. */
  readonly limitMs?: number;
}

const IDLE_MS = 5_000;
const LIMIT_MS = 20_000;
const MOST_HEAP_MB = 192;
/** A picture of ours has a twentieth of it. */
const MOST_BYTES = 500_000;
/** A crowd of cards wants one picture each: more than this wait in the outbox, not here. */
const MOST_WAITING = 100;

const Answer = z.union([z.object({ png: z.instanceof(Uint8Array) }), z.object({ problem: z.string() })]);

interface Wanted {
  readonly spec: ChartSpec;
  readonly resolve: (png: Buffer) => void;
  readonly reject: (error: Error) => void;
}

export function createDrawer({ idleMs = IDLE_MS, limitMs = LIMIT_MS }: DrawerOptions = {}): Drawer {
  const waiting: Wanted[] = [];
  let worker: ChildProcess | undefined;
  let current: Wanted | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ending: Promise<unknown> = Promise.resolve();

  function wake(): ChildProcess {
    // Beside this file, as it was built.
    const file = new URL(`./draw-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
    const begun = fork(fileURLToPath(file), [], {
      // It needs no secret, and says nothing but pictures. Nor our own arguments: `--env-file` would read all secrets anew.
      env: {},
      execArgv: [`--max-old-space-size=${MOST_HEAP_MB}`],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    });
    begun.on("message", (message) => {
      if (begun === worker) settle(message);
    });
    // It could not be begun, or not be spoken to.
    begun.on("error", (cause) => fail(begun, new Fault("unavailable", "the drawing process failed", { cause })));
    // Its memory is at its end, or somebody ended it.
    begun.on("exit", () => fail(begun, new Fault("unavailable", "the drawing process ended")));
    return begun;
  }

  function settle(message: unknown): void {
    const wanted = current;
    current = undefined;
    const answer = Answer.safeParse(message).data;
    if (answer === undefined) wanted?.reject(new Error("the drawing process answered something odd"));
    else if ("problem" in answer) wanted?.reject(new Error(`a picture could not be drawn: ${answer.problem}`));
    else if (answer.png.length > MOST_BYTES) wanted?.reject(new Error("a picture is too large"));
    else wanted?.resolve(Buffer.from(answer.png));
    next();
  }

  function fail(which: ChildProcess, error: Error): void {
    if (which !== worker) return;
    sleep();
    refuse(error);
    next();
  }

  function refuse(error: Error): void {
    const wanted = current;
    current = undefined;
    wanted?.reject(error);
  }

  function sleep(): void {
    clearTimeout(timer);
    const ended = worker;
    worker = undefined;
    if (ended !== undefined) ending = Promise.all([ending, endOf(ended)]);
  }

  function next(): void {
    if (current !== undefined) return;
    clearTimeout(timer);
    current = waiting.shift();
    if (current === undefined) {
      timer = setTimeout(sleep, idleMs).unref();
      return;
    }
    try {
      worker ??= wake();
    } catch (cause) {
      // As for want of memory. What waits behind it is tried all the same.
      refuse(new Fault("unavailable", "the drawing process could not be begun", { cause }));
      setImmediate(next);
      return;
    }
    const drawing = worker;
    timer = setTimeout(() => fail(drawing, new Fault("timeout", "a picture took too long to draw")), limitMs);
    // As for want of file descriptors, a process may be given that is none, without `send`: its `error` comes next.
    if (drawing.connected) drawing.send(current.spec);
  }

  return {
    draw: (spec) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= MOST_WAITING) {
          reject(new Fault("unavailable", "too many pictures wait to be drawn"));
          return;
        }
        waiting.push({ spec, resolve, reject });
        if (current === undefined) next();
      }),
    processId: () => worker?.pid ?? null,
    async close() {
      const gone = new Fault("unavailable", "Tollgate is stopping");
      for (const { reject } of waiting.splice(0)) reject(gone);
      refuse(gone);
      sleep();
      await ending;
    },
  };
}

/** It holds nothing that it would have to put away. */
async function endOf(child: ChildProcess): Promise<void> {
  const isThere = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  if (!isThere) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
