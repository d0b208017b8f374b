import type { Severity } from "../detection/contract.ts";
import { isAccountSid } from "../lib/id.ts";
import { nearest } from "../lib/nearest.ts";
import type { KnownAccount } from "./contract.ts";
import { findAccount } from "./find-account.ts";
import { joined, plain, quoted, splitWords, type Word } from "./words.ts";

export type ReportWords =
  | {
      readonly kind: "report";
      readonly account: KnownAccount;
      readonly severity: Severity;
      readonly summary: string;
    }
  /** `meant`: what was probably meant, without the command's name; null when nobody can tell. */
  | { readonly kind: "wrong"; readonly problem: string; readonly meant: string | null };

/** No account has a longer name that anybody types. */
const MOST_NAME_WORDS = 10;

/**
 * What follows `new`: how bad (a warning when nothing is said), the account by its whole name or SID, what happened. A part of a
 * name opens nothing: everybody reads what is opened here, and the record keeps it.
 */
export function parseReport(words: readonly Word[], accounts: readonly KnownAccount[]): ReportWords {
  const [first] = words;
  if (first === undefined) return wrong("Which account, and what happened? Write both behind it.");
  const severity = severityOf(first);
  const plainly = reportOf(words, "warning", accounts);
  // An account may be called `Critical Care`.
  if (severity === undefined || plainly.kind === "report") return plainly;
  return reportOf(words.slice(1), severity, accounts);
}

function severityOf({ text, isQuoted }: Word): Severity | undefined {
  const word = text.toLowerCase().replace(/:$/, "");
  return isQuoted ? undefined : (["critical", "warning"] as const).find((severity) => severity === word);
}

function reportOf(words: readonly Word[], severity: Severity, accounts: readonly KnownAccount[]): ReportWords {
  const before = severity === "critical" ? "new critical" : "new";
  for (const { name, rest } of splits(words)) {
    const key = plain(name);
    const [account, another] = accounts.filter(({ sid, friendlyName }) => sid === name || plain(friendlyName) === key);
    // A SID says enough by itself: Twilio may not be able to say what accounts there are.
    const found = account ?? (isAccountSid(name) ? { sid: name, friendlyName: name, isParent: false } : undefined);
    if (found === undefined) continue;
    if (another !== undefined) return wrong(`Several accounts are called ${quoted(name)}. Write the SID.`);
    const longer = mistypedLonger(words, found, accounts);
    if (longer !== undefined) return { kind: "wrong", problem: ambiguous(found), meant: `${before} ${longer}` };
    if (rest === "") return wrong(`What happened on ${found.friendlyName}? Write it behind.`);
    return { kind: "report", account: found, severity, summary: rest };
  }
  return guessed(words, before, accounts);
}

/** The first words as a name, the longest first; what is in quotes is a name by itself. */
function splits(words: readonly Word[]): readonly { readonly name: string; readonly rest: string }[] {
  const most = words[0]?.isQuoted === true ? 1 : Math.min(words.length, MOST_NAME_WORDS);
  return Array.from({ length: most }, (_, index) => most - index).map((count) => ({
    name: joined(words.slice(0, count)).replace(/:$/, ""),
    rest: joined(words.slice(count)).replace(/^[:\p{Pd}]\s*/u, ""),
  }));
}

/** With accounts `Acme` and `Acme Voice EU`, `Acme Vioce EU is loud` means the second. In quotes a name is what it is. */
function mistypedLonger(
  words: readonly Word[],
  found: KnownAccount,
  accounts: readonly KnownAccount[],
): string | undefined {
  if (isAccountSid(joined(words.slice(0, 1)))) return undefined;
  const length = (name: string) => splitWords(name).length;
  const names = accounts.map(({ friendlyName }) => friendlyName);
  const longer = names.filter((name) => length(name) > length(found.friendlyName));
  for (const { name, rest } of splits(words)) {
    const meant = nearest(
      name,
      longer.filter((one) => length(one) === length(name)),
    );
    if (meant !== undefined) return `${meant} ${rest}`;
  }
  return undefined;
}

function ambiguous({ friendlyName }: KnownAccount): string {
  return `This may be about ${friendlyName} or about another account. Put the name in quotes if it is about ${friendlyName}.`;
}

function guessed(words: readonly Word[], before: string, accounts: readonly KnownAccount[]): ReportWords {
  const problem = "An incident is opened for an account by its whole name or its SID.";
  for (const { name, rest } of splits(words)) {
    const match = findAccount(name, accounts);
    if (match.kind === "several") return wrong(match.problem);
    if (match.kind === "one")
      return { kind: "wrong", problem, meant: `${before} ${match.account.friendlyName} ${rest}` };
  }
  const names = accounts.map(({ friendlyName }) => friendlyName);
  for (const { name, rest } of splits(words)) {
    const meant = nearest(name, names);
    if (meant !== undefined) return { kind: "wrong", problem, meant: `${before} ${meant} ${rest}` };
  }
  return wrong(`${quoted(joined(words))} begins with no account of yours.`);
}

function wrong(problem: string): ReportWords {
  return { kind: "wrong", problem, meant: null };
}
