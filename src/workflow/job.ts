import type { JobName, Todo } from "./ports.ts";

/** Jobs of one lane that a process works on at a time. */
export const JOBS_AT_A_TIME = 8;

/** How a piece of work ended. A thrown `Fault` means: later, after a back-off. */
export type JobResult = { readonly kind: "done" } | { readonly kind: "later"; readonly atMs: number };

export const done: JobResult = { kind: "done" };

export function later(atMs: number): JobResult {
  return { kind: "later", atMs: Math.round(atMs) };
}

/** Does what one follow-up asks for, from the latest state. */
export type JobHandler = (key: string, todo: Todo) => Promise<JobResult>;

export type JobHandlers = Readonly<Record<JobName, JobHandler>>;
