import { type ApiCall, type ApiMethod, SlackRefusal } from "./contract.ts";
import { content, messageAsJson, visibleChannel, warned, writableChannel } from "./message.ts";

export const postMessage: ApiMethod = {
  name: "chat.postMessage",
  rate: "posting",
  scopes: ["chat:write"],
  run({ args, memory }) {
    const channel = writableChannel(memory, args.required("channel"));
    const { warnings, ...said } = content(args, memory);
    const asked = args.text("thread_ts");
    const parent = asked === undefined ? undefined : memory.message(channel.id, asked);
    const message = memory.post({
      channelId: channel.id,
      // Slack does not refuse an unknown thread: it answers ok and posts in the channel itself. An answer's thread is its parent's.
      threadTs: parent === undefined ? undefined : (parent.threadTs ?? parent.ts),
      userId: memory.seed.app.botUserId,
      ...said,
    });
    return { channel: channel.id, ts: message.ts, message: messageAsJson(memory, message), ...warned(warnings) };
  },
};

export const postEphemeral: ApiMethod = {
  name: "chat.postEphemeral",
  rate: 100,
  scopes: ["chat:write"],
  run({ args, memory }) {
    const channel = writableChannel(memory, args.required("channel"));
    const userId = args.required("user");
    if (!channel.members.includes(userId)) throw new SlackRefusal("user_not_in_channel");
    const { text, blocks } = content(args, memory);
    const threadTs = args.text("thread_ts");
    const message = memory.postEphemeral({ userId, channelId: channel.id, threadTs, text, blocks });
    return { message_ts: message.ts };
  },
};

function ownMessage({ args, memory }: ApiCall, refusal: string) {
  const channel = visibleChannel(memory, args.required("channel"));
  const message = memory.message(channel.id, args.required("ts"));
  if (message === undefined) throw new SlackRefusal("message_not_found");
  if (!message.isFromApp) throw new SlackRefusal(refusal);
  if (channel.isArchived) throw new SlackRefusal("is_archived");
  return message;
}

export const updateMessage: ApiMethod = {
  name: "chat.update",
  rate: 50,
  scopes: ["chat:write"],
  run(call) {
    const { args, memory } = call;
    const message = ownMessage(call, "cant_update_message");
    const { warnings, ...said } = content(args, memory);
    const edited = memory.edit(message, {
      ...said,
      // Text alone takes the blocks away; metadata stays until it is named, and `{}` takes it away.
      metadata: args.has("metadata") ? said.metadata : message.metadata,
    });
    const { channelId, ts, text } = edited;
    return { channel: channelId, ts, text, message: messageAsJson(memory, edited), ...warned(warnings) };
  },
};

export const deleteMessage: ApiMethod = {
  name: "chat.delete",
  rate: 50,
  scopes: ["chat:write"],
  run(call) {
    const message = ownMessage(call, "cant_delete_message");
    call.memory.remove(message);
    return { channel: message.channelId, ts: message.ts };
  },
};

export const getPermalink: ApiMethod = {
  name: "chat.getPermalink",
  rate: "unlimited",
  scopes: [],
  run({ args, memory }) {
    const channel = visibleChannel(memory, args.required("channel"));
    const message = memory.message(channel.id, args.required("message_ts"));
    if (message === undefined) throw new SlackRefusal("message_not_found");
    const address = `https://${memory.seed.team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace(".", "")}`;
    const thread = message.threadTs === undefined ? "" : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
    return { channel: channel.id, permalink: `${address}${thread}` };
  },
};
