import { unreachable } from "../lib/decision.ts";
import type { Incident, IncidentEvent, LiveIncident } from "./contract.ts";

export const noIncident: Incident = { status: "none" };

export function evolveIncident(state: Incident, event: IncidentEvent): Incident {
  if (event.type === "incident-opened") {
    return {
      status: "open",
      id: event.id,
      alert: event.alert,
      openedAtMs: event.atMs,
      reopenedAtMs: null,
      confirmation: event.alert.category === null ? "confirmed" : "reported",
      countries: event.alert.countries,
    };
  }
  if (state.status === "none") throw new Error(`an incident cannot begin with ${event.type}`);
  switch (event.type) {
    case "incident-escalated":
      return { ...state, alert: event.alert, countries: union(state.countries, event.alert.countries) };
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
      return { ...core(state), status: "acknowledged", acknowledgedBy: event.by, acknowledgedAtMs: event.atMs };
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
        ? { ...core(state), status: "open" }
        : { ...core(state), status: "acknowledged", acknowledgedBy: by, acknowledgedAtMs: event.atMs };
    }
    case "incident-resolved":
      return {
        ...core(state),
        status: "resolved",
        resolvedBy: event.by,
        resolvedAtMs: event.atMs,
        acknowledgedBy: owner(state),
      };
    case "incident-reopened":
      return {
        ...core(state),
        status: "open",
        alert: event.alert,
        reopenedAtMs: event.atMs,
        confirmation: event.alert.category === null ? "confirmed" : "reported",
      };
    default:
      return unreachable(event);
  }
}

function core(state: LiveIncident) {
  const { id, alert, openedAtMs, reopenedAtMs, confirmation, countries } = state;
  return { id, alert, openedAtMs, reopenedAtMs, confirmation, countries };
}

function owner(state: LiveIncident) {
  return state.status === "open" ? null : state.acknowledgedBy;
}

function union(known: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])];
}
