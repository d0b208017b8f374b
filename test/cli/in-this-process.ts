import type { Output } from "../../src/cli/output.ts";
import type { Outcome } from "./tollgate.ts";

/** Runs a command here instead of in a process of its own, and keeps what it says apart as a shell would. */
export async function inThisProcess(command: (output: Output) => Promise<number>): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const code = await command({
    say: (line) => {
      stdout += `${line}\n`;
    },
    note: (line) => {
      stderr += `${line}\n`;
    },
  });
  return { code, stdout, stderr };
}
