import { anchorText } from "../audit/anchor.ts";
import { bodyOf } from "../audit/body.ts";
import type { AuditRecord } from "../audit/envelope.ts";
import type { Observation } from "../detection/contract.ts";
import { threatTitle } from "../detection/threats.ts";
import type { LiveIncident } from "../incident/contract.ts";
import { causeWords } from "./cause-words.ts";
import { plain } from "./markdown.ts";
import { countryLines, moneyLines } from "./report-money.ts";
import { timelineLines } from "./report-timeline.ts";
import { gmt, timeLines } from "./report-times.ts";
import { runText } from "./run-lines.ts";
import { accountName, actorName, type IncidentView, nameOf, type RunView } from "./views.ts";
import { count, counted, sentence, sentenceList } from "./words.ts";

export interface ReportInput {
  readonly view: IncidentView;
  /** Oldest first. */
  readonly observations: readonly Observation[];
  /** About it and about what was merged into it, oldest first. */
  readonly records: readonly AuditRecord[];
  /** There are older ones than these. */
  readonly isCut: boolean;
  /** When people were called again, or reminded. */
  readonly calls: readonly { readonly kind: "alarm" | "reminder"; readonly atMs: number }[];
  readonly writtenAtMs: number;
}

/** `Incident 7: Toll fraud suspected on Acme Voice EU`, as plain text. */
export function reportTitle({ incident, account }: IncidentView): string {
  return `Incident ${incident.id}: ${threatTitle(incident.alert.threat)} on ${accountName(account)}`;
}

/**
 * The whole story of an incident as Markdown that can be pasted into a Slack canvas: lists and headings alone, since a canvas
 * counts the cells of its tables. Nothing that was never known has a section. https://docs.slack.dev/surfaces/canvases
 */
export function incidentReport(input: ReportInput): string {
  const { view, observations, records } = input;
  const bodies = records.map(bodyOf);
  return [
    `# ${plain(reportTitle(view))}`,
    `Written by Tollgate ${gmt(input.writtenAtMs)}. All times are GMT.`,
    section("Summary", bullets(summaryLines(view))),
    section("Times", bullets(timeLines(input, bodies))),
    section("Money", bullets(moneyLines(observations))),
    section("Where it went", bullets(countryLines(view.incident.countries, observations))),
    section("What was done", bullets(runLines(view))),
    section("Still to be done by hand", bullets(remainingLines(view.runs))),
    section("What happened", timelineLines(input, bodies)),
    section("Proof", proofLines(input)),
  ]
    .filter((part) => part !== null)
    .join("\n\n")
    .concat("\n");
}

function section(title: string, lines: readonly string[]): string | null {
  return lines.length === 0 ? null : `## ${title}\n\n${lines.join("\n")}`;
}

function bullets(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `- ${line}`);
}

function summaryLines(view: IncidentView): readonly string[] {
  const { incident, account, names, merged } = view;
  const { alert, assignee } = incident;
  const name = accountName(account);
  return [
    `What: ${plain(sentence(alert.summary))}`,
    `Account: ${plain(name)}${name === alert.accountSid ? "" : ` (${alert.accountSid})`}`,
    `Severity: ${alert.severity}`,
    `Status: ${statusWords(incident)}`,
    ...(incident.status === "resolved" ? [`Cause: ${causeWords(incident.cause)}`] : []),
    ...(incident.status === "resolved" && incident.note !== null ? [`Note: ${plain(incident.note)}`] : []),
    ...(assignee === null ? [] : [`In the hands of: ${plain(nameOf(names, assignee))}`]),
    ...(merged.length === 0
      ? []
      : [
          `Merged into it: ${sentenceList(merged.map(({ id, threat }) => `incident ${id} (${plain(threatTitle(threat))})`))}`,
        ]),
  ];
}

function statusWords(incident: LiveIncident): string {
  if (incident.status !== "resolved") return incident.status;
  const into = incident.mergedInto === null ? "" : ` into incident ${incident.mergedInto}`;
  return `resolved by ${plain(actorName(incident.resolvedBy))}${into}`;
}

function runLines({ runs, names }: IncidentView): readonly string[] {
  return runs.map((run) => `${gmt(run.atMs)}: ${plain(runText(run, names))}`);
}

function remainingLines(runs: readonly RunView[]): readonly string[] {
  return runs.flatMap(({ status, description, remaining }) =>
    status === "partly-done" ? remaining.map((step) => `${plain(sentence(step))} (${plain(description)})`) : [],
  );
}

/** What the report can be checked against. */
function proofLines({ records, isCut, view }: ReportInput): readonly string[] {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) return [];
  const range = first === last ? anchor(first) : `${anchor(first)} to ${anchor(last)}`;
  const cut = isCut ? ` Older ones were left out: \`tollgate audit export\` has all of them.` : "";
  const signals = view.signalCount === 0 ? "" : ` and ${counted(view.signalCount, "signal")} from Twilio`;
  return [
    `Told from ${count(records.length)} audit ${records.length === 1 ? "record" : "records"}, ${range}${signals}.${cut} ` +
      "`tollgate audit verify` shows whether any record was changed since.",
  ];
}

function anchor(record: AuditRecord): string {
  return `\`${anchorText(record)}\``;
}
