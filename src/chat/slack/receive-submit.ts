import type { ViewResponseAction } from "@slack/bolt";
import { orLate } from "../../lib/deadline.ts";
import type { SubmitAnswer } from "../platform.ts";
import { BUDGET_MS } from "./limits.ts";
import type { SubmitPayload } from "./payload.ts";
import { FAILED, type ReceiveOptions, report, TRY_AGAIN } from "./receive-context.ts";
import { toTellingView } from "./render.ts";

/** The answer travels inside the acknowledgement: only so can a dialog show what is wrong. */
export async function receiveSubmit(
  submitted: SubmitPayload,
  ack: (response: ViewResponseAction) => Promise<void>,
  options: ReceiveOptions,
): Promise<void> {
  const { dialogs, log } = options;
  const answering = answerSubmit(submitted, options);
  const answer = await orLate(answering, BUDGET_MS.acknowledge - BUDGET_MS.fillAtOnce);
  if (answer === "late") {
    log.warn({ ms: BUDGET_MS.acknowledge }, "a dialog was not answered in time");
    await ack(problemsResponse(submitted, { "": TRY_AGAIN }));
    return followLate(submitted, await answering, options);
  }
  if (answer.kind !== "dialog") return ack(submitResponse(submitted, answer));
  await dialogs.goOn(submitted.viewId, answer, (view) => ack({ response_action: "update", view }));
}

async function followLate(submitted: SubmitPayload, late: SubmitAnswer, { dialogs }: ReceiveOptions): Promise<void> {
  const { viewId, title } = submitted;
  if (late.kind === "done") await dialogs.replace(viewId, title, "It was sent after all. You can close this.");
  if (late.kind === "told") await dialogs.replace(viewId, title, late.text);
}

async function answerSubmit(submitted: SubmitPayload, options: ReceiveOptions): Promise<SubmitAnswer> {
  const { form, values } = submitted;
  if (form === undefined) return { kind: "told", text: "This dialog is out of date. Close it and press again." };
  try {
    return await options.handlers.submit({ user: await options.verify(submitted.claim), form, values });
  } catch (error) {
    report(error, options.log);
    return { kind: "told", text: FAILED };
  }
}

function submitResponse(
  submitted: SubmitPayload,
  answer: Exclude<SubmitAnswer, { readonly kind: "dialog" }>,
): ViewResponseAction {
  if (answer.kind === "done") return { response_action: "clear" };
  if (answer.kind === "told") return telling(submitted.title, answer.text);
  return problemsResponse(submitted, answer.problems);
}

/** Slack refuses a problem at a block that is no input: what belongs nowhere is shown at the first one. */
function problemsResponse(submitted: SubmitPayload, problems: Readonly<Record<string, string>>): ViewResponseAction {
  const [first] = submitted.inputs;
  if (first === undefined) return telling(submitted.title, Object.values(problems).join("\n"));
  const errors = new Map<string, string>();
  for (const [field, problem] of Object.entries(problems)) {
    const block = submitted.inputs.includes(field) ? field : first;
    const before = errors.get(block);
    errors.set(block, before === undefined ? problem : `${before} ${problem}`);
  }
  if (errors.size === 0) return telling(submitted.title, FAILED);
  return { response_action: "errors", errors: Object.fromEntries(errors) };
}

function telling(title: string, sentence: string): ViewResponseAction {
  return { response_action: "update", view: toTellingView(title, sentence) };
}
