import { z } from "zod";
import { orLate } from "../../lib/deadline.ts";
import { isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { Dialog } from "../../notice/card.ts";
import type { PressAnswer } from "../platform.ts";
import type { SlackApi } from "./api.ts";
import { BUDGET_MS } from "./limits.ts";
import type { PressPayload } from "./payload.ts";
import { type RenderContext, toTellingView, toView, type View } from "./render.ts";
import type { Teller } from "./tell.ts";

const Shown = z.looseObject({ view: z.looseObject({ id: z.string(), hash: z.string() }) });
type Shown = z.infer<typeof Shown>["view"];

export interface Dialogs {
  show(pressed: PressPayload, answer: DialogAnswer): Promise<void>;
  /** The open dialog says this sentence instead. */
  replace(viewId: string, title: string, sentence: string): Promise<void>;
}
type DialogAnswer = Extract<PressAnswer, { readonly kind: "dialog" }>;

/**
 * Opens a dialog at once, while the trigger lives, and brings its facts when they are there:
 *
 * pressed --open--> opening --facts in time--> filled (with Submit)
 *    |                 '-----late or failed--> says so (without Submit)
 *    '--trigger dead--> a private sentence
 */
export function createDialogs(options: {
  readonly api: SlackApi;
  readonly teller: Teller;
  readonly context: () => RenderContext;
  readonly log: Log;
}): Dialogs {
  const { api, teller, context, log } = options;

  async function open(pressed: PressPayload, opening: Dialog): Promise<Shown | undefined> {
    try {
      const args = { trigger_id: pressed.triggerId, view: toView(opening, context()) };
      return (await api.call("views.open", args, Shown)).view;
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn({ kind: error.kind, code: error.code }, "a dialog was not opened");
      await teller.tell(pressed.place, "The dialog could not be opened in time. Nothing was requested: press again.");
      return undefined;
    }
  }

  async function update(args: {
    readonly view_id: string;
    readonly hash?: string;
    readonly view: View;
  }): Promise<void> {
    try {
      await api.call("views.update", args, Shown);
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn({ kind: error.kind, code: error.code }, "a dialog was not updated");
      // With the same hash a second try does nothing when the first one had worked after all.
      if (error.leavesOutcomeUnknown) await api.call("views.update", args, Shown).catch(() => {});
    }
  }

  return {
    async show(pressed, answer) {
      const opening = open(pressed, answer.opening);
      const filling = fill(answer, log);
      const shown = await opening;
      if (shown === undefined) return;
      const filled = await orLate(filling, BUDGET_MS.fill);
      const { title } = answer.opening;
      const view =
        filled === "late" || filled === "failed"
          ? toTellingView(title, "The facts could not be read. Nothing was requested: close this and try again.")
          : toView(filled, context());
      // The hash keeps a late update from overwriting what the person did meanwhile.
      await update({ view_id: shown.id, hash: shown.hash, view });
    },
    replace: (viewId, title, sentence) => update({ view_id: viewId, view: toTellingView(title, sentence) }),
  };
}

async function fill(answer: DialogAnswer, log: Log): Promise<Dialog | "failed"> {
  try {
    return await answer.fill();
  } catch (error) {
    log.error({ kind: isFault(error) ? error.kind : "bug" }, "a dialog was not filled");
    return "failed";
  }
}
