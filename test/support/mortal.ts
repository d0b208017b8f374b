/** The end of a process, thrown out of a port: everything after it in that process finds every port dead too. */
class Death extends Error {}

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

/** Members that touch nothing outside. */
const INSIDE = new Set<string | symbol>(["describe", "adoptToken"]);

/** The same port in a process that is killed at a certain call. A port that a port answers is mortal too. */
export function mortal<Port extends object>(port: Port, life: Life): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member === "object" && member !== null) return mortal(member, life);
      if (typeof member !== "function" || INSIDE.has(name)) return member;
      return async (...parameters: unknown[]) => {
        life.calls += 1;
        if (life.calls === life.endsAt) {
          life.isOver = true;
          life.last = String(name);
        }
        if (life.isOver) throw new Death(`killed before ${life.last}`);
        const answer: unknown = await member.apply(target, parameters);
        // What comes back to a dead process is heard by nobody.
        if (life.isOver) throw new Death(`killed before ${life.last}`);
        return name === "account" && typeof answer === "object" && answer !== null ? mortal(answer, life) : answer;
      };
    },
  });
}
