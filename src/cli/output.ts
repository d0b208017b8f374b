/** The result of a command. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Everything else that a person should know, apart from the result so that this can be piped. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
