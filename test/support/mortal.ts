import { intercepted } from "./intercepted.ts";

/** The end of a process, thrown out of a port: everything after it in that process finds every port dead too. */
export class Death extends Error {}

/** A process's life, in calls to the outside. */
export interface Life {
  calls: number;
  isOver: boolean;
  /** Dies instead of this call. */
  readonly endsAt: number;
  /** The call that it did not live to see. */
  last: string;
}

export function lifeUntil(endsAt: number): Life {
  return { calls: 0, isOver: false, endsAt, last: "" };
}

/** The same port in a process that is killed at a certain call. */
export function mortal<Port extends object>(port: Port, life: Life): Port {
  const breathe = (): void => {
    if (life.isOver) throw new Death(`killed before ${life.last}`);
  };
  return intercepted(port, async (name, call) => {
    life.calls += 1;
    if (life.calls === life.endsAt) {
      life.isOver = true;
      life.last = name;
    }
    breathe();
    const answer = await call();
    // What comes back to a dead process is heard by nobody.
    breathe();
    return answer;
  });
}
