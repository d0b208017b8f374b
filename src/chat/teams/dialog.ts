import { orLate } from "../../lib/deadline.ts";
import { isFault } from "../../lib/fault.ts";
import { randomId } from "../../lib/id.ts";
import type { Log } from "../../lib/log.ts";
import type { Card, Dialog, Element } from "../../notice/card.ts";
import { plainLine } from "../plain-text.ts";
import type { DialogAnswer } from "../platform.ts";
import type { FieldValues } from "./fields.ts";
import { BUDGET_MS, LIMITS } from "./limits.ts";
import { CARD_TYPE, type RenderContext, toDialogCard } from "./render.ts";
import type { HttpAnswer, JsonObject } from "./transport.ts";

/** How many open dialogs can be shown again with what is wrong in them; for older ones it is said in words. */
const REMEMBERED = 500;

interface Shown {
  readonly userId: string;
  readonly dialog: Dialog;
}

/**
 * Dialogs of one process. Teams lets one be answered only once, so it comes with its facts or not at all:
 *
 * pressed --facts in time--> shown --sent--> closed | a sentence | the next dialog
 *    |                         '--not in order--> shown again, with what is wrong and what was entered
 *    '--late or failed--> a sentence
 */
export interface Dialogs {
  open(userId: string, answer: DialogAnswer): Promise<HttpAnswer>;
  /** The dialog of this id once more; a sentence when it is not known here. */
  correct(userId: string, dialogId: unknown, problems: Problems, entered: FieldValues): Promise<HttpAnswer>;
  /** Something to read, with nothing to send. */
  showCard(card: Card): Promise<HttpAnswer>;
}
type Problems = Readonly<Record<string, string>>;

export function createDialogs(options: {
  readonly contextFor: (elements: readonly Element[]) => Promise<RenderContext>;
  readonly log: Log;
}): Dialogs {
  const { contextFor, log } = options;
  const shown = new Map<string, Shown>();

  function remember(userId: string, dialog: Dialog): string {
    const [oldest] = shown.keys();
    if (shown.size >= REMEMBERED && oldest !== undefined) shown.delete(oldest);
    const id = randomId();
    shown.set(id, { userId, dialog });
    return id;
  }

  return {
    async open(userId, answer) {
      const dialog = await orLate(filled(answer, log), BUDGET_MS.fill);
      if (dialog === "late" || dialog === "failed") {
        return sentence("The facts could not be read. Nothing was requested: close this and try again.");
      }
      const memory = dialog.submit === null ? {} : { dialog: remember(userId, dialog) };
      return continued(dialog.title, toDialogCard(dialog, await contextFor(dialog.elements), memory));
    },
    async correct(userId, dialogId, problems, entered) {
      const id = typeof dialogId === "string" ? dialogId : "";
      const known = shown.get(id);
      if (known?.userId !== userId) {
        return sentence(`${Object.values(problems).join(" ")} Close this and press the button again.`.trim());
      }
      const { dialog } = known;
      const context = await contextFor(dialog.elements);
      return continued(dialog.title, toDialogCard(dialog, context, { dialog: id }, { problems, entered }));
    },
    async showCard({ heading, elements }) {
      const dialog: Dialog = { title: heading, elements, fields: [], submit: null };
      return continued(heading, toDialogCard(dialog, await contextFor(elements), {}));
    },
  };
}

async function filled(answer: DialogAnswer, log: Log): Promise<Dialog | "failed"> {
  try {
    return await answer.fill();
  } catch (error) {
    log.error({ kind: isFault(error) ? error.kind : "bug" }, "a dialog was not filled");
    return "failed";
  }
}

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots#responding-to-taskfetch-and-tasksubmit-messages */
function continued(title: string, card: JsonObject): HttpAnswer {
  const value = {
    title: plainLine(title, LIMITS.dialogTitle),
    height: "medium",
    width: "medium",
    card: { contentType: CARD_TYPE, content: card },
  };
  return { status: 200, body: { task: { type: "continue", value } } };
}

/** The dialog says this and can only be closed. */
export function sentence(text: string): HttpAnswer {
  return { status: 200, body: { task: { type: "message", value: text } } };
}

/** Nothing in it: Teams closes the dialog. */
export const CLOSED: HttpAnswer = { status: 200 };
