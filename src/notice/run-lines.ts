/** A run in a person's words. */
import { unreachable } from "../lib/decision.ts";
import type { Element, Rich, TimelineEntry } from "./card.ts";
import { hasParameters, pastWords } from "./remediation-words.ts";
import { type Names, nameOf, namesOf, type RunView } from "./views.ts";
import { sentence, sentenceList } from "./words.ts";

const NOTHING_CHANGED = "Nothing was changed.";

export function runTimeline(runs: readonly RunView[], names: Names): Element | null {
  if (runs.length === 0) return null;
  const entries = runs
    .toSorted((one, other) => one.atMs - other.atMs)
    .map((run): TimelineEntry => ({ atMs: run.atMs, text: runLine(run, names) }));
  return { kind: "timeline", entries };
}

export function runLine(run: RunView, names: Names): Rich {
  const { bold, rest } = wordsOf(run, names);
  return [{ bold }, rest];
}

/** The same without bold words, for a notification. */
export function runText(run: RunView, names: Names): string {
  const { bold, rest } = wordsOf(run, names);
  return `${bold}${rest}`;
}

function wordsOf(run: RunView, names: Names): { readonly bold: string; readonly rest: string } {
  const past = pastWords(run.remediation);
  const who = whoDid(run, names);
  const exactly = sentence(run.description);
  switch (run.status) {
    case "started":
      return { bold: "Under way", rest: `: ${exactly} Asked for${who}` };
    case "done":
      return { bold: past, rest: `${who}${whatExactly(run)}${verified(run)}` };
    case "partly-done":
      return {
        bold: "Partly done",
        rest: `: ${exactly} Asked for${who}${verified(run)} The rest must be done by hand.`,
      };
    case "refused":
      return { bold: "Not done", rest: `: ${exactly} Asked for${who} ${whyNothing(run.reason)}` };
    case "unknown":
      return {
        bold: "Outcome unknown, reading back",
        rest: `: ${exactly} Asked for${who}${run.reason === null ? "" : ` ${sentence(run.reason)}`}`,
      };
    case "reverted":
      return { bold: `${past}, then undone`, rest: `${who}${whatExactly(run)}` };
    default:
      return unreachable(run.status);
  }
}

/** ` Delete 2 API keys.`: where the past words do not say it all. */
function whatExactly({ remediation, description }: RunView): string {
  return hasParameters(remediation) ? ` ${sentence(description)}` : "";
}

function whyNothing(reason: string | null): string {
  if (reason === null) return NOTHING_CHANGED;
  return reason.includes(NOTHING_CHANGED) ? sentence(reason) : `${sentence(reason)} ${NOTHING_CHANGED}`;
}

/** ` by Ann Ito, approved by Ben Okafor.` */
function whoDid(run: RunView, names: Names): string {
  const approvers = sentenceList(namesOf(names, run.approvedBy));
  return ` by ${nameOf(names, run.by)}${approvers === "" ? "" : `, approved by ${approvers}`}.`;
}

function verified(run: RunView): string {
  return run.evidence.length === 0 ? "" : ` Verified: ${run.evidence.map(sentence).join(" ")}`;
}

/** What people must still do by hand, for every run that was only partly done. */
export function remainingLists(runs: readonly RunView[]): readonly Element[] {
  return runs
    .filter((run) => run.status === "partly-done" && run.remaining.length > 0)
    .map((run) => ({ kind: "list", title: `Still to be done by hand: ${run.description}`, items: run.remaining }));
}
