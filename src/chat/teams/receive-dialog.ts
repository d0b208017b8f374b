import { orLate } from "../../lib/deadline.ts";
import { unreachable } from "../../lib/decision.ts";
import type { ChatUser, SubmitAnswer } from "../platform.ts";
import { decodeForm } from "../press.ts";
import { CLOSED, sentence } from "./dialog.ts";
import { fieldValues } from "./fields.ts";
import { type Heard, type Pressed, pressedOf, TaskRequest } from "./payload.ts";
import { FAILED, type ReceiveOptions, report, TRY_AGAIN } from "./receive-context.ts";
import { answerPress } from "./receive-press.ts";
import { textActivity } from "./tell.ts";
import type { HttpAnswer, JsonObject } from "./transport.ts";

/** A button that asks for a dialog. */
export async function receiveFetch(heard: Heard, budgetMs: number, options: ReceiveOptions): Promise<HttpAnswer> {
  const data = TaskRequest.safeParse(heard.value).data ?? {};
  const opened = await orLate(openFor(heard, pressedOf(data) ?? { press: "", subject: "" }, options), budgetMs);
  if (opened !== "late") return opened;
  options.log.warn({ ms: budgetMs }, "a dialog was not opened in time");
  return sentence(TRY_AGAIN);
}

async function openFor(heard: Heard, pressed: Pressed, options: ReceiveOptions): Promise<HttpAnswer> {
  const { answer, by } = await answerPress(heard, pressed, options);
  switch (answer.kind) {
    case "done":
      return sentence("Done.");
    case "told":
      return sentence(answer.text);
    case "card":
      return options.dialogs.showCard(answer.card);
    case "dialog":
      return options.dialogs.open(by?.userId ?? "", answer);
    default:
      return unreachable(answer);
  }
}

/** A dialog that was sent, or a button inside of one. */
export async function receiveSubmit(heard: Heard, budgetMs: number, options: ReceiveOptions): Promise<HttpAnswer> {
  const data = TaskRequest.safeParse(heard.value).data ?? {};
  const pressed = pressedOf(data);
  if (pressed !== null && data["form"] === undefined) return receiveFetch(heard, budgetMs, options);
  const answering = answerSubmit(heard, data, options);
  const acting = answering.then((outcome) => answered(outcome, data, options));
  const answer = await orLate(acting, budgetMs);
  if (answer !== "late") return answer;
  options.log.warn({ ms: budgetMs }, "a dialog was not answered in time");
  options.later(answering.then((outcome) => tellLate(outcome, options)));
  return sentence(TRY_AGAIN);
}

interface Outcome {
  readonly answer: SubmitAnswer;
  readonly by: ChatUser | null;
}

async function answerSubmit(heard: Heard, data: JsonObject, options: ReceiveOptions): Promise<Outcome> {
  const form = typeof data["form"] === "string" ? decodeForm(data["form"]) : undefined;
  if (form === undefined) {
    return { answer: { kind: "told", text: "This dialog is out of date. Close it and press again." }, by: null };
  }
  let by: ChatUser | null = null;
  try {
    by = await options.verify(heard.claim);
    return { answer: await options.handlers.submit({ user: by, form, values: fieldValues(data) }), by };
  } catch (error) {
    report(error, options.log);
    return { answer: { kind: "told", text: FAILED }, by };
  }
}

async function answered({ answer, by }: Outcome, data: JsonObject, options: ReceiveOptions): Promise<HttpAnswer> {
  switch (answer.kind) {
    case "done":
      return CLOSED;
    case "told":
      return sentence(answer.text);
    case "errors":
      return options.dialogs.correct(by?.userId ?? "", data["dialog"], answer.problems, fieldValues(data));
    case "dialog":
      return options.dialogs.open(by?.userId ?? "", answer);
    default:
      return unreachable(answer);
  }
}

/** The dialog has said "try again" by then: what came of it after all is said in their chat. */
async function tellLate({ answer, by }: Outcome, { teller }: ReceiveOptions): Promise<void> {
  if (by === null) return;
  if (answer.kind === "done") await teller.tell(by.userId, textActivity("It was sent after all."));
  if (answer.kind === "told") await teller.tell(by.userId, textActivity(answer.text));
}
