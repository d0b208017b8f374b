import type { App, ViewSubmitAction } from "@slack/bolt";
import { CommandPayload, HomeOpened, PressPayload, SubmitPayload } from "./payload.ts";
import { receiveCommand } from "./receive-command.ts";
import { FAILED, type ReceiveOptions } from "./receive-context.ts";
import { receivePress } from "./receive-press.ts";
import { receiveSubmit } from "./receive-submit.ts";
import { toTellingView } from "./render.ts";

/** What of the Events API we listen to; the manifest subscribes to exactly these. */
export const SLACK_EVENTS = ["app_home_opened"] as const;

/** Leads what people do in Slack to the handlers and the answers back. Nobody's click is ever met with silence. */
export function connectHandlers(app: App, options: ReceiveOptions): void {
  app.action({ type: "block_actions" }, async ({ body, ack }) => {
    const pressed = PressPayload.safeParse(body);
    if (pressed.success) await receivePress(pressed.data, () => ack(), options);
    else await refuseUnreadable("press", () => ack(), options);
  });
  app.view<ViewSubmitAction>({ type: "view_submission" }, async ({ body, ack }) => {
    const submitted = SubmitPayload.safeParse(body);
    if (submitted.success) return receiveSubmit(submitted.data, ack, options);
    const view = toTellingView("Tollgate", FAILED);
    await refuseUnreadable("submission", () => ack({ response_action: "update", view }), options);
  });
  app.view({ type: "view_closed" }, async ({ ack }) => ack());
  app.command(/.*/, async ({ body, ack }) => {
    const asked = CommandPayload.safeParse(body);
    if (asked.success) await receiveCommand(asked.data, () => ack(), options);
    else await refuseUnreadable("command", () => ack(FAILED), options);
  });
  // Bolt has acknowledged an event before it comes here, so Slack has no reason to send it again.
  for (const event of SLACK_EVENTS) {
    app.event(event, async ({ body }) => {
      const opened = HomeOpened.safeParse(body);
      if (opened.success && opened.data.isHome) await options.home.publish(await options.verify(opened.data.claim));
    });
  }
}

async function refuseUnreadable(kind: string, ack: () => Promise<void>, { log }: ReceiveOptions): Promise<void> {
  log.error({ kind }, "Slack sent something in a form that is not known");
  await ack();
}
