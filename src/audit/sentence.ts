import { unreachable } from "../lib/decision.ts";
import { at, textAt, textsAt } from "./body.ts";
import { type Actor, type AuditBody, type Json, PLATFORM_NAMES } from "./envelope.ts";
import { attemptedWords, refusalWords } from "./refusal-words.ts";

/** What a record says, in plain words and on one line: `Ann Ito (Slack) acknowledged incident 7`. */
export function sentence(body: AuditBody): string {
  return clean(`${who(body.actor)} ${deed(body)}${place(body)}`, LONGEST_SENTENCE);
}

/** The same where the reader knows which incident and account it is about. */
export function shortSentence(body: AuditBody): string {
  return clean(`${who(body.actor)} ${deed(body)}`, LONGEST_SENTENCE);
}

const LONGEST_SENTENCE = 700;
const LONGEST_QUOTE = 300;

function who(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return `${clean(actor.name, LONGEST_QUOTE)} (${PLATFORM_NAMES[actor.platform]})`;
    case "stranger":
      return `Somebody unknown on ${PLATFORM_NAMES[actor.platform]} (${clean(actor.userId, LONGEST_QUOTE)})`;
    case "twilio":
      return "Twilio";
    case "tollgate":
      return "Tollgate";
    default:
      return unreachable(actor);
  }
}

type Deed = (body: AuditBody) => string;

/** Every type that this version writes. The sentence begins with who did it. */
const DEEDS: Readonly<Record<string, Deed>> = {
  "incident-opened": (body) => `reported ${alert(body)}: opened ${incident(body)}`,
  "incident-escalated": (body) => `raised ${incident(body)}${because(body)}: ${alert(body)}`,
  "incident-reopened": (body) => reopening(body),
  "incident-confirmed": (body) => `confirmed ${incident(body)} by reading the account`,
  "incident-unconfirmed": (body) => `could not confirm ${incident(body)}${because(body)}`,
  "incident-acknowledged": (body) => `acknowledged ${incident(body)}`,
  "incident-contained": (body) => `marked ${incident(body)} as contained by run ${text(body, "runId")}`,
  "incident-released": (body) =>
    `marked ${incident(body)} as no longer contained: the account is active again after run ${text(body, "runId")}`,
  "incident-resolved": (body) => `resolved ${incident(body)}${cause(body)}`,
  "incident-assigned": (body) => assignment(body),
  "incident-snoozed": (body) => `snoozed ${incident(body)} until ${moment(body)}`,
  "incident-woken": (body) => `ended the snooze of ${incident(body)}`,
  "incident-unsilenced": (body) =>
    at(body.data, "isAlarm") === true
      ? `called people to ${incident(body)}: its silence is over`
      : `began to remind of ${incident(body)} anew: its silence is over`,
  "incident-merged": (body) => `merged ${incident(body)} into incident ${text(body, "into")}`,
  "incident-took-in": (body) => `let ${incident(body)} take in incident ${text(body, "from")}`,
  "incident-passed-on": (body) =>
    `reported ${alert(body)}: it goes on in incident ${text(body, "into")}, into which ${incident(body)} was merged`,
  "report-asked": () => "asked for a report",

  "silence-started": (body) =>
    `silenced ${quoted(body.what ?? undefined)} until ${moment(body)} as silence ${id(body)}, reason ${quoted(textAt(body.data, "reason"))}`,
  "silence-held-back": (body) => `reported ${reported(body, "heldBack")}: held back by silence ${id(body)}`,
  "silence-ended": (body) => `ended silence ${id(body)} of ${quoted(body.what ?? undefined)}`,
  "silence-lapsed": (body) => `closed silence ${id(body)} of ${quoted(body.what ?? undefined)}: its time was over`,

  "approval-requested": (body) =>
    `requested ${quoted(textAt(body.data, "request", "description"))} as request ${id(body)}${chosen(body)}, reason ${quoted(textAt(body.data, "request", "reason"))}`,
  "approval-given": (body) => `approved ${request(body)}`,
  "approval-granted": (body) => `gave the last approval that ${request(body)} needed: granted`,
  "approval-denied": (body) => `denied ${request(body)}`,
  "approval-withdrawn": (body) => `withdrew ${request(body)}`,
  "approval-expired": (body) => `closed ${request(body)}: it expired`,

  "run-started": (body) => `began ${run(body)}`,
  "run-resumed": (body) => `took ${run(body)} over after an interruption`,
  "run-step-recorded": (body) => `recorded step ${quoted(textAt(body.data, "step"))} of ${run(body)}`,
  "run-done": (body) => `finished ${run(body)}: done${list("checked", body.data, "evidence")}`,
  "run-partly-done": (body) =>
    `finished ${run(body)}: partly done${list("checked", body.data, "evidence")}${list("to do by hand", body.data, "remaining")}`,
  "run-refused": (body) => `did not carry out ${run(body)}${because(body)}`,
  "run-unknown": (body) => `cannot tell yet whether ${run(body)} took effect${because(body)}`,
  "run-reverted": (body) => `undid ${run(body)} by run ${text(body, "by")}`,

  "setup-applied": (body) =>
    `set tripwires up for ${scope(body)} at ${text(body, "publicUrl")}, run by ${text(body, "by")}`,
  "setup-stopped": (body) => `ended the upkeep of tripwires, run by ${text(body, "by")}`,
  "tripwires-changing": (body) =>
    `began to change tripwires${list("gone without us", body.data, "removed")}${list("changes", body.data, "changes")}`,
  "tripwires-failed": (body) => `could not make all tripwires${list("failed", body.data, "failed")}`,

  refused: (body) =>
    `tried to ${attemptWords(textAt(body.data, "attempted"))} ${body.what === null ? clean(body.stream, LONGEST_QUOTE) : quoted(body.what)} and was refused: ${refusalWords(textAt(body.data, "refusal"))}`,
  "policy-loaded": (body) =>
    `loaded the people and policy of tollgate.yml${roster(body, "responder")}${roster(body, "approver")}, digest ${text(body, "digest").slice(0, 12)}`,
};

