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
  bot: "apps and bots may not act",
  "cooled-down": "the incident is over for too long to be reopened",
  guest: "guests may not act",
  "nobody-can-approve": "not enough people may approve it",
  "not-a-responder": "only a responder may do that",
  "not-an-approver": "only an approver may do that",
  "not-available": "it is not offered now",
  "not-contained-by-this-run": "another run contained it",
  "not-on-the-roster": "they are not on the roster",
  "not-due": "it is not time yet",
  "not-started": "the run has not started",
  "nothing-to-revert": "there is nothing to undo",
  "on-the-roster-twice": "they are on the roster twice",
  "other-workspace": "they belong to another workspace",
  "own-request": "nobody approves their own request",
  superseded: "another worker had taken it over",
  "unknown-action": "there is no such button any more",
  "unknown-incident": "there is no such incident",
  "unknown-preview": "the dialog was not known any more",
  "unknown-remediation": "there is no such remediation",
  "unknown-request": "there is no such request",
  "unknown-user": "Tollgate could not find out who they are",
};

/** The words of a refusal; a code that is not known is shown as it is. */
export function refusalWords(refusal: string | undefined): string {
  if (refusal === undefined) return "no reason was recorded";
  return Object.hasOwn(WORDS, refusal) ? (WORDS[refusal] ?? refusal) : refusal;
}
