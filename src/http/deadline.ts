import { Fault } from "../lib/fault.ts";

/** What `work` answers, or a `Fault` of kind `timeout` when it takes longer. The work itself goes on: it may still have its effect. */
export async function within<Answer>(budgetMs: number, what: string, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Fault("timeout", `${what} took longer than ${budgetMs} ms`)), budgetMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
