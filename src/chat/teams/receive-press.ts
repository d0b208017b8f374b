import { orLate } from "../../lib/deadline.ts";
import { unreachable } from "../../lib/decision.ts";
import type { Card } from "../../notice/card.ts";
import type { ChatUser, PressAnswer } from "../platform.ts";
import { decodePress } from "../press.ts";
import { VERBS } from "./buttons.ts";
import { BUDGET_MS } from "./limits.ts";
import { CardAction, type Heard, type Pressed, pressedOf } from "./payload.ts";
import { FAILED, NOT_INSTALLED, type ReceiveOptions, report, TRY_AGAIN } from "./receive-context.ts";
import { CARD_TYPE, toActivity, toText } from "./render.ts";
import { textActivity } from "./tell.ts";
import type { HttpAnswer, JsonObject } from "./transport.ts";

const SENTENCE_TYPE = "application/vnd.microsoft.activity.message";

/** What came of a press. */
interface Outcome {
  readonly answer: PressAnswer;
  /** Null when not even that could be learned. */
  readonly by: ChatUser | null;
}

/** A press of an Action.Execute: its answer replaces the card for who pressed, or is a sentence that they alone see. */
export async function receiveAction(heard: Heard, options: ReceiveOptions): Promise<HttpAnswer> {
  const action = CardAction.safeParse(heard.value);
  if (!action.success) return said(FAILED);
  const { verb, data } = action.data;
  const subject = typeof data["subject"] === "string" ? data["subject"] : "";
  if (verb === VERBS.refresh) return refreshed(heard, subject, options);
  const pressed = pressedOf(data) ?? { press: "", subject };
  const answering = answerPress(heard, pressed, options);
  const acting = answering.then((outcome) => executed(outcome, pressed, options));
  const answer = await orLate(acting, BUDGET_MS.invoke);
  if (answer !== "late") return answer;
  options.log.warn({ ms: BUDGET_MS.invoke }, "a press was not answered in time");
  // What could not be said under the card is said in their chat.
  void answering.then((outcome) => tellPrivately(heard, outcome, options)).catch((error) => report(error, options.log));
  return said(TRY_AGAIN);
}

/** Old clients press an Action.Submit instead, which comes as a message: its answer can only be a message too. */
export async function receiveValue(heard: Heard, pressed: Pressed, options: ReceiveOptions): Promise<void> {
  await tellPrivately(heard, await answerPress(heard, pressed, options), options);
}

export async function answerPress(heard: Heard, pressed: Pressed, options: ReceiveOptions): Promise<Outcome> {
  const { handlers, verify } = options;
  let by: ChatUser | null = null;
  try {
    by = await verify(heard.claim);
    const press = decodePress(pressed.press);
    if (press !== undefined) return { answer: await handlers.press(by, press), by };
    return { answer: { kind: "told", text: await handlers.unknownPress(by, nameOf(pressed.press)) }, by };
  } catch (error) {
    report(error, options.log);
    return { answer: { kind: "told", text: FAILED }, by };
  }
}

/** Whatever was sent may come from outside and is quoted in the audit: only what looks like a name is kept. */
function nameOf(press: string): string {
  return /^[\w.-]{1,64}$/.test(press) ? press : "unknown";
}

async function executed({ answer, by }: Outcome, { subject }: Pressed, options: ReceiveOptions): Promise<HttpAnswer> {
  switch (answer.kind) {
    case "done":
      return (by === null ? null : await latest(by, subject, options)) ?? said("Done.");
    case "told":
      return said(answer.text);
    case "card": {
      // It is that card itself, as it is now: the home of who pressed.
      if (answer.card.subject === subject) return shown(await options.render(answer.card));
      const isSent = by !== null && (await options.teller.tell(by.userId, await messageOf(answer.card, options)));
      return said(isSent ? "It is in your chat with me." : NOT_INSTALLED);
    }
    case "dialog":
      return said("This button is from an older version. Press it on the newest card.");
    default:
      return unreachable(answer);
  }
}

async function refreshed(heard: Heard, subject: string, options: ReceiveOptions): Promise<HttpAnswer> {
  const looking = options.verify(heard.claim).then((user) => latest(user, subject, options));
  const card = await orLate(looking, BUDGET_MS.invoke).catch((error: unknown) => {
    report(error, options.log);
    return null;
  });
  return card === "late" || card === null ? said("There is nothing newer to show.") : card;
}

/** The card as this person sees it now; null when it could not be had in time. */
async function latest(user: ChatUser, subject: string, options: ReceiveOptions): Promise<HttpAnswer | null> {
  const card = await orLate(options.handlers.view(user, subject), BUDGET_MS.view);
  return card === "late" || card === null ? null : shown(await options.render(card));
}

async function tellPrivately(heard: Heard, { answer, by }: Outcome, options: ReceiveOptions): Promise<void> {
  if (by === null || answer.kind === "done") return;
  if (answer.kind === "dialog") return;
  const said = answer.kind === "told" ? textActivity(answer.text) : await messageOf(answer.card, options);
  if (await options.teller.tell(by.userId, said)) return;
  const { serviceUrl, conversationId } = heard.place;
  await options.transport.send({ serviceUrl, id: conversationId }, textActivity(NOT_INSTALLED));
}

async function messageOf(card: Card, options: ReceiveOptions): Promise<JsonObject> {
  return toActivity(await options.render(card), toText(card));
}

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards#response-format */
function shown(card: JsonObject): HttpAnswer {
  return { status: 200, body: { statusCode: 200, type: CARD_TYPE, value: card } };
}

function said(text: string): HttpAnswer {
  return { status: 200, body: { statusCode: 200, type: SENTENCE_TYPE, value: text } };
}