/** A record of a newer or older version is still told, without pretending to understand it. */
function deed(body: AuditBody): string {
  const known = Object.hasOwn(DEEDS, body.type) ? DEEDS[body.type] : undefined;
  return known === undefined ? `recorded ${quoted(body.type)} on ${clean(body.stream, LONGEST_QUOTE)}` : known(body);
}

function place(body: AuditBody): string {
  const places = [
    body.incidentId === null || body.type.startsWith("incident-") ? null : `incident ${body.incidentId}`,
    body.accountSid,
  ].filter((known) => known !== null);
  return places.length === 0 ? "" : ` [${clean(places.join(", "), LONGEST_QUOTE)}]`;
}

function incident(body: AuditBody): string {
  return `incident ${body.incidentId ?? id(body)}`;
}

/** `request k3 "Suspend the subaccount"` */
function request(body: AuditBody): string {
  return `request ${id(body)}${body.what === null ? "" : ` ${quoted(body.what)}`}`;
}

function run(body: AuditBody): string {
  return `run ${id(body)}${body.what === null ? "" : ` ${quoted(body.what)}`}`;
}

function alert(body: AuditBody): string {
  return reported(body, "alert");
}

function reported(body: AuditBody, name: "alert" | "heldBack"): string {
  const severity = textAt(body.data, name, "severity");
  // The quote stands within a sentence, so it ends without a full stop of its own.
  const summary = textAt(body.data, name, "summary")?.replace(/\.$/, "");
  return `${severity === undefined ? "" : `${severity}: `}${quoted(summary)}`;
}

/** What exactly, where the description only counts: ` (backup-service (…1ece87), reporting (…2426ca))`. */
function chosen(body: AuditBody): string {
  const details = textsAt(body.data, "request", "details");
  return details.length === 0 ? "" : ` (${clean(details.join("; "), LONGEST_QUOTE)})`;
}

/** `; approvers: Ben Okafor` */
function roster(body: AuditBody, role: string): string {
  const people = at(body.data, "policy", "people");
  if (!Array.isArray(people)) return "";
  const names = people
    .filter((person: Json) => textsAt(person, "roles").includes(role))
    .map((person: Json) => textAt(person, "name") ?? "?");
  return `; ${role}s: ${names.length === 0 ? "nobody" : clean(names.join(", "), LONGEST_QUOTE)}`;
}

function because(body: AuditBody): string {
  const reason = textAt(body.data, "reason");
  return reason === undefined || reason === "" ? "" : ` (${clean(reason, LONGEST_QUOTE)})`;
}

/** Streams are called `<kind>-<id>`. */
function id(body: AuditBody): string {
  return clean(body.stream.slice(body.stream.indexOf("-") + 1), LONGEST_QUOTE);
}

function text(body: AuditBody, name: string): string {
  return clean(textAt(body.data, name) ?? "unknown", LONGEST_QUOTE);
}

/** Which accounts a set-up was for. */
function scope(body: AuditBody): string {
  const sids = textsAt(body.data, "accountSids");
  return sids.length === 0 ? "every account" : clean(sids.join(", "), LONGEST_QUOTE);
}

function list(label: string, data: Json, name: string): string {
  const entries = textsAt(data, name);
  return entries.length === 0 ? "" : `; ${label}: ${clean(entries.join("; "), LONGEST_QUOTE)}`;
}

function attemptWords(code: string | undefined): string {
  return code === undefined ? "do something" : clean(attemptedWords(code), LONGEST_QUOTE);
}

/** ` (false positive: "the spring campaign")` */
function cause(body: AuditBody): string {
  const code = textAt(body.data, "cause");
  const note = textAt(body.data, "note");
  if (code === undefined) return "";
  return ` (${clean(code.replaceAll("-", " "), LONGEST_QUOTE)}${note === undefined ? "" : `: ${quoted(note)}`})`;
}

function reopening(body: AuditBody): string {
  if (body.actor.kind === "person") return `reopened ${incident(body)}`;
  return at(body.data, "isActiveAgain") === true
    ? `found the account active again, which no run of its own did: reopened ${incident(body)}`
    : `reported ${alert(body)} again: reopened ${incident(body)}`;
}

/** Whoever takes it on themselves is not "assigned to" themselves. */
function assignment(body: AuditBody): string {
  const to = text(body, "to");
  const isOwn = body.actor.kind === "person" && body.actor.personId === to;
  return isOwn ? `took ${incident(body)}` : `assigned ${incident(body)} to ${to}`;
}

/** `2026-03-03 10:15 UTC`: the record is read in every time zone. */
function moment(body: AuditBody): string {
  const untilMs = at(body.data, "untilMs");
  const date = new Date(typeof untilMs === "number" ? untilMs : Number.NaN);
  return Number.isNaN(date.getTime()) ? "unknown" : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function quoted(quote: string | undefined): string {
  return quote === undefined || quote === "" ? "(none)" : `"${clean(quote, LONGEST_QUOTE)}"`;
}

/** One line and no invisible characters, so that a typed reason cannot look like a second record. */
function clean(raw: string, longest: number): string {
  const line = raw.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
