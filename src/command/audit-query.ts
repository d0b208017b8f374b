import type { Person } from "../approval/contract.ts";
import type { IncidentId } from "../lib/id.ts";
import { nearest } from "../lib/nearest.ts";
import { incidentNumber } from "./incident-number.ts";
import { joined, quoted, splitWords } from "./words.ts";

export type AuditWords =
  | { readonly kind: "help" }
  | { readonly kind: "today" }
  | { readonly kind: "incident"; readonly incidentId: IncidentId }
  | { readonly kind: "person"; readonly wanted: string }
  | { readonly kind: "account"; readonly wanted: string }
  | { readonly kind: "wrong"; readonly problem: string };

const SUBJECTS = ["incident", "person", "account", "today", "help"] as const;

/** `incident 7`, `7`, `person ann`, `account Acme Voice EU`, `today`; no words at all mean today. */
export function parseAudit(line: string, people: readonly Person[]): AuditWords {
  const words = splitWords(line);
  const [first, ...rest] = words;
  if (first === undefined) return { kind: "today" };
  const incidentId = incidentNumber(words);
  if (incidentId !== undefined) return { kind: "incident", incidentId };
  const subject = SUBJECTS.find((one) => !first.isQuoted && one === first.text.toLowerCase());
  const wanted = joined(rest);
  switch (subject) {
    case "help":
    case "today":
      return wanted === "" ? { kind: subject } : wrong(`Nothing follows ${subject}.`);
    case "incident":
      return wrong(wanted === "" ? "Which incident? Write its number." : `${quoted(wanted)} is no incident's number.`);
    case "person":
    case "account":
      return wanted === "" ? wrong(`Which ${subject}? Write its name behind.`) : { kind: subject, wanted };
    default:
      return guessed(joined(words), first.text, wanted, people);
  }
}

/** A mistyped first word, or a name without `person` before it. */
function guessed(whole: string, first: string, rest: string, people: readonly Person[]): AuditWords {
  const found = findPerson(whole, people);
  if (found.kind === "one")
    return wrong(`${quoted(whole)} alone says too little. Did you mean person ${found.person.id}?`);
  const meant = nearest(first, SUBJECTS);
  return wrong(
    meant === undefined
      ? `${quoted(whole)} names neither an incident, a person nor an account.`
      : `${quoted(first)} is not known here. Did you mean ${`${meant} ${rest}`.trim()}?`,
  );
}

function wrong(problem: string): AuditWords {
  return { kind: "wrong", problem };
}

export type PersonFound =
  | { readonly kind: "one"; readonly person: Person }
  | { readonly kind: "several"; readonly people: readonly Person[] }
  | { readonly kind: "none" };

/** By id, by name, or by the beginning of a first or last name. Upper and lower case are the same. */
export function findPerson(wanted: string, people: readonly Person[]): PersonFound {
  const key = wanted.toLowerCase();
  const ways: readonly ((person: Person) => boolean)[] = [
    ({ id }) => id.toLowerCase() === key,
    ({ name }) => name.toLowerCase() === key,
    ({ name }) => ` ${name.toLowerCase()}`.includes(` ${key}`),
  ];
  for (const fits of ways) {
    const matches = people.filter(fits);
    const [only] = matches;
    if (only !== undefined)
      return matches.length === 1 ? { kind: "one", person: only } : { kind: "several", people: matches };
  }
  return { kind: "none" };
}
