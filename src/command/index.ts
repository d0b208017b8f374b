/** What people can ask. A new command is one file and one line. */
import type { Command } from "./contract.ts";
import { usage } from "./usage.ts";

export { allHelp } from "./help.ts";

export const commands: readonly Command[] = [usage];

/** By its name without prefix: `usage`. */
export function findCommand(name: string): Command | undefined {
  return commands.find((command) => command.name === name.toLowerCase());
}
