import type { JobData, Lane } from "./catalogue.ts";

/** What carries the jobs of all lanes: Redis or PostgreSQL. */
export interface Backend {
  /** Rejects with a `Fault` within a second when it is down. A job whose time-out it was may be there after all. */
  add(lane: Lane, data: JobData, isRoutine: boolean): Promise<void>;
  /** Begins to work on every lane. */
  work(handle: (data: JobData) => Promise<void>): Promise<readonly Working[]>;
  ping(): Promise<void>;
  /** Closes everything but the workers. */
  close(): Promise<void>;
}

/** A lane's worker. */
export interface Working {
  /** Takes no more jobs and resolves when the active ones are over. */
  drain(): Promise<unknown>;
  /** Gives up on the active ones: their locks end, and another worker takes them. */
  abandon(): Promise<unknown>;
}
