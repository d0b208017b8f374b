import { orLate } from "../../lib/deadline.ts";
import { unreachable } from "../../lib/decision.ts";
import type { Card } from "../../notice/card.ts";
import type { ChatUser, PressAnswer } from "../platform.ts";
import { decodePress } from "../press.ts";
import { VERBS } from "./buttons.ts";
import { BUDGET_MS } from "./limits.ts";
import { CardAction, type Heard, type Pressed, pressedOf } from "./payload.ts";
import { FAILED, type ReceiveOptions, report, sayHere, sentenceFor, TRY_AGAIN, tellAlone } from "./receive-context.ts";
import { CARD_TYPE, toActivity, toText } from "./render.ts";
import { textActivity } from "./tell.ts";
import type { HttpAnswer, JsonObject } from "./transport.ts";

const SENTENCE_TYPE = "application/vnd.microsoft.activity.message";
const ON_ITS_WAY = "It is on its way to your chat with me.";
/** Only a client that cannot open dialogs asks for one by a message. */
const NEWER_TEAMS = "This button needs a newer Teams. Open the card on the desktop or in the browser.";

/** What came of a press. */
interface Outcome {
  readonly answer: PressAnswer;
  /** Null when not even that could be learned. */
  readonly by: ChatUser | null;
}

/** How it is answered; `isUndelivered` when the sentence stands for an answer that did not arrive. */
type Shown =
  | { readonly kind: "card"; readonly card: JsonObject }
  | { readonly kind: "sentence"; readonly text: string; readonly isUndelivered?: true };

/** A press of an Action.Execute: its answer replaces the card for who pressed, or is a sentence that they alone see. */
export async function receiveAction(heard: Heard, budgetMs: number, options: ReceiveOptions): Promise<HttpAnswer> {
  const action = CardAction.safeParse(heard.value);
  if (!action.success) return said(FAILED);
  const { verb, data } = action.data;
  const subject = typeof data["subject"] === "string" ? data["subject"] : "";
  if (verb === VERBS.refresh) return refreshed(heard, subject, budgetMs, options);
  const pressed = pressedOf(data) ?? { press: "", subject };
  let sentence = TRY_AGAIN;
  let isLate = false;
  const acting = answerPress(heard, pressed, options).then(async (outcome) => {
    // What can no more be said under the card is said in their chat.
    if (isLate) return tellPrivately(heard, outcome, options);
    if (outcome.answer.kind === "card") sentence = ON_ITS_WAY;
    const shown = await executed(outcome, pressed, options);
    if (isLate && shown.kind === "sentence" && shown.isUndelivered) await sayHere(heard.place, shown.text, options);
    return shown;
  });
  const shown = await orLate(acting, budgetMs);
  if (shown !== "late" && shown !== undefined) return httpAnswer(shown);
  isLate = true;
  options.log.warn({ ms: budgetMs }, "a press was not answered in time");
  options.later(acting);
  return said(sentence);
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

async function executed({ answer, by }: Outcome, { subject }: Pressed, options: ReceiveOptions): Promise<Shown> {
  switch (answer.kind) {
    case "done":
      return (by === null ? null : await latest(by, subject, options)) ?? sentenceOf("Done.");
    case "told":
      return sentenceOf(answer.text);
    case "card": {
      // It is that card itself, as it is now: the home of who pressed.
      if (answer.card.subject === subject) return { kind: "card", card: await options.render(answer.card) };
      if (by === null) return sentenceOf(FAILED);
      const missing = sentenceFor(await options.teller.tell(by.userId, await messageOf(answer.card, options)));
      if (missing === null) return sentenceOf("It is in your chat with me.");
      return { kind: "sentence", text: missing, isUndelivered: true };
    }
    case "dialog":
      return sentenceOf("This button is from an older version. Press it on the newest card.");
    default:
      return unreachable(answer);
  }
}

async function refreshed(
  heard: Heard,
  subject: string,
  budgetMs: number,
  options: ReceiveOptions,
): Promise<HttpAnswer> {
  const looking = options.verify(heard.claim).then((user) => latest(user, subject, options));
  const shown = await orLate(looking, budgetMs).catch((error: unknown) => {
    report(error, options.log);
    return null;
  });
  return shown === "late" || shown === null ? said("There is nothing newer to show.") : httpAnswer(shown);
}

/** The card as this person sees it now; null when it could not be had in time. */
async function latest(user: ChatUser, subject: string, options: ReceiveOptions): Promise<Shown | null> {
  const card = await orLate(options.handlers.view(user, subject), BUDGET_MS.view);
  return card === "late" || card === null ? null : { kind: "card", card: await options.render(card) };
}

async function tellPrivately({ place }: Heard, { answer, by }: Outcome, options: ReceiveOptions): Promise<void> {
  if (by === null || answer.kind === "done") return;
  const to = { place, userId: by.userId };
  if (answer.kind === "card") return tellAlone(to, await messageOf(answer.card, options), options);
  return tellAlone(to, textActivity(answer.kind === "told" ? answer.text : NEWER_TEAMS), options);
}

async function messageOf(card: Card, options: ReceiveOptions): Promise<JsonObject> {
  return toActivity(await options.render(card), toText(card));
}

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards#response-format */
function httpAnswer(shown: Shown): HttpAnswer {
  if (shown.kind === "sentence") return said(shown.text);
  return { status: 200, body: { statusCode: 200, type: CARD_TYPE, value: shown.card } };
}

function said(text: string): HttpAnswer {
  return { status: 200, body: { statusCode: 200, type: SENTENCE_TYPE, value: text } };
}

function sentenceOf(text: string): Shown {
  return { kind: "sentence", text };
}
