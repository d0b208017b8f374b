import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, answerText, readBody } from "./http.ts";
import { isJson, type Json, parseJson } from "./json.ts";
import type { SlackMemory } from "./memory.ts";
import { Arguments, SlackRefusal } from "./methods/contract.ts";
import { type Content, content } from "./methods/message.ts";
import type { ResponseTarget } from "./tickets.ts";

/** `POST /actions/…` and `/commands/…`: what an app says through the URL that came with an interaction. No token is needed. */
export async function handleResponseUrl(
  memory: SlackMemory,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const body = parseJson(await readBody(request));
  const spent = memory.tickets.spendResponse(url.pathname.split("/").at(-1) ?? "");
  if (spent.error !== undefined) return answerJson(response, 404, { ok: false, error: spent.error });
  if (!isJson(body)) return answerJson(response, 400, { ok: false, error: "invalid_payload" });
  try {
    applyResponse(memory, spent.target, body);
    answerText(response, 200, "text/plain", "ok");
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    answerJson(response, 400, { ok: false, error: error.code, ...error.more });
  }
}

/** Does what a response says: deletes or replaces the message that was clicked in, or says something new. */
export function applyResponse(memory: SlackMemory, target: ResponseTarget, body: Json): void {
  const args = new Arguments(body);
  if (args.flag("delete_original")) {
    removeOriginal(memory, target);
    return;
  }
  const said = content(args, memory);
  if (args.flag("replace_original") && target.messageTs !== undefined) {
    replaceOriginal(memory, target, said);
    return;
  }
  const { channelId, userId } = target;
  const threadTs = args.text("thread_ts");
  if (args.text("response_type") === "in_channel") {
    const { text, blocks, metadata } = said;
    memory.post({ channelId, threadTs, userId: memory.seed.app.botUserId, text, blocks, metadata });
  } else {
    memory.postEphemeral({ userId, channelId, threadTs, text: said.text, blocks: said.blocks });
  }
}

function removeOriginal(memory: SlackMemory, target: ResponseTarget): void {
  const ts = target.messageTs ?? "";
  const message = memory.message(target.channelId, ts);
  if (target.isEphemeral) memory.removeEphemeral(ts);
  else if (message !== undefined) memory.remove(message);
}

function replaceOriginal(memory: SlackMemory, target: ResponseTarget, said: Content): void {
  const ts = target.messageTs ?? "";
  const { text, blocks } = said;
  if (target.isEphemeral) {
    const { userId, channelId, threadTs } = target;
    memory.postEphemeral({ userId, channelId, threadTs, text, blocks }, ts);
    return;
  }
  const message = memory.message(target.channelId, ts);
  if (message === undefined) throw new SlackRefusal("message_not_found");
  memory.edit(message, { text, blocks, metadata: said.metadata ?? message.metadata });
}
