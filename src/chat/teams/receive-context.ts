import { isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { Card, Element } from "../../notice/card.ts";
import type { ChatHandlers, ChatUser } from "../platform.ts";
import type { Dialogs } from "./dialog.ts";
import type { Place } from "./payload.ts";
import type { RenderContext } from "./render.ts";
import { type Teller, type Telling, textActivity } from "./tell.ts";
import type { JsonObject, TeamsTransport } from "./transport.ts";
import type { Claim } from "./verify.ts";

export const TRY_AGAIN = "Tollgate could not answer in time. Try again: what you do twice counts once.";
export const FAILED = "Something went wrong in Tollgate, and it was reported. Look at the card before you try again.";
const NOT_INSTALLED =
  "I cannot answer you privately, and I do not answer such things in a channel. Install the Tollgate app for yourself (Teams > Apps), then ask again.";
export const NOT_TAKEN =
  "Teams did not take my answer just now, or did not say so. Ask again in a minute if you do not see it.";

/** What it takes to answer what people do. */
export interface ReceiveOptions {
  readonly handlers: ChatHandlers;
  readonly verify: (claim: Claim) => Promise<ChatUser>;
  readonly transport: Pick<TeamsTransport, "send" | "update">;
  readonly teller: Teller;
  readonly dialogs: Dialogs;
  /** The card as Teams shows it, with its links looked up. */
  readonly render: (card: Card) => Promise<JsonObject>;
  readonly contextFor: (elements: readonly Element[]) => Promise<RenderContext>;
  /** Names of the commands, without prefix. */
  readonly commands: readonly string[];
  /** Goes on after Teams was answered; whoever stops waits for it. */
  readonly later: (work: Promise<unknown>) => void;
  readonly log: Log;
}

export function report(error: unknown, log: Log): void {
  log.error({ err: error instanceof Error ? error : new Error(String(error)) }, "a handler of Teams activities failed");
}

/** Tells one person alone; where that cannot be, it is said where they are that there is an answer, and not what it is. */
export async function tellAlone(
  { place, userId }: { readonly place: Place; readonly userId: string },
  activity: JsonObject,
  options: Pick<ReceiveOptions, "teller" | "transport" | "log">,
): Promise<void> {
  const missing = sentenceFor(await options.teller.tell(userId, activity));
  if (missing !== null) await sayHere(place, missing, options);
}

/** What is to be said instead; null when they were told. */
export function sentenceFor(telling: Telling): string | null {
  if (telling === "told") return null;
  return telling === "failed" ? NOT_TAKEN : NOT_INSTALLED;
}

/** Where they are, and everybody who is there with them. When Teams does not take even that, there is nothing left to try. */
export async function sayHere(
  { serviceUrl, conversationId }: Place,
  sentence: string,
  { transport, log }: Pick<ReceiveOptions, "transport" | "log">,
): Promise<void> {
  try {
    await transport.send({ serviceUrl, id: conversationId }, textActivity(sentence));
  } catch (error) {
    if (!isFault(error)) throw error;
    log.warn({ kind: error.kind, code: error.code }, "somebody could not be told that there is no answer");
  }
}
