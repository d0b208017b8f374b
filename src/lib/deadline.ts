import { Fault } from "./fault.ts";

/** What `work` answers, or `late` after this long. The work itself goes on: it may still have its effect. */
export async function orLate<Answer>(work: Promise<Answer>, budgetMs: number): Promise<Answer | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), budgetMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same, with a `Fault` of kind `timeout` that names what was late. */
export async function within<Answer>(budgetMs: number, what: string, work: Promise<Answer>): Promise<Answer> {
  const answer = await orLate(
    work.then((value) => ({ value })),
    budgetMs,
  );
  if (answer === "late") throw new Fault("timeout", `${what} took longer than ${budgetMs} ms`);
  return answer.value;
}
