/** https://www.twilio.com/docs/usage/rest-api-best-practices: Twilio limits how many requests are under way at once. */
const AT_ONCE = 10;

/** Works on all of them, so many at once, and answers in their order. The first that throws ends it. */
export async function inParallel<Item, Answer>(
  items: readonly Item[],
  work: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const left = items.entries();
  async function worker(): Promise<void> {
    // One iterator for all workers: each takes the next item that nobody has.
    for (const [index, item] of left) answers[index] = await work(item);
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return answers;
}
