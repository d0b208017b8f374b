import { at, bodyOf, textAt } from "../audit/body.ts";
import type { AuditBody, AuditRecord } from "../audit/envelope.ts";
import type { IncidentView } from "../notice/views.ts";

/**
 * The records of silences that kept this incident from people, out of those of its account: they say why it was opened late, or
 * why nobody was called.
 */
export function silencesOver(view: IncidentView, ofAccount: readonly AuditRecord[]): readonly AuditRecord[] {
  const records = ofAccount.filter(({ stream }) => stream.startsWith("silence-"));
  const bodies = records.map(bodyOf);
  const over = new Set(
    bodies
      .filter(({ type }) => type === "silence-started")
      .filter((started) => wasOver(view, started, bodies))
      .map(({ stream }) => stream),
  );
  return records.filter(({ stream }) => over.has(stream));
}

function wasOver({ incident, merged }: IncidentView, started: AuditBody, bodies: readonly AuditBody[]): boolean {
  const threat = textAt(started.data, "threat");
  if (threat !== undefined && ![incident.alert, ...merged].some((one) => one.threat === threat)) return false;
  const untilMs = at(started.data, "untilMs");
  const over = bodies.find(
    ({ stream, type }) => stream === started.stream && (type === "silence-ended" || type === "silence-lapsed"),
  );
  const overAtMs = Math.min(over?.atMs ?? Number.POSITIVE_INFINITY, typeof untilMs === "number" ? untilMs : 0);
  const beganAtMs = Math.min(incident.alert.firstSignalAtMs, incident.openedAtMs);
  const endedAtMs = incident.status === "resolved" ? incident.resolvedAtMs : Number.POSITIVE_INFINITY;
  return overAtMs >= beganAtMs && started.atMs <= endedAtMs;
}
