/** Where the words of a command go. */
export interface Output {
  /** The result of a command. */
  say(line: string): void;
  /** Everything else that a person should know, apart from the result so that this can be piped. */
  note(line: string): void;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

export const processOutput: Output = { say, note };
