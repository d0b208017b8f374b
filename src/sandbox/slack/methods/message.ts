import { BLOCK_LIMITS, blockKitProblems, textLength } from "../block-kit.ts";
import { isJson, type Json, objectsIn } from "../json.ts";
import type { SlackMemory } from "../memory.ts";
import type { SlackChannel, SlackFile, SlackMessage } from "../model.ts";
import { type Arguments, refuseWithLines, SlackRefusal } from "./contract.ts";

/** https://docs.slack.dev/reference/methods/chat.postMessage */
const TEXT_LIMIT = 40_000;

/** What an app says in one message, checked. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly metadata: Json | undefined;
  readonly warnings: readonly string[];
}

function checkedBlocks(blocks: unknown, memory: SlackMemory): readonly Json[] {
  if (textLength(blocks) > BLOCK_LIMITS.messageText) throw new SlackRefusal("msg_blocks_too_long");
  const problems = [...blockKitProblems(blocks, "message"), ...memory.files.problems(blocks)];
  if (problems.length > 0) throw refuseWithLines("invalid_blocks", problems);
  return objectsIn(blocks);
}

export function content(args: Arguments, memory: SlackMemory): Content {
  const text = args.text("text") ?? "";
  if (args.has("blocks") && !Array.isArray(args.nested("blocks"))) {
    throw refuseWithLines("invalid_blocks_format", ["must be an array [json-pointer:/blocks]"]);
  }
  const blocks = args.has("blocks") ? checkedBlocks(args.nested("blocks"), memory) : [];
  if (text === "" && blocks.length === 0) throw new SlackRefusal("no_text");
  return {
    text: text.slice(0, TEXT_LIMIT),
    blocks,
    metadata: checkedMetadata(args),
    warnings: text.length > TEXT_LIMIT ? ["message_truncated"] : [],
  };
}

function checkedMetadata(args: Arguments): Json | undefined {
  if (!args.has("metadata")) return undefined;
  const metadata = args.nested("metadata");
  if (!isJson(metadata)) throw new SlackRefusal("invalid_metadata_format");
  if (Object.keys(metadata).length === 0) return undefined;
  if (typeof metadata["event_type"] !== "string" || !isJson(metadata["event_payload"])) {
    throw new SlackRefusal("invalid_metadata_schema");
  }
  return metadata;
}

export function warned(warnings: readonly string[]): Json {
  return warnings.length === 0 ? {} : { warning: warnings.join(","), response_metadata: { warnings } };
}

/** The conversation that the app named, as far as the app may see it. */
export function visibleChannel(memory: SlackMemory, id: string): SlackChannel {
  const channel = memory.channel(id);
  const isHidden = channel?.isPrivate === true && !channel.members.includes(memory.seed.app.botUserId);
  if (channel === undefined || isHidden) throw new SlackRefusal("channel_not_found");
  return channel;
}

export function writableChannel(memory: SlackMemory, id: string): SlackChannel {
  const { app, users } = memory.seed;
  const isPerson = users.some((user) => user.id === id);
  const channel = isPerson ? memory.directChannel(id) : visibleChannel(memory, id);
  if (channel.isArchived) throw new SlackRefusal("is_archived");
  const mayJoinIn = channel.members.includes(app.botUserId) || app.scopes.includes("chat:write.public");
  if (!mayJoinIn) throw new SlackRefusal("not_in_channel");
  return channel;
}

function fileAsJson(file: SlackFile): Json {
  const size = file.bytes;
  return { id: file.id, name: file.name, title: file.title, mimetype: "text/plain", mode: "snippet", size };
}

/** A message as the Web API gives it. */
export function messageAsJson(memory: SlackMemory, message: SlackMessage, withMetadata = true): Json {
  const { app, team } = memory.seed;
  const answers = memory.messages(message.channelId).filter((each) => each.threadTs === message.ts);
  const last = answers.at(-1);
  return {
    type: "message",
    user: message.userId,
    ts: message.ts,
    ...(message.isFromApp ? { bot_id: app.botId, app_id: app.appId } : {}),
    text: message.text,
    team: team.id,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.files.length > 0 ? { files: message.files.map(fileAsJson) } : {}),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
    ...(message.editedTs === undefined ? {} : { edited: { user: message.userId, ts: message.editedTs } }),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(last === undefined
      ? {}
      : {
          thread_ts: message.ts,
          reply_count: answers.length,
          reply_users: [...new Set(answers.map((each) => each.userId))],
          latest_reply: last.ts,
        }),
  };
}
