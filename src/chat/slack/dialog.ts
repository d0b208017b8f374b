import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { orLate } from "../../lib/deadline.ts";
import { type Fault, isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { Dialog } from "../../notice/card.ts";
import type { DialogAnswer } from "../platform.ts";
import type { SlackApi } from "./api.ts";
import { BUDGET_MS } from "./limits.ts";
import type { PressPayload } from "./payload.ts";
import { type ContextFor, toTellingView, toView, type View } from "./render.ts";
import type { Teller } from "./tell.ts";

const Shown = z.looseObject({ view: z.looseObject({ id: z.string(), hash: z.string() }) });
type Shown = z.infer<typeof Shown>["view"];

/** Slack applies an acknowledgement and a call on two ways: the later one must not overtake. */
const AFTER_ACKNOWLEDGEMENT_MS = 300;

export interface Dialogs {
  show(pressed: PressPayload, answer: DialogAnswer): Promise<void>;
  /** Shows a view to who pressed, on top of a dialog that is open. Answers what went wrong, or null. */
  open(pressed: PressPayload, view: View): Promise<Fault | null>;
  /** The dialog that was sent goes on as another one: `acknowledge` shows the first view of it. */
  goOn(viewId: string, answer: DialogAnswer, acknowledge: (view: View) => Promise<void>): Promise<void>;
  /** The open dialog says this sentence instead. */
  replace(viewId: string, title: string, sentence: string): Promise<void>;
}

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
  readonly contextFor: ContextFor;
  readonly log: Log;
}): Dialogs {
  const { api, teller, contextFor, log } = options;

  async function rendered(dialog: Dialog): Promise<View> {
    return toView(dialog, await contextFor(dialog.elements));
  }

  /** The facts as a view, or `late`; a failure is a view that says so. */
  async function filledView({ opening, fill }: DialogAnswer): Promise<View> {
    try {
      return await rendered(await fill());
    } catch (error) {
      log.error({ kind: isFault(error) ? error.kind : "bug" }, "a dialog was not filled");
      return withoutFacts(opening);
    }
  }

  async function open(pressed: PressPayload, view: View): Promise<Shown> {
    // A dialog over a dialog leaves the lower one where it is.
    const method = pressed.surface === "modal" ? "views.push" : "views.open";
    return (await api.call(method, { trigger_id: pressed.triggerId, view }, Shown)).view;
  }

  async function tryToOpen(pressed: PressPayload, view: View): Promise<Shown | Fault> {
    try {
      return await open(pressed, view);
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn({ kind: error.kind, code: error.code }, "a dialog was not opened");
      return error;
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
      const filling = filledView(answer);
      const shown = await tryToOpen(pressed, await rendered(answer.opening));
      if (isFault(shown)) {
        const sentence = "The dialog could not be opened in time. Nothing was requested: press again.";
        return teller.tell(pressed.place, sentence);
      }
      const filled = await orLate(filling, BUDGET_MS.fill);
      const view = filled === "late" ? withoutFacts(answer.opening) : filled;
      // The hash keeps a late update from overwriting what the person did meanwhile.
      await update({ view_id: shown.id, hash: shown.hash, view });
    },

    async open(pressed, view) {
      const shown = await tryToOpen(pressed, view);
      return isFault(shown) ? shown : null;
    },

    async goOn(viewId, answer, acknowledge) {
      const filling = filledView(answer);
      const atOnce = await orLate(filling, BUDGET_MS.fillAtOnce);
      await acknowledge(atOnce === "late" ? await rendered(answer.opening) : atOnce);
      if (atOnce !== "late") return;
      await sleep(AFTER_ACKNOWLEDGEMENT_MS);
      const filled = await orLate(filling, BUDGET_MS.fill);
      await update({ view_id: viewId, view: filled === "late" ? withoutFacts(answer.opening) : filled });
    },

    replace: (viewId, title, sentence) => update({ view_id: viewId, view: toTellingView(title, sentence) }),
  };
}

function withoutFacts({ title }: Dialog): View {
  return toTellingView(title, "The facts could not be read. Nothing was requested: close this and try again.");
}
