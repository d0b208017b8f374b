/** One at a time: a person whose dialog is open presses nothing else. */
export interface Turns {
  take<Answer>(work: () => Promise<Answer>): Promise<Answer>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(work) {
      const turn = last.then(work, work);
      last = turn;
      return turn;
    },
  };
}
