/** What people can ask. A new command is one file and one line. */
import type { Command } from "./contract.ts";
import { usage } from "./usage.ts";

export const commands: readonly Command[] = [usage];
