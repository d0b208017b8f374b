import type { Card } from "../../notice/card.ts";
import { onlyPictures } from "../pictures.ts";
import type { CommandPayload } from "./payload.ts";
import { FAILED, type ReceiveOptions, report } from "./receive-context.ts";
import { toBlocks, toText } from "./render.ts";
import type { Answer } from "./tell.ts";

/**
 * A command is acknowledged at once: its answer may take longer than Slack waits, and comes through its response URL. What is
 * drawn later comes as a second answer: the URL of a command replaces nothing. https://github.com/slackapi/bolt-js/issues/2287
 */
export async function receiveCommand(
  asked: CommandPayload,
  ack: () => Promise<void>,
  options: ReceiveOptions,
): Promise<void> {
  const { handlers, verify, teller, log } = options;
  await ack();
  try {
    const { card, isShared, follow } = await handlers.command(await verify(asked.claim), asked.name, asked.words);
    const audience = isShared ? "everybody" : "clicker";
    await teller.respond(asked.place, await answerOf(card, options), audience);
    if (follow === undefined || !(await follow())) return;
    await teller.add(asked.place, await answerOf(onlyPictures(card), options), audience);
  } catch (error) {
    report(error, log);
    await teller.tell(asked.place, FAILED);
  }
}

async function answerOf(card: Card, { contextFor }: ReceiveOptions): Promise<Answer> {
  const context = await contextFor(card.elements);
  const text = toText(card);
  return {
    text,
    blocks: toBlocks(card, context),
    inWords: { text, blocks: toBlocks(card, { ...context, pictureOf: () => null }) },
  };
}
