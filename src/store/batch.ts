import { Fault, isFault } from "../lib/fault.ts";

interface BatchOptions<Item, Answer> {
  /** Answers in the order of the items. `budgetMs` is what the oldest of them has left. */
  readonly flush: (items: readonly Item[], budgetMs: number) => Promise<readonly Answer[]>;
  /** Every item is answered, or rejected, about this long after it came. */
  readonly budgetMs: number;
  readonly mostItems: number;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly since: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets items that come together share one transaction and one commit. Idle: an item is flushed at once. While a flush is under
 * way the next ones gather, so that the batch grows by itself with the load and nobody ever waits for a timer.
 */
export function createBatch<Item, Answer>(options: BatchOptions<Item, Answer>): (item: Item) => Promise<Answer> {
  let gathered: Waiting<Item, Answer>[] = [];
  let isFlushing = false;

  async function flushAll(): Promise<void> {
    isFlushing = true;
    while (gathered.length > 0) {
      const batch = gathered.slice(0, options.mostItems);
      gathered = gathered.slice(options.mostItems);
      await flush(batch);
    }
    isFlushing = false;
  }

  async function flush(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    const oldest = batch[0];
    if (oldest === undefined) return;
    const budgetMs = options.budgetMs - (performance.now() - oldest.since);
    try {
      if (budgetMs <= 0) throw new Fault("timeout", "PostgreSQL was too busy to take this in time");
      const answers = await options.flush(
        batch.map(({ item }) => item),
        budgetMs,
      );
      batch.forEach((waiting, index) => {
        const answer = answers[index];
        if (answer === undefined) waiting.reject(new Error("a batch was answered in part"));
        else waiting.resolve(answer);
      });
    } catch (error) {
      // An item that cannot be stored must not take the others with it.
      const isTheServers = isFault(error) && error.kind !== "rejected";
      if (!isTheServers && batch.length > 1) for (const single of batch) await flush([single]);
      else for (const waiting of batch) waiting.reject(error);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      gathered.push({ item, since: performance.now(), resolve, reject });
      if (!isFlushing) void flushAll();
    });
}
