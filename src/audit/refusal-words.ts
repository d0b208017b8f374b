/** Why something was refused, for the audit channel. */
const WORDS: Readonly<Record<string, string>> = {
  "a-later-one": "a later incident goes on with that threat",
  "another-account": "the two are about different accounts",
  "already-acknowledged": "somebody acknowledged it before",
  "already-approved-by-you": "they had approved it before, and a person counts once",
  "already-assigned": "that person had it before",
  "already-contained": "it was contained before",
  "already-denied": "it was denied before",
  "already-expired": "it had expired",
  "already-granted": "it was granted before",
  "already-open": "what people report there has an incident that is open",
  "already-requested": "it was requested before",
  "already-resolved": "it was resolved before",
  "already-settled": "the run had ended",
  "already-silenced": "it was silenced before",
  "already-started": "the run had started",
  "already-withdrawn": "it had been withdrawn",
  bot: "apps and bots may not act",
  "cooled-down": "the incident is over for too long to be reopened",
  guest: "guests may not act",
  "merge-with-itself": "an incident cannot be merged into itself",
  "merged-away": "it had been merged into another incident",
  "merging-now": "somebody else was merging incidents of that account",
  "nobody-can-approve": "not enough people may approve it",
  "not-a-responder": "only a responder may do that",
  "not-an-approver": "only an approver may do that",
  "not-available": "it is not offered now",
  "not-contained": "it was not contained",
  "not-contained-by-this-run": "another run contained it",
  "not-due": "it is not time yet",
  "not-merged": "it was not merged into another one",
  "not-on-the-roster": "they are not on the roster",
  "not-resolved": "it was not resolved",
  "not-snoozed": "it was not snoozed",
  "not-started": "the run has not started",
  "nothing-to-revert": "there is nothing to undo",
  "on-the-roster-twice": "they are on the roster twice",
  "other-workspace": "they belong to another workspace",
  "own-request": "nobody approves their own request",
  "silence-in-the-past": "its end was over already",
  "silence-not-over": "it is not over yet",
  "silence-over": "it was over before",
  "silence-too-long": "no silence is that long",
  "snooze-in-the-past": "its end was over already",
  superseded: "another worker had taken it over",
  "unknown-account": "the account is none of ours",
  "unknown-action": "there is no such button any more",
  "unknown-incident": "there is no such incident",
  "unknown-preview": "the dialog was not known any more",
  "unknown-remediation": "there is no such remediation",
  "unknown-request": "there is no such request",
  "unknown-silence": "there is no such silence",
  "unknown-user": "Tollgate could not find out who they are",
  "without-a-role": "only a responder or an approver may do that",
};

/** The words of a refusal; a code that is not known is shown as it is. */
export function refusalWords(refusal: string | undefined): string {
  if (refusal === undefined) return "no reason was recorded";
  return Object.hasOwn(WORDS, refusal) ? (WORDS[refusal] ?? refusal) : refusal;
}

/** What was tried, after "tried to", where the name of the button does not read. */
const ATTEMPTS: Readonly<Record<string, string>> = {
  "end-silence": "end the silence of",
  more: "see more remediations of",
  "open-incident": "open an incident on",
  quiet: "snooze or silence",
  "refresh-home": "see their home in",
  report: "ask for a report of",
  show: "see",
  "take-in": "merge another incident into",
  wake: "end the snooze of",
};

/** The words of an attempt; one that is not known is shown as it is. */
export function attemptedWords(attempted: string): string {
  const words = Object.hasOwn(ATTEMPTS, attempted) ? ATTEMPTS[attempted] : undefined;
  // A command, which is asked for in a chat: `ask-usage`.
  return words ?? attempted.replace(/^ask-(.*)$/s, "ask for $1 in").replaceAll("-", " ");
}
