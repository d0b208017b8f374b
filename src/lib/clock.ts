/** The only place that asks what time it is. Rules take `nowMs` as an argument. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
