/** What one look at the set-up found. */
export interface Finding {
  /** `missing`: Tollgate cannot do its work without it. `warning`: it works, and will still hurt. */
  readonly verdict: "ok" | "warning" | "missing";
  /** A sentence for a tired person. What is missing says the way out. Never a secret. */
  readonly text: string;
}

/** One step of the set-up. */
export interface Step {
  readonly title: string;
  /** Heading in README.md that tells how it is done. */
  readonly readme: string;
  /** Milliseconds that each look may take. */
  readonly budgetMs: number;
  /** Looks from the first to the last, each told as soon as it is known. */
  look(): AsyncIterable<Finding>;
}

export function ok(text: string): Finding {
  return { verdict: "ok", text };
}

export function warning(text: string): Finding {
  return { verdict: "warning", text };
}

export function missing(text: string): Finding {
  return { verdict: "missing", text };
}
