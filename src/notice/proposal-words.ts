import type { ConfigProposal } from "../detection/proposal.ts";
import type { Element } from "./card.ts";

/**
 * What to write into `tollgate.yml` after a false positive, where everybody sees it: one that is only resolved comes again. On one
 * line, since chat clients lose what lines are indented by; YAML reads the same.
 */
export function proposalElement({ yaml, why }: ConfigProposal): Element {
  return {
    kind: "text",
    text: [{ bold: "To hear no more of this" }, `, put into tollgate.yml:\n${flow(yaml)}\n${why}`],
  };
}

/** `a:`, `  b: [c]` -> `a: { b: [c] }`. Each line but the last holds the next one. */
function flow(yaml: string): string {
  const lines = yaml
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const outer = lines.slice(0, -1);
  const opened = outer.map((line) => `${line} { `).join("");
  return `${opened}${lines.at(-1) ?? ""}${" }".repeat(outer.length)}`;
}
