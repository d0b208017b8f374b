import type { JobsOptions } from "bullmq";
import { type JobName, platformOf } from "../workflow/ports.ts";

/**
 * Jobs that wait for different things do not wait for each other: while Slack hangs, a granted run still starts, and Teams is told.
 *
 * - `act`           a person waits for it, and it calls Twilio
 * - `tell-<chat>`   brings one chat platform up to date
 * - `watch`         looks at signals and accounts
 * - `read`          asks Twilio's records in its own time, and draws; what somebody waits for comes first
 */
export const LANES = ["act", "tell-slack", "tell-teams", "watch", "read"] as const;
export type Lane = (typeof LANES)[number];

const LANE_OF: Readonly<Record<Exclude<JobName, "notify" | "record">, Lane>> = {
  run: "act",
  expire: "act",
  lapse: "watch",
  remind: "watch",
  detect: "watch",
  observe: "watch",
  poll: "read",
  learn: "read",
  upkeep: "read",
  draw: "read",
};

export function laneOf({ job, key }: JobData): Lane {
  if (job !== "notify" && job !== "record") return LANE_OF[job];
  const platform = platformOf(key);
  if (platform === undefined) throw new Error(`the key of a ${job} job names no platform`);
  return `tell-${platform}`;
}

/** Name of a lane's queue. Two installations that share a store differ in their prefix. */
export const queueName = (prefix: string, lane: Lane): string => `${prefix}-${lane}`;

/** All that a job carries: ids. */
export interface JobData {
  readonly job: JobName;
  readonly key: string;
}

/** BullMQ builds its keys with it. https://docs.bullmq.io/guide/jobs/job-ids */
const FORBIDDEN_IN_IDS = ":";

/** Jobs without a priority come before all that have one. https://docs.bullmq.io/guide/jobs/prioritized */
const ROUTINE_PRIORITY = 1;

/**
 * At most one job of a name and key is active, and one more waiting. Nothing is kept: the outbox knows what is left to do, and repeats
 * it. A routine read has an id of its own, since one that waits among hundreds must not swallow the same when somebody waits for it: then
 * both may be active.
 */
export function jobOptions({ job, key }: JobData, lane: Lane, isRoutine: boolean): JobsOptions {
  if (key.includes(FORBIDDEN_IN_IDS)) throw new Error(`the key of a ${job} job contains "${FORBIDDEN_IN_IDS}"`);
  const standsBehind = isRoutine && lane === "read";
  return {
    attempts: 1,
    removeOnComplete: true,
    removeOnFail: true,
    deduplication: { id: `${job}.${key}${standsBehind ? ".routine" : ""}`, keepLastIfActive: true },
    ...(standsBehind ? { priority: ROUTINE_PRIORITY } : {}),
  };
}

/**
 * A killed worker's job is somebody else's after about this long; the defaults take more than a minute. A worker whose event loop
 * is blocked for longer loses its job to another while it works on: the streams' versions keep that harmless.
 */
export const WORKER_TIMES = {
  lockDuration: 8_000,
  stalledInterval: 3_000,
  /** Before a worker asks again after its store could not be reached. */
  runRetryDelay: 250,
} as const;

/** Whoever adds a job hears within this time that the queue is down. */
export const ADD_BUDGET_MS = 950;
