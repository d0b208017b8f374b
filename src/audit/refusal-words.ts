/** Why something was refused, for the audit channel. */
const WORDS: Readonly<Record<string, string>> = {
  "already-acknowledged": "somebody acknowledged it before",
  "already-approved-by-you": "they had approved it before, and a person counts once",
  "already-contained": "it was contained before",
  "already-denied": "it was denied before",
  "already-expired": "it had expired",
  "already-granted": "it was granted before",
  "already-requested": "it was requested before",
  "already-resolved": "it was resolved before",
  "already-settled": "the run had ended",
  "already-started": "the run had started",
  "already-withdrawn": "it had been withdrawn",
  "cooled-down": "the incident is over for too long to be reopened",
  "not-a-responder": "only a responder may do that",
  "not-an-approver": "only an approver may do that",
  "not-contained-by-this-run": "another run contained it",
  "not-due": "it is not time yet",
  "not-started": "the run has not started",
  "nothing-to-revert": "there is nothing to undo",
  "own-request": "nobody approves their own request",
  "unknown-incident": "there is no such incident",
  "unknown-request": "there is no such request",
};

/** The words of a refusal; a code that is not known is shown as it is. */
export function refusalWords(refusal: string | undefined): string {
  if (refusal === undefined) return "no reason was recorded";
  return Object.hasOwn(WORDS, refusal) ? (WORDS[refusal] ?? refusal) : refusal;
}
