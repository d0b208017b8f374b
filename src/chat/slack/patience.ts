/** What `work` answers, or `late` after this long; the work itself goes on. */
export async function within<Answer>(work: Promise<Answer>, budgetMs: number): Promise<Answer | "late"> {
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
