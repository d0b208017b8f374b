import type { Json } from "../json.ts";
import type { SlackMemory } from "../memory.ts";
import type { SlackChannel, SlackMessage } from "../model.ts";
import { type ApiMethod, type Arguments, SlackRefusal } from "./contract.ts";
import { messageAsJson, visibleChannel } from "./message.ts";
import { page } from "./pages.ts";

function channelAsJson(memory: SlackMemory, channel: SlackChannel): Json {
  const { app, team } = memory.seed;
  if (channel.directWith !== undefined) {
    return { id: channel.id, is_im: true, user: channel.directWith, is_archived: channel.isArchived };
  }
  return {
    id: channel.id,
    name: channel.name,
    is_channel: !channel.isPrivate,
    is_group: channel.isPrivate,
    is_im: false,
    is_mpim: false,
    is_private: channel.isPrivate,
    is_archived: channel.isArchived,
    is_member: channel.members.includes(app.botUserId),
    is_ext_shared: false,
    context_team_id: team.id,
    topic: { value: channel.topic ?? "", creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
    num_members: channel.members.length,
  };
}

function readableChannel(memory: SlackMemory, args: Arguments): SlackChannel {
  const channel = visibleChannel(memory, args.required("channel"));
  if (!channel.members.includes(memory.seed.app.botUserId)) throw new SlackRefusal("not_in_channel");
  return channel;
}

/** Messages between `oldest` and `latest`, without the two ends unless `inclusive`. */
function within(messages: readonly SlackMessage[], args: Arguments): readonly SlackMessage[] {
  const oldest = args.text("oldest") ?? "0";
  const latest = args.text("latest");
  const inclusive = args.flag("inclusive");
  const isAfter = (ts: string) => Number(ts) > Number(oldest) || (inclusive && Number(ts) === Number(oldest));
  const isBefore = (ts: string) =>
    latest === undefined || Number(ts) < Number(latest) || (inclusive && Number(ts) === Number(latest));
  return messages.filter((message) => isAfter(message.ts) && isBefore(message.ts));
}

export const history: ApiMethod = {
  name: "conversations.history",
  rate: 50,
  scopes: ["channels:history", "groups:history"],
  run({ args, memory }) {
    const channel = readableChannel(memory, args);
    const newestFirst = memory.messages(channel.id).filter((message) => message.threadTs === undefined);
    const found = page(within(newestFirst, args).toReversed(), args, 100, 999);
    const withMetadata = args.flag("include_all_metadata");
    return {
      messages: found.items.map((message) => messageAsJson(memory, message, withMetadata)),
      has_more: found.hasMore,
      pin_count: 0,
      ...(found.hasMore ? found.metadata : {}),
    };
  },
};

export const replies: ApiMethod = {
  name: "conversations.replies",
  rate: 50,
  scopes: ["channels:history", "groups:history"],
  run({ args, memory }) {
    const channel = readableChannel(memory, args);
    const asked = memory.message(channel.id, args.required("ts"));
    if (asked === undefined) throw new SlackRefusal("thread_not_found");
    const parentTs = asked.threadTs ?? asked.ts;
    const parent = memory.message(channel.id, parentTs);
    const answers = memory.messages(channel.id).filter((message) => message.threadTs === parentTs);
    const thread = [...(parent === undefined ? [] : [parent]), ...within(answers, args)];
    const found = page(thread, args, 1000, 1000);
    const withMetadata = args.flag("include_all_metadata");
    return {
      messages: found.items.map((message) => messageAsJson(memory, message, withMetadata)),
      has_more: found.hasMore,
      ...(found.hasMore ? found.metadata : {}),
    };
  },
};

export const info: ApiMethod = {
  name: "conversations.info",
  rate: 50,
  scopes: ["channels:read", "groups:read"],
  run({ args, memory }) {
    return { channel: channelAsJson(memory, visibleChannel(memory, args.required("channel"))) };
  },
};

export const listChannels: ApiMethod = {
  name: "conversations.list",
  rate: 20,
  scopes: ["channels:read", "groups:read"],
  run({ args, memory }) {
    const types = (args.text("types") ?? "public_channel").split(",").map((type) => type.trim());
    const isWanted = (channel: SlackChannel) => {
      if (args.flag("exclude_archived") && channel.isArchived) return false;
      if (channel.directWith !== undefined) return types.includes("im");
      if (!channel.isPrivate) return types.includes("public_channel");
      return types.includes("private_channel") && channel.members.includes(memory.seed.app.botUserId);
    };
    const found = page(memory.channels().filter(isWanted), args, 100, 1000);
    return { channels: found.items.map((channel) => channelAsJson(memory, channel)), ...found.metadata };
  },
};

export const members: ApiMethod = {
  name: "conversations.members",
  rate: 100,
  scopes: ["channels:read", "groups:read"],
  run({ args, memory }) {
    const found = page(visibleChannel(memory, args.required("channel")).members, args, 100, 1000);
    return { members: found.items, ...found.metadata };
  },
};

export const open: ApiMethod = {
  name: "conversations.open",
  rate: 50,
  scopes: ["im:write"],
  run({ args, memory }) {
    const user = memory.seed.users.find((each) => each.id === args.required("users"));
    if (user === undefined) throw new SlackRefusal("user_not_found");
    if (user.isDeleted === true) throw new SlackRefusal("user_disabled");
    if (user.kind === "bot") throw new SlackRefusal("cannot_dm_bot");
    return { channel: { id: memory.directChannel(user.id).id } };
  },
};
