import type { App, ViewResponseAction, ViewSubmitAction } from "@slack/bolt";
import { orLate } from "../../lib/deadline.ts";
import type { Log } from "../../lib/log.ts";
import type { ChatHandlers, ChatUser, PressAnswer, SubmitAnswer } from "../platform.ts";
import type { Dialogs } from "./dialog.ts";
import { BUDGET_MS } from "./limits.ts";
import { CommandPayload, PressPayload, SubmitPayload } from "./payload.ts";
import { decodePress } from "../press.ts";
import { type RenderContext, toBlocks, toTellingView, toText } from "./render.ts";
import type { Teller } from "./tell.ts";
import type { Claim } from "./verify.ts";

const TRY_AGAIN = "Tollgate could not answer in time. Try again: what you do twice counts once.";
const FAILED = "Something went wrong in Tollgate, and it was reported. Look at the card before you try again.";

export interface ReceiveOptions {
  readonly handlers: ChatHandlers;
  readonly verify: (claim: Claim) => Promise<ChatUser>;
  readonly teller: Teller;
  readonly dialogs: Dialogs;
  readonly context: () => RenderContext;
  readonly log: Log;
}

/** Leads what people do in Slack to the handlers and the answers back. Nobody's click is ever met with silence. */
export function connectHandlers(app: App, options: ReceiveOptions): void {
  app.action({ type: "block_actions" }, async ({ body, ack }) => {
    const pressed = PressPayload.safeParse(body);
    if (pressed.success) await receivePress(pressed.data, () => ack(), options);
    else await refuseUnreadable("press", () => ack(), options);
  });
  app.view<ViewSubmitAction>({ type: "view_submission" }, async ({ body, ack }) => {
    const submitted = SubmitPayload.safeParse(body);
    if (submitted.success) await receiveSubmit(submitted.data, ack, options);
    else await refuseUnreadable("submission", () => ack(telling("Tollgate", FAILED)), options);
  });
  app.view({ type: "view_closed" }, async ({ ack }) => ack());
  app.command(/.*/, async ({ body, ack }) => {
    const asked = CommandPayload.safeParse(body);
    if (asked.success) await receiveCommand(asked.data, () => ack(), options);
    else await refuseUnreadable("command", () => ack(FAILED), options);
  });
}

async function refuseUnreadable(kind: string, ack: () => Promise<void>, { log }: ReceiveOptions): Promise<void> {
  log.error({ kind }, "Slack sent something in a form that is not known");
  await ack();
}

/** What was done is durable before it is acknowledged; a dialog comes after, since its trigger lives on. */
async function receivePress(pressed: PressPayload, ack: () => Promise<void>, options: ReceiveOptions): Promise<void> {
  const answering = answerPress(pressed, options);
  const answer = await orLate(answering, BUDGET_MS.acknowledge);
  await ack();
  if (answer !== "late") return follow(pressed, answer, options);
  options.log.warn({ ms: BUDGET_MS.acknowledge }, "a press was not answered in time");
  await options.teller.tell(pressed.place, TRY_AGAIN);
  const late = await answering;
  if (late.kind === "told") await follow(pressed, late, options);
}

async function answerPress(pressed: PressPayload, options: ReceiveOptions): Promise<PressAnswer> {
  const { handlers, verify } = options;
  try {
    const user = await verify(pressed.claim);
    const press = decodePress(pressed.value);
    if (press !== undefined) return await handlers.press(user, press);
    return { kind: "told", text: await handlers.unknownPress(user, pressed.actionId) };
  } catch (error) {
    report(error, options.log);
    return { kind: "told", text: FAILED };
  }
}

async function follow(pressed: PressPayload, answer: PressAnswer, options: ReceiveOptions): Promise<void> {
  if (answer.kind === "told") await options.teller.tell(pressed.place, answer.text);
  if (answer.kind === "dialog") await options.dialogs.show(pressed, answer);
}

/** The answer travels inside the acknowledgement: only so can a dialog show what is wrong. */
async function receiveSubmit(
  submitted: SubmitPayload,
  ack: (response: ViewResponseAction) => Promise<void>,
  options: ReceiveOptions,
): Promise<void> {
  const answering = answerSubmit(submitted, options);
  const answer = await orLate(answering, BUDGET_MS.acknowledge);
  if (answer !== "late") return ack(submitResponse(submitted, answer));
  options.log.warn({ ms: BUDGET_MS.acknowledge }, "a dialog was not answered in time");
  await ack(problemsResponse(submitted, { "": TRY_AGAIN }));
  const late = await answering;
  const sentence =
    late.kind === "done" ? "It was sent after all. You can close this." : late.kind === "told" ? late.text : null;
  if (sentence !== null) await options.dialogs.replace(submitted.viewId, submitted.title, sentence);
}

async function answerSubmit(submitted: SubmitPayload, options: ReceiveOptions): Promise<SubmitAnswer> {
  const { previewId, values } = submitted;
  if (previewId === undefined) return { kind: "told", text: "This dialog is out of date. Close it and press again." };
  try {
    return await options.handlers.submit({ user: await options.verify(submitted.claim), previewId, values });
  } catch (error) {
    report(error, options.log);
    return { kind: "told", text: FAILED };
  }
}

function submitResponse(submitted: SubmitPayload, answer: SubmitAnswer): ViewResponseAction {
  if (answer.kind === "done") return { response_action: "clear" };
  if (answer.kind === "told") return telling(submitted.title, answer.text);
  return problemsResponse(submitted, answer.problems);
}

/** Slack refuses a problem at a block that is no input: what belongs nowhere is shown at the first one. */
function problemsResponse(submitted: SubmitPayload, problems: Readonly<Record<string, string>>): ViewResponseAction {
  const [first] = submitted.inputs;
  if (first === undefined) return telling(submitted.title, Object.values(problems).join("\n"));
  const errors: Record<string, string> = {};
  for (const [field, problem] of Object.entries(problems)) {
    const block = submitted.inputs.includes(field) ? field : first;
    errors[block] = errors[block] === undefined ? problem : `${errors[block]} ${problem}`;
  }
  return Object.keys(errors).length === 0 ? telling(submitted.title, FAILED) : { response_action: "errors", errors };
}

function telling(title: string, sentence: string): ViewResponseAction {
  return { response_action: "update", view: toTellingView(title, sentence) };
}

async function receiveCommand(asked: CommandPayload, ack: () => Promise<void>, options: ReceiveOptions): Promise<void> {
  const { handlers, verify, teller, log } = options;
  await ack();
  try {
    const card = await handlers.command(await verify(asked.claim), asked.name, asked.words);
    await teller.respond(asked.place, { text: toText(card), blocks: toBlocks(card, options.context()) });
  } catch (error) {
    report(error, log);
    await teller.tell(asked.place, FAILED);
  }
}

function report(error: unknown, log: Log): void {
  log.error({ err: error instanceof Error ? error : new Error(String(error)) }, "a handler of Slack requests failed");
}
