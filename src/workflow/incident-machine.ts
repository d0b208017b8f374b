import type { Incident, IncidentCommand, IncidentEvent, IncidentRefusal } from "../incident/contract.ts";
import { decideIncident, type IncidentSettings } from "../incident/decide.ts";
import { evolveIncident, isByPerson, noIncident } from "../incident/evolve.ts";
import { remindersOf } from "../incident/reminders.ts";
import { unreachable } from "../lib/decision.ts";
import { alarmSubject, assignedSubject, detailsSubject, incidentSubject } from "../notice/subjects.ts";
import { ABOUT_NOTHING, type Machine } from "./execute.ts";
import type { FollowUp } from "./ports.ts";
import { atOnce, type Wishes } from "./wishes.ts";

export type IncidentMachine = Machine<Incident, IncidentCommand, IncidentEvent, IncidentRefusal>;

export function createIncidentMachine({ notify }: Wishes, settings: () => IncidentSettings): IncidentMachine {
  return {
    kind: "incident",
    initial: noIncident,
    decide: (state, command, nowMs) => decideIncident(state, command, nowMs, settings()),
    evolve: evolveIncident,
    reactionsTo(event, state, nowMs) {
      if (state.status === "none") return [];
      const card = notify(incidentSubject(state.id));
      const news = [...card, ...notify(detailsSubject(state.id)), atOnce("observe", state.id)];
      const alarm = () => notify(alarmSubject(state.id, nowMs));
      const remindLater = (): readonly FollowUp[] => {
        const { nextAtMs } = remindersOf(state, settings().remindAfterMs, nowMs);
        return nextAtMs === null ? [] : [{ job: "remind", key: state.id, dueAtMs: nextAtMs }];
      };
      switch (event.type) {
        case "incident-opened":
          return [...news, ...remindLater()];
        case "incident-reopened":
          // Whoever reopens it is there; the others are reminded if nobody acknowledges it.
          return [...news, ...(isByPerson(event) ? [] : alarm()), ...remindLater()];
        case "incident-escalated":
          return event.reason === "escalated" ? [...news, ...alarm(), ...remindLater()] : news;
        case "incident-unsilenced":
          return [...card, ...(event.isAlarm ? alarm() : []), ...remindLater()];
        case "incident-confirmed":
          return [...card, ...notify(detailsSubject(state.id))];
        case "incident-released":
        case "incident-woken":
          return [...card, ...remindLater()];
        case "incident-snoozed":
          return [...card, { job: "remind", key: state.id, dueAtMs: event.untilMs }];
        case "incident-merged":
          return [...card, ...notify(incidentSubject(event.into))];
        case "incident-took-in":
          return [...card, ...notify(incidentSubject(event.from))];
        case "incident-passed-on":
          return [];
        case "incident-unconfirmed":
        case "incident-acknowledged":
        case "incident-contained":
        case "incident-resolved":
          return card;
        case "incident-assigned":
          return [...card, ...(state.assigned === null ? [] : notify(assignedSubject(state.id, event.atMs)))];
        default:
          return unreachable(event);
      }
    },
    indexOf: (state, nowMs) =>
      state.status === "none"
        ? []
        : [
            {
              table: "incident",
              id: state.id,
              dedupKey: state.alert.dedupKey,
              accountSid: state.alert.accountSid,
              threat: state.alert.threat,
              status: state.status,
              openedAtMs: state.openedAtMs,
              changedAtMs: nowMs,
            },
          ],
    about: (state) =>
      state.status === "none"
        ? ABOUT_NOTHING
        : { accountSid: state.alert.accountSid, incidentId: state.id, what: null },
  };
}
