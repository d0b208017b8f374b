import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { Fault } from "../lib/fault.ts";
import type { ChartSpec } from "../notice/chart.ts";

/** Draws pictures in a thread of its own: one at a time, begun when the first is wanted, ended when none was for a while. */
export interface Drawer {
  /** A PNG, the same bytes for the same spec. Throws a `Fault` when it takes too long. */
  draw(spec: ChartSpec): Promise<Buffer>;
  /** Whether the thread is there now, with all that it holds. */
  isAwake(): boolean;
  close(): Promise<void>;
}

export interface DrawerOptions {
  /** How long the thread waits for more before it ends; 5 s unless given. */
  readonly idleMs?: number;
  /** For one picture, the thread's start included; 20 s unless given. */
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
  let worker: Worker | undefined;
  let current: Wanted | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ending: Promise<unknown> = Promise.resolve();

  function wake(): Worker {
    // Beside this file, as it was built.
    const file = new URL(`./draw-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
    const begun = new Worker(file, { env: {}, resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB } });
    begun.on("message", (message) => settle(message));
    // Its memory is at its end, or it could not be loaded.
    begun.on("error", (cause) => fail(begun, new Error("the drawing thread failed", { cause })));
    begun.on("exit", () => fail(begun, new Fault("unavailable", "the drawing thread ended")));
    return begun;
  }

  function settle(message: unknown): void {
    const wanted = current;
    current = undefined;
    const answer = Answer.safeParse(message).data;
    if (answer === undefined) wanted?.reject(new Error("the drawing thread answered something odd"));
    else if ("problem" in answer) wanted?.reject(new Error(`a picture could not be drawn: ${answer.problem}`));
    else if (answer.png.length > MOST_BYTES) wanted?.reject(new Error("a picture is too large"));
    else wanted?.resolve(Buffer.from(answer.png));
    next();
  }

  function fail(which: Worker, error: Error): void {
    if (which !== worker) return;
    sleep();
    const wanted = current;
    current = undefined;
    wanted?.reject(error);
    next();
  }

  function sleep(): void {
    clearTimeout(timer);
    const ended = worker;
    worker = undefined;
    if (ended !== undefined) ending = Promise.allSettled([ending, ended.terminate()]);
  }

  function next(): void {
    clearTimeout(timer);
    current = waiting.shift();
    if (current === undefined) {
      timer = setTimeout(sleep, idleMs).unref();
      return;
    }
    worker ??= wake();
    const drawing = worker;
    timer = setTimeout(() => fail(drawing, new Fault("timeout", "a picture took too long to draw")), limitMs);
    drawing.postMessage(current.spec);
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
    isAwake: () => worker !== undefined,
    async close() {
      const gone = new Fault("unavailable", "Tollgate is stopping");
      for (const { reject } of waiting.splice(0)) reject(gone);
      current?.reject(gone);
      current = undefined;
      sleep();
      await ending;
    },
  };
}
