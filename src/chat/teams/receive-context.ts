import type { Log } from "../../lib/log.ts";
import type { Card, Element } from "../../notice/card.ts";
import type { ChatHandlers, ChatUser } from "../platform.ts";
import type { Dialogs } from "./dialog.ts";
import type { RenderContext } from "./render.ts";
import type { Teller } from "./tell.ts";
import type { JsonObject, TeamsTransport } from "./transport.ts";
import type { Claim } from "./verify.ts";

export const TRY_AGAIN = "Tollgate could not answer in time. Try again: what you do twice counts once.";
export const FAILED = "Something went wrong in Tollgate, and it was reported. Look at the card before you try again.";
export const NOT_INSTALLED =
  "I cannot answer you privately, and I do not answer such things in a channel. Install the Tollgate app for yourself (Teams > Apps), then ask again.";

/** What it takes to answer what people do. */
export interface ReceiveOptions {
  readonly handlers: ChatHandlers;
  readonly verify: (claim: Claim) => Promise<ChatUser>;
  readonly transport: Pick<TeamsTransport, "send">;
  readonly teller: Teller;
  readonly dialogs: Dialogs;
  /** The card as Teams shows it, with its links looked up. */
  readonly render: (card: Card) => Promise<JsonObject>;
  readonly contextFor: (elements: readonly Element[]) => Promise<RenderContext>;
  /** Names of the commands, without prefix. */
  readonly commands: readonly string[];
  readonly log: Log;
}

export function report(error: unknown, log: Log): void {
  log.error({ err: error instanceof Error ? error : new Error(String(error)) }, "a handler of Teams activities failed");
}
