/** Prints each step with its time since the start, e.g. `  4.2 s  Ann Ito presses Suspend subaccount`. */
export interface Transcript {
  step(text: string): void;
  /** Something said on a card or in private, indented below its step. */
  quote(text: string): void;
  readonly elapsedMs: () => number;
}

const INDENT = " ".repeat(10);

export function createTranscript(write: (line: string) => void): Transcript {
  const startMs = performance.now();
  const elapsedMs = (): number => performance.now() - startMs;
  return {
    elapsedMs,
    step: (text) => write(`${(elapsedMs() / 1000).toFixed(1).padStart(6)} s  ${text}`),
    quote: (text) => {
      for (const line of text.split("\n")) if (line.trim() !== "") write(`${INDENT}| ${line}`);
    },
  };
}

/** The same for one of several stories that are told at once: its name stands before each step, and it quotes nothing. */
export function partOf(transcript: Transcript, name: string): Transcript {
  return { ...transcript, step: (text) => transcript.step(`[${name}] ${text}`), quote: () => {} };
}
