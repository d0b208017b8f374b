import type { ResolveCause } from "../incident/contract.ts";
import { unreachable } from "../lib/decision.ts";

/** Why an incident was resolved, as people choose it and as cards and reports name it: `False positive`. */
export function causeWords(cause: ResolveCause): string {
  switch (cause) {
    case "fraud-stopped":
      return "Fraud, stopped";
    case "false-positive":
      return "False positive";
    case "expected-traffic":
      return "Expected traffic";
    case "fault-fixed":
      return "A fault, fixed";
    case "other":
      return "Something else";
    case "merged":
      return "Merged into another incident";
    default:
      return unreachable(cause);
  }
}

/** What choosing it says, beside the choice. */
export function causeMeaning(cause: ResolveCause): string {
  switch (cause) {
    case "fraud-stopped":
      return "Somebody misused the account, and that is over.";
    case "false-positive":
      return "Nothing was wrong. Saying so helps to tune detection.";
    case "expected-traffic":
      return "Real and wanted, e.g. a campaign or a test.";
    case "fault-fixed":
      return "Something of ours was broken, and works again.";
    case "other":
      return "Please say what in the note.";
    case "merged":
      return "It goes on there.";
    default:
      return unreachable(cause);
  }
}
