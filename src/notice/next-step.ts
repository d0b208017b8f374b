import { unreachable } from "../lib/decision.ts";
import { offeredRemediations } from "./remediation-offers.ts";
import type { IncidentView } from "./views.ts";
import { counted, sentence } from "./words.ts";

/** The one thing that helps most now, for somebody who was just woken up. Null when nothing is left to do. */
export function nextStep(view: IncidentView): string | null {
  const { incident, pending, runs } = view;
  if (incident.status === "resolved") return null;
  if (runs.some(({ status, remaining }) => status === "partly-done" && remaining.length > 0)) {
    return "Finish by hand what is listed below.";
  }
  const [waiting, another] = pending;
  if (another !== undefined) return `Get an answer to the ${counted(pending.length, "request")} below.`;
  if (waiting !== undefined) return `Get an answer to the request: ${sentence(waiting.description)}`;
  if (runs.some(({ status }) => status === "unknown")) return "Wait a moment: Tollgate is reading back what happened.";
  const underWay = runs.find(({ status }) => status === "started");
  if (underWay !== undefined) return `Wait a moment, this is under way: ${sentence(underWay.description)}`;
  const stop = stopIt(view);
  switch (incident.status) {
    case "open":
      return stop === null ? `Acknowledge it. ${NOTHING_LEFT}` : `Acknowledge it, then ${stop}`;
    case "acknowledged":
      return stop === null ? NOTHING_LEFT : `${stop.charAt(0).toUpperCase()}${stop.slice(1)}`;
    case "contained":
      return "See that it has stopped, then resolve it.";
    default:
      return unreachable(incident);
  }
}

const NOTHING_LEFT = "Nothing more can be done to the account from here now.";

/** The end of a sentence. Null when no remediation is left to ask for. */
function stopIt(view: IncidentView): string | null {
  if (offeredRemediations(view).fresh.length === 0) return null;
  return view.incident.confirmation === "unconfirmed"
    ? "see whether it is real: stop it, or resolve it as a false positive."
    : "stop it: the buttons below are in the order that works.";
}
