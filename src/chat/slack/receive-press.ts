import { orLate } from "../../lib/deadline.ts";
import type { Press } from "../../notice/card.ts";
import type { ChatUser, PressAnswer } from "../platform.ts";
import { decodePress } from "../press.ts";
import { BUDGET_MS } from "./limits.ts";
import type { PressPayload } from "./payload.ts";
import { FAILED, type ReceiveOptions, report, TRY_AGAIN } from "./receive-context.ts";
import { toBlocks, toCardView, toTellingView, toText } from "./render.ts";

/** What came of a press; `by` is null when not even that could be learned. */
interface Outcome {
  readonly answer: PressAnswer;
  readonly by: ChatUser | null;
  readonly press: Press | undefined;
}

/** What was done is durable before it is acknowledged; a dialog comes after, since its trigger lives on. */
export async function receivePress(
  pressed: PressPayload,
  ack: () => Promise<void>,
  options: ReceiveOptions,
): Promise<void> {
  const answering = answerPress(pressed, options);
  const outcome = await orLate(answering, BUDGET_MS.acknowledge);
  await ack();
  if (outcome !== "late") return follow(pressed, outcome, options);
  options.log.warn({ ms: BUDGET_MS.acknowledge }, "a press was not answered in time");
  await tell(pressed, TRY_AGAIN, options);
  const late = await answering;
  // The trigger of a dialog is dead by now; everything else can still be said.
  if (late.answer.kind !== "dialog") await follow(pressed, late, options);
}

async function answerPress(pressed: PressPayload, options: ReceiveOptions): Promise<Outcome> {
  const { handlers, verify } = options;
  const press = decodePress(pressed.value);
  let by: ChatUser | null = null;
  try {
    by = await verify(pressed.claim);
    if (press !== undefined) return { answer: await handlers.press(by, press), by, press };
    return { answer: { kind: "told", text: await handlers.unknownPress(by, pressed.actionId) }, by, press };
  } catch (error) {
    report(error, options.log);
    return { answer: { kind: "told", text: FAILED }, by, press };
  }
}

async function follow(pressed: PressPayload, { answer, by, press }: Outcome, options: ReceiveOptions): Promise<void> {
  const isAtHome = pressed.surface === "home";
  if (answer.kind === "told") await tell(pressed, answer.text, options);
  if (answer.kind === "dialog") await options.dialogs.show(pressed, answer);
  if (answer.kind === "card") {
    if (isAtHome && press?.action === "refresh-home") return options.home.show(pressed.place.userId, answer.card);
    const context = await options.contextFor(answer.card.elements);
    const isShown =
      pressed.surface !== null && (await options.dialogs.open(pressed, toCardView(answer.card, context))) === null;
    if (isShown) return;
    const blocks = toBlocks(answer.card, context);
    await options.teller.respond(pressed.place, { text: toText(answer.card), blocks }, "clicker");
  }
  // What was done from the list at home is no longer true there.
  if (isAtHome && by !== null && answer.kind !== "dialog") await options.home.publish(by);
}

/** Beside the card that was pressed; above the view when the press was in one, where nobody looks at a channel. */
async function tell(pressed: PressPayload, sentence: string, { dialogs, teller }: ReceiveOptions): Promise<void> {
  if (pressed.surface !== null) {
    const problem = await dialogs.open(pressed, toTellingView("Tollgate", sentence));
    if (problem === null) return;
  }
  await teller.tell(pressed.place, sentence);
}
