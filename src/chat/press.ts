/**
 * What buttons and dialogs carry, as text: an action and ids. Platforms sign it, but an older version of ours may have written
 * it, so it is checked like anything from outside.
 */
import { z } from "zod";
import { type AccountSid, type IncidentId, isAccountSid, isName, type RunId, type SilenceId } from "../lib/id.ts";
import type { Form, Press } from "../notice/card.ts";

const Name = z.string().refine(isName);
const Incident = Name.transform((id) => id as IncidentId);
const Run = Name.transform((id) => id as RunId);
const Silence = Name.transform((id) => id as SilenceId);
const Account = z.string().refine((sid): sid is AccountSid => isAccountSid(sid));

const PressShape: z.ZodType<Press> = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.enum(["acknowledge", "wake", "reopen", "report", "show", "resolve", "assign", "quiet", "merge", "more"]),
    incidentId: Incident,
  }),
  z.strictObject({ action: z.literal("request"), incidentId: Incident, remediation: Name }),
  z.strictObject({ action: z.literal("undo"), incidentId: Incident, runId: Run }),
  z.strictObject({ action: z.enum(["approve", "deny"]), approvalId: Name }),
  z.strictObject({ action: z.enum(["open-incident", "silence"]), accountSid: Account }),
  z.strictObject({ action: z.literal("end-silence"), silenceId: Silence }),
  z.strictObject({ action: z.literal("refresh-home") }),
]);

const FormShape: z.ZodType<Form> = z.discriminatedUnion("form", [
  z.strictObject({ form: z.literal("request"), previewId: Name }),
  z.strictObject({ form: z.enum(["resolve", "assign", "quiet", "merge", "more"]), incidentId: Incident }),
  z.strictObject({ form: z.enum(["silence", "open-incident"]), accountSid: Account }),
]);

export function encodePress(press: Press): string {
  return JSON.stringify(press);
}

/** Undefined for anything that is not exactly one of our presses. */
export function decodePress(value: string): Press | undefined {
  return decode(PressShape, value);
}

export function encodeForm(form: Form): string {
  return JSON.stringify(form);
}

/** Undefined for anything that is not exactly one of our forms. */
export function decodeForm(value: string): Form | undefined {
  return decode(FormShape, value);
}

function decode<Shape>(shape: z.ZodType<Shape>, value: string): Shape | undefined {
  try {
    return shape.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

/** Names the press, different for different ones: Slack wants it unique in a block. */
export function actionIdOf(press: Press): string {
  const { action, ...ids } = press;
  return [action, ...Object.values(ids)].join(".");
}
