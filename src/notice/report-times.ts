import type { AuditBody } from "../audit/envelope.ts";
import { plain } from "./markdown.ts";
import type { ReportInput } from "./report.ts";
import { actorName } from "./views.ts";
import { span } from "./words.ts";

/** `2026-11-21 03:01:10 GMT`. */
export function gmt(atMs: number): string {
  return `${day(atMs)} ${clock(atMs)} GMT`;
}

/** `2026-11-21` */
export function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** `03:01:10` */
export function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}

/** When it began, and how long each answer to it took. What did not happen is left out. */
export function timeLines({ view: { incident } }: ReportInput, bodies: readonly AuditBody[]): readonly string[] {
  const own = bodies.filter(({ incidentId }) => incidentId === incident.id);
  const { openedAtMs, alert } = incident;
  const acknowledged = own.find(({ type }) => type === "incident-acknowledged");
  const contained = own.find(({ type }) => type === "incident-contained");
  const took = ({ atMs }: AuditBody) => `${span(atMs - openedAtMs)} after it was opened`;
  return [
    `First signal: ${gmt(alert.firstSignalAtMs)}`,
    `Opened: ${gmt(openedAtMs)}`,
    acknowledged === undefined
      ? "Acknowledged: never"
      : `Acknowledged: ${gmt(acknowledged.atMs)} by ${plain(actorName(acknowledged.actor))}, ${took(acknowledged)}`,
    ...(contained === undefined ? [] : [`Contained: ${gmt(contained.atMs)}, ${took(contained)}`]),
    ...own.filter(({ type }) => type === "incident-reopened").map(({ atMs }) => `Reopened: ${gmt(atMs)}`),
    ...(incident.status === "resolved"
      ? [`Resolved: ${gmt(incident.resolvedAtMs)}, ${span(incident.resolvedAtMs - openedAtMs)} after it was opened`]
      : []),
  ];
}
