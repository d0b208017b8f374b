import { foldRecords } from "../audit/line.ts";
import { unreachable } from "../lib/decision.ts";
import { nearest } from "../lib/nearest.ts";
import type { Element } from "../notice/card.ts";
import { counted } from "../notice/words.ts";
import { askedAccount } from "./asked-account.ts";
import { findPerson, parseAudit } from "./audit-query.ts";
import { commandHelp } from "./command-help.ts";
import type { AuditQuery, Command, CommandAnswer, CommandContext } from "./contract.ts";
import { dateOf } from "./dates.ts";
import { quoted } from "./words.ts";

const about = {
  name: "audit",
  summary: "Who did what, when and why",
  usageHint: "[incident 7 | person ann | account Acme Voice EU | today]",
  forms: [
    { form: "incident 7", meaning: "everything about incident 7; also just 7" },
    { form: "person ann", meaning: "what a person did and tried, by id or name" },
    { form: "account Acme Voice EU", meaning: "everything about an account, by its name, a part of it, or its SID" },
    { form: "today", meaning: "everything since midnight GMT; also without any word" },
    { form: "help", meaning: "this list" },
  ],
} as const;

/** The record that nobody can quietly change, read only. */
export const audit: Command = { ...about, run };

const MOST_LINES = 20;
/** Read to say how many there are; beyond it only that there are more. */
const COUNT_UP_TO = 500;
/** Small print that a platform cuts at 2,000 characters has room for this many long lines. */
const LINES_PER_ELEMENT = 4;

async function run(line: string, context: CommandContext): Promise<CommandAnswer> {
  const { desk, platform, nowMs } = context;
  const asked = parseAudit(line, desk.people());
  switch (asked.kind) {
    case "help":
      return commandHelp(about, platform);
    case "wrong":
      return commandHelp(about, platform, asked.problem);
    case "today": {
      const sinceMs = Date.parse(`${dateOf(nowMs)}T00:00:00Z`);
      return answer("today", { about: "since", sinceMs }, context);
    }
    case "incident":
      return answer(`incident ${asked.incidentId}`, { about: "incident", incidentId: asked.incidentId }, context);
    case "person":
      return ofPerson(asked.wanted, context);
    case "account": {
      const found = await askedAccount(asked.wanted, about, context);
      if (!found.found) return found.answer;
      const { sid, friendlyName } = found.account;
      return answer(friendlyName, { about: "account", accountSid: sid }, context);
    }
    default:
      return unreachable(asked);
  }
}

async function ofPerson(wanted: string, context: CommandContext): Promise<CommandAnswer> {
  const people = context.desk.people();
  const found = findPerson(wanted, people);
  if (found.kind === "one") {
    return answer(found.person.name, { about: "person", personId: found.person.id }, context);
  }
  if (found.kind === "several") {
    const names = found.people.map(({ name, id }) => `${name} (${id})`).join(", ");
    return commandHelp(about, context.platform, `${quoted(wanted)} fits several people: ${names}. Write the id.`);
  }
  // Somebody who left the roster is in the record still.
  const query: AuditQuery = { about: "person", personId: wanted };
  if ((await context.desk.records(query, 1)).length > 0) return answer(wanted, query, context);
  const meant = nearest(
    wanted,
    people.flatMap(({ id, name }) => [id, name, ...name.split(/\s+/)]),
  );
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  return commandHelp(about, context.platform, `Nobody on the roster is called ${quoted(wanted)}.${hint}`);
}

async function answer(of: string, query: AuditQuery, { desk }: CommandContext): Promise<CommandAnswer> {
  const heading = `Audit · ${of}`;
  const newestFirst = await desk.records(query, COUNT_UP_TO);
  if (newestFirst.length === 0) {
    return { heading, elements: [{ kind: "text", text: ["Nothing is recorded about this."] }], note: null };
  }
  const lines = foldRecords(newestFirst.toReversed());
  const shown = lines.slice(-MOST_LINES);
  const total =
    newestFirst.length === COUNT_UP_TO ? `${COUNT_UP_TO} or more records` : counted(newestFirst.length, "record");
  const isAll = shown.length === lines.length && newestFirst.length < COUNT_UP_TO;
  return {
    heading,
    elements: [
      {
        kind: "text",
        text: [isAll ? `${total}, newest last.` : `The newest ${shown.length} lines of ${total}, newest last.`],
      },
      ...timelines(shown),
    ],
    note: isAll ? null : "The operator gets all of it, checked, with npm run audit -- export.",
  };
}

function timelines(lines: ReturnType<typeof foldRecords>): readonly Element[] {
  return Array.from({ length: Math.ceil(lines.length / LINES_PER_ELEMENT) }, (_, index) => ({
    kind: "timeline",
    entries: lines
      .slice(index * LINES_PER_ELEMENT, (index + 1) * LINES_PER_ELEMENT)
      .map(({ atMs, line }) => ({ atMs, text: [line] })),
  }));
}
