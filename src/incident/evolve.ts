import type { Alert, Threat } from "../detection/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { PersonId } from "../lib/id.ts";
import type { Alarm, Incident, IncidentEvent, LiveIncident, ResolvedIncident } from "./contract.ts";
import { isSnoozed } from "./reminders.ts";

export const noIncident: Incident = { status: "none" };

export function evolveIncident(state: Incident, event: IncidentEvent): Incident {
  if (event.type === "incident-opened") {
    return {
      status: "open",
      id: event.id,
      alert: event.alert,
      openedAtMs: event.atMs,
      reopenedAtMs: null,
      calledAtMs: event.atMs,
      confirmation: event.alert.category === null ? "confirmed" : "reported",
      countries: event.alert.countries,
      assignee: null,
      assigned: null,
      snoozedUntilMs: null,
      snoozedBy: null,
      alarm: null,
      merged: [],
    };
  }
  if (state.status === "none") throw new Error(`an incident cannot begin with ${event.type}`);
  switch (event.type) {
    case "incident-escalated":
      return {
        ...state,
        ...(event.reason === "escalated" ? { ...awake(state, event.atMs), ...alarmed(event, "became-critical") } : {}),
        alert: event.alert,
        countries: union(state.countries, event.alert.countries),
      };
    case "incident-confirmed":
      return {
        ...state,
        confirmation: "confirmed",
        countries: union(
          state.countries,
          event.observation.destinations.map((destination) => destination.country),
        ),
      };
    case "incident-unconfirmed":
      return { ...state, confirmation: "unconfirmed" };
    case "incident-acknowledged":
      return {
        ...core(state),
        status: "acknowledged",
        acknowledgedBy: event.by,
        acknowledgedAtMs: event.atMs,
        // An actor of kind person is somebody of the roster.
        ...(event.by.kind === "person" ? { assignee: event.by.personId as PersonId, assigned: null } : {}),
      };
    case "incident-contained":
      return {
        ...core(state),
        status: "contained",
        containedBy: event.runId,
        containedAtMs: event.atMs,
        acknowledgedBy: owner(state),
      };
    case "incident-released": {
      const by = owner(state);
      return by === null
        ? { ...core(state), status: "open", calledAtMs: event.atMs }
        : { ...core(state), status: "acknowledged", acknowledgedBy: by, acknowledgedAtMs: event.atMs };
    }
    case "incident-resolved":
      return resolved(state, event, { cause: event.cause ?? "other", note: event.note ?? null, mergedInto: null });
    case "incident-merged":
      return resolved(state, event, { cause: "merged", note: null, mergedInto: event.into });
    case "incident-took-in":
      return { ...state, merged: [...state.merged, event.from] };
    case "incident-passed-on":
      return state.status === "resolved" ? { ...state, heardAtMs: event.alert.lastSignalAtMs } : state;
    case "incident-assigned":
      return { ...state, assignee: event.to, assigned: isOwn(event) ? null : { by: event.by, atMs: event.atMs } };
    case "incident-snoozed":
      return { ...state, snoozedUntilMs: event.untilMs, snoozedBy: event.by };
    case "incident-woken":
      return { ...state, ...awake(state, event.atMs) };
    case "incident-reopened":
      return {
        ...core(state),
        ...awake(state, event.atMs),
        status: "open",
        alert: event.alert,
        reopenedAtMs: event.atMs,
        assignee: null,
        assigned: null,
        ...alarmed(event, event.isActiveAgain === true ? "active-again" : "came-back"),
        // Whoever reopens it is there, and nobody is called.
        ...(isByPerson(event) ? { alarm: null } : {}),
        confirmation: confirmationOf(state, event),
      };
    case "incident-unsilenced": {
      const { alarm, alert } = state;
      const why = "silence-over";
      const { atMs, isAlarm } = event;
      return {
        ...state,
        calledAtMs: atMs,
        alarm: isAlarm ? { atMs, threat: alarm?.threat ?? alert.threat, why } : alarm,
      };
    }
    default:
      return unreachable(event);
  }
}

type EventOf<Type extends IncidentEvent["type"]> = Extract<IncidentEvent, { readonly type: Type }>;

/** That the account is active again was read, not reported: what was known of the attack stays as sure as it was. */
function confirmationOf(
  { confirmation }: LiveIncident,
  event: EventOf<"incident-reopened">,
): LiveIncident["confirmation"] {
  if (event.isActiveAgain === true) return confirmation;
  return event.alert.category === null ? "confirmed" : "reported";
}

/** Else the alert reopened it, or what was read of its account. */
export function isByPerson({ by }: EventOf<"incident-reopened">): boolean {
  return by !== undefined && by !== null;
}

function resolved(
  state: LiveIncident,
  { by, atMs }: EventOf<"incident-resolved"> | EventOf<"incident-merged">,
  why: Pick<ResolvedIncident, "cause" | "note" | "mergedInto">,
): ResolvedIncident {
  const done = { resolvedBy: by, resolvedAtMs: atMs, acknowledgedBy: owner(state), heardAtMs: atMs };
  return { ...core(state), status: "resolved", ...done, ...why };
}

function isOwn({ by, to }: EventOf<"incident-assigned">): boolean {
  return by.kind === "person" && by.personId === to;
}

function core(state: LiveIncident) {
  const { id, alert, openedAtMs, reopenedAtMs, calledAtMs, confirmation, countries } = state;
  const { assignee, assigned, snoozedUntilMs, snoozedBy, alarm, merged } = state;
  const beside = { assignee, assigned, snoozedUntilMs, snoozedBy, alarm, merged };
  return { id, alert, openedAtMs, reopenedAtMs, calledAtMs, confirmation, countries, ...beside };
}

function alarmed(
  { alert, threat, atMs }: { readonly alert: Alert; readonly threat?: Threat; readonly atMs: number },
  why: Alarm["why"],
) {
  return { calledAtMs: atMs, alarm: { atMs, threat: threat ?? alert.threat, why } };
}

/** Its snooze, if it has one, ends now: reminders count from here, so that none is made up for the time in which it slept. */
function awake(state: LiveIncident, atMs: number) {
  const { snoozedUntilMs, snoozedBy } = state;
  return isSnoozed(state, atMs) ? { snoozedUntilMs: atMs, snoozedBy: null } : { snoozedUntilMs, snoozedBy };
}

function owner(state: LiveIncident) {
  return state.status === "open" ? null : state.acknowledgedBy;
}

function union(known: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])];
}
