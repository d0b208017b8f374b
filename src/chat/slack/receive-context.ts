import type { Log } from "../../lib/log.ts";
import type { ChatHandlers, ChatUser } from "../platform.ts";
import type { Dialogs } from "./dialog.ts";
import type { Home } from "./home.ts";
import type { ContextFor } from "./render.ts";
import type { Teller } from "./tell.ts";
import type { Claim } from "./verify.ts";

export const TRY_AGAIN = "Tollgate could not answer in time. Try again: what you do twice counts once.";
export const FAILED = "Something went wrong in Tollgate, and it was reported. Look at the card before you try again.";

/** What it takes to answer what people do. */
export interface ReceiveOptions {
  readonly handlers: ChatHandlers;
  readonly verify: (claim: Claim) => Promise<ChatUser>;
  readonly teller: Teller;
  readonly dialogs: Dialogs;
  readonly home: Home;
  readonly contextFor: ContextFor;
  readonly log: Log;
}

export function report(error: unknown, log: Log): void {
  log.error({ err: error instanceof Error ? error : new Error(String(error)) }, "a handler of Slack requests failed");
}
