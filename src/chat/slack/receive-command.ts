import type { CommandPayload } from "./payload.ts";
import { FAILED, type ReceiveOptions, report } from "./receive-context.ts";
import { toBlocks, toText } from "./render.ts";

/** A command is acknowledged at once: its answer may take longer than Slack waits, and comes through its response URL. */
export async function receiveCommand(
  asked: CommandPayload,
  ack: () => Promise<void>,
  options: ReceiveOptions,
): Promise<void> {
  const { contextFor, handlers, verify, teller, log } = options;
  await ack();
  try {
    const { card, isShared } = await handlers.command(await verify(asked.claim), asked.name, asked.words);
    const answer = { text: toText(card), blocks: toBlocks(card, await contextFor(card.elements)) };
    await teller.respond(asked.place, answer, isShared ? "everybody" : "clicker");
  } catch (error) {
    report(error, log);
    await teller.tell(asked.place, FAILED);
  }
}
