/** Members that touch nothing outside. */
const INSIDE = new Set<string | symbol>(["describe", "adoptToken"]);

/**
 * The same port with something around every call to the outside; `name` is that of the method. A port that a port holds or
 * answers is intercepted too.
 */
export function intercepted<Port extends object>(
  port: Port,
  around: (name: string, call: () => Promise<unknown>) => Promise<unknown>,
): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member === "object" && member !== null) return intercepted(member, around);
      if (typeof member !== "function" || INSIDE.has(name)) return member;
      return async (...parameters: unknown[]) => {
        const answer = await around(String(name), async () => member.apply(target, parameters));
        return name === "account" && typeof answer === "object" && answer !== null
          ? intercepted(answer, around)
          : answer;
      };
    },
  });
}
