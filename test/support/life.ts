import { expect } from "vitest";
import type { ChatUser, SubmitAnswer } from "../../src/chat/platform.ts";
import type { ResolveCause } from "../../src/incident/contract.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import type { Dialog, Form } from "../../src/notice/card.ts";
import { ON_SLACK } from "./roster.ts";
import type { Replica } from "./workflow.ts";

type Hands = Pick<Replica, "handlers">;

/** Sends a form, one value a field. */
export function sendForm(
  { handlers }: Hands,
  form: Form,
  values: Readonly<Record<string, string>>,
  user: ChatUser = ON_SLACK.ann,
): Promise<SubmitAnswer> {
  const lists = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, [value]]));
  return handlers.submit({ user, form, values: lists });
}

export async function resolve(
  h: Hands,
  incidentId: IncidentId,
  user: ChatUser = ON_SLACK.ann,
  cause: ResolveCause = "fraud-stopped",
): Promise<void> {
  expect(await sendForm(h, { form: "resolve", incidentId }, { cause }, user)).toEqual({ kind: "done" });
}

/** What the dialog of a remediation asks for is bound to. */
export function previewIdOf({ submit }: Dialog): string {
  return submit?.form.form === "request" ? submit.form.previewId : "";
}
