import type { Policy } from "../config.ts";
import { type Finding, missing, ok, warning } from "./contract.ts";
import { folderProblem } from "./folder.ts";

/** Where a rotated token will go. No secret is made to try it. */
export async function* lookAtSink({ secretSink }: Policy): AsyncGenerator<Finding> {
  if (secretSink.kind === "command") {
    yield warning("secretSink.command cannot be tried without a token: rotate one of a subaccount that may fail.");
    return;
  }
  const problem = await folderProblem(secretSink.folder);
  yield problem === null
    ? ok(`Rotated tokens can be written to ${secretSink.folder}.`)
    : missing(`secretSink: rotated tokens could not be written to ${secretSink.folder}: ${problem}.`);
}
