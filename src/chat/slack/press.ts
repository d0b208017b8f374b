import { z } from "zod";
import { unreachable } from "../../lib/decision.ts";
import type { IncidentId, RunId } from "../../lib/id.ts";
import type { Press } from "../../notice/card.ts";

const Name = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/);
const Incident = Name.transform((id) => id as IncidentId);
const Run = Name.transform((id) => id as RunId);

/** What a button of ours may hold: an action and ids. Signed by Slack, but an older version of ours may have written it. */
const PressShape = z.discriminatedUnion("action", [
  z.strictObject({ action: z.enum(["acknowledge", "resolve"]), incidentId: Incident }),
  z.strictObject({ action: z.literal("request"), incidentId: Incident, remediation: Name }),
  z.strictObject({ action: z.literal("undo"), incidentId: Incident, runId: Run }),
  z.strictObject({ action: z.enum(["approve", "deny"]), approvalId: Name }),
]);

export function encodePress(press: Press): string {
  return JSON.stringify(press);
}

/** Undefined for anything that is not exactly one of our presses. */
export function decodePress(value: string): Press | undefined {
  try {
    return PressShape.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

/** Names the press, different for different ones: Slack wants it unique in a block. */
export function actionIdOf(press: Press): string {
  switch (press.action) {
    case "acknowledge":
    case "resolve":
      return press.action;
    case "request":
      return `request.${press.remediation}`;
    case "undo":
      return `undo.${press.runId}`;
    case "approve":
    case "deny":
      return `${press.action}.${press.approvalId}`;
    default:
      return unreachable(press);
  }
}
