import { isJson, type Json, objectsIn, textAt } from "../slack/json.ts";
import type { Operation } from "./faults.ts";
import type { TeamsMemory } from "./memory.ts";
import { ConnectorRefusal, messageOf } from "./messages.ts";
import type { TeamsConversation, TeamsMessage } from "./model.ts";
import type { SeedTeamsUser } from "./seed.ts";

/** What the bot asks for. */
export interface Call {
  readonly operation: Operation;
  readonly kind: "read" | "write";
  /** What limits count by: a thread, or a channel for what begins one. */
  readonly thread: string;
  /** Without `;messageid=`. */
  readonly conversationId: string | undefined;
  /** The message that began the thread, when the address names one. */
  readonly threadId: string | undefined;
  readonly activityId: string | undefined;
  readonly memberId: string | undefined;
  readonly isPaged: boolean;
}

export interface Carried {
  readonly status: number;
  readonly body: unknown;
}

const WRITES: Readonly<Record<string, Operation>> = { POST: "reply", PUT: "update", DELETE: "delete" };

/** Undefined when there is no such address. */
export function findCall(method: string, path: string, body: Json): Call | undefined {
  const [v3, area, id, what, activityId, members] = path.split("/").slice(1).map(decodeURIComponent);
  if (v3 !== "v3") return undefined;
  const base = { threadId: undefined, activityId: undefined, memberId: undefined, isPaged: false };
  if (area === "teams" && id !== undefined && method === "GET") {
    return { ...base, operation: "team", kind: "read", thread: id, conversationId: id };
  }
  if (area !== "conversations") return undefined;
  if (id === undefined) {
    const channel = textAt(body, "channelData", "channel", "id") ?? textAt(body, "channelData", "teamsChannelId");
    const member = textAt(objectsIn(body["members"])[0], "id") ?? "";
    const create = { ...base, operation: "create", kind: "write", thread: channel ?? member } as const;
    return method === "POST" ? { ...create, conversationId: channel } : undefined;
  }
  const [conversationId, threadId] = id.split(";messageid=");
  const place = { ...base, thread: id, conversationId, threadId };
  const isRead = method === "GET";
  if (what === "members" && isRead) return { ...place, operation: "members", kind: "read", memberId: activityId };
  if (what === "pagedmembers" && isRead) return { ...place, operation: "members", kind: "read", isPaged: true };
  if (what !== "activities") return undefined;
  if (members === "members" && isRead) return { ...place, operation: "members", kind: "read", activityId };
  if (activityId === undefined) return method === "POST" ? { ...place, operation: "send", kind: "write" } : undefined;
  const operation = WRITES[method];
  return operation === undefined ? undefined : { ...place, operation, kind: "write", activityId };
}

/** Does it, or throws a refusal. */
export function carryOut(memory: TeamsMemory, call: Call, body: Json): Carried {
  switch (call.operation) {
    case "create":
      return create(memory, call, body);
    case "send":
      return send(memory, reachable(memory, call), call.threadId, body);
    case "reply":
      return reply(memory, call, body);
    case "update":
      return update(memory, call, body);
    case "delete":
      memory.remove(ownMessage(memory, call));
      return { status: 200, body: {} };
    case "members":
      return members(memory, call);
    case "team":
      return team(memory, call);
    case "token":
      throw new Error("the login answers for tokens");
  }
}

function reachable(memory: TeamsMemory, { conversationId = "" }: Pick<Call, "conversationId">): TeamsConversation {
  const conversation = memory.conversation(conversationId);
  if (conversation === undefined || conversation.isDeleted) {
    throw new ConnectorRefusal(404, "ConversationNotFound", "Conversation not found.");
  }
  if (!conversation.hasBot) {
    throw new ConnectorRefusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.");
  }
  return conversation;
}

function create(memory: TeamsMemory, call: Call, body: Json): Carried {
  const { tenant } = memory.seed;
  const tenantId = textAt(body, "tenantId") ?? textAt(body, "channelData", "tenant", "id");
  const activity = isJson(body["activity"]) ? body["activity"] : undefined;
  if (tenantId !== undefined && tenantId !== tenant.id) {
    throw new ConnectorRefusal(403, "Forbidden", "The bot is not enabled in this tenant.");
  }
  if (call.conversationId !== undefined) {
    const channel = reachable(memory, call);
    if (activity === undefined) throw new ConnectorRefusal(400, "BadSyntax", "Activity is required for a new thread.");
    const posted = post(memory, channel, undefined, activity);
    return { status: 201, body: { id: `${channel.id};messageid=${posted.id}`, activityId: posted.id } };
  }
  const [member, ...others] = objectsIn(body["members"]);
  if (member === undefined || others.length > 0 || body["isGroup"] === true) {
    throw new ConnectorRefusal(400, "BadSyntax", "Incorrect conversation creation parameters.");
  }
  if (tenantId === undefined) throw new ConnectorRefusal(400, "BadArgument", "TenantId is required.");
  const user = memory.user(textAt(member, "id") ?? "");
  if (user === undefined) throw new ConnectorRefusal(400, "BadSyntax", "Bad format of member id, or no such user.");
  const chat = memory.personalChat(user.id);
  if (chat === undefined) {
    throw new ConnectorRefusal(403, "BotNotInConversationRoster", "The app is not installed for this user.");
  }
  reachable(memory, { conversationId: chat.id });
  const posted = activity === undefined ? undefined : post(memory, chat, undefined, activity);
  return { status: 201, body: { id: chat.id, ...(posted === undefined ? {} : { activityId: posted.id }) } };
}

function send(
  memory: TeamsMemory,
  conversation: TeamsConversation,
  threadId: string | undefined,
  activity: Json,
): Carried {
  // It shows three dots for a moment, and is no message.
  if (activity["type"] === "typing") return { status: 202, body: {} };
  if (threadId !== undefined && memory.message(threadId)?.conversationId !== conversation.id) {
    throw new ConnectorRefusal(404, "ConversationNotFound", "The thread does not exist any more.");
  }
  const posted = post(memory, conversation, threadId, activity);
  // Teams makes two messages of a text and a card, and answers with the id of neither.
  const hasBoth = posted.card !== undefined && posted.text !== "";
  return { status: 201, body: hasBoth ? {} : { id: posted.id } };
}

function reply(memory: TeamsMemory, call: Call, activity: Json): Carried {
  const conversation = reachable(memory, call);
  const answered = memory.message(call.activityId ?? "");
  if (answered?.conversationId !== conversation.id) throw activityNotFound();
  const threadId = conversation.kind === "personal" ? undefined : (answered.threadId ?? answered.id);
  return send(memory, conversation, threadId, activity);
}

function update(memory: TeamsMemory, call: Call, activity: Json): Carried {
  const message = ownMessage(memory, call);
  memory.edit(message, messageOf(memory, activity));
  return { status: 200, body: { id: message.id } };
}

function post(
  memory: TeamsMemory,
  conversation: TeamsConversation,
  threadId: string | undefined,
  activity: Json,
): TeamsMessage {
  if (activity["type"] !== "message") {
    throw new ConnectorRefusal(
      400,
      "BadSyntax",
      `an activity of type ${JSON.stringify(activity["type"])} is no message`,
    );
  }
  const place = { conversationId: conversation.id, threadId, from: memory.botId };
  return memory.post({ ...place, ...messageOf(memory, activity) });
}

function ownMessage(memory: TeamsMemory, call: Call): TeamsMessage {
  const conversation = reachable(memory, call);
  const message = memory.message(call.activityId ?? "");
  if (message?.conversationId !== conversation.id) throw activityNotFound();
  if (message.from !== memory.botId)
    throw new ConnectorRefusal(403, "Forbidden", "The bot did not write this message.");
  return message;
}

function activityNotFound(): ConnectorRefusal {
  return new ConnectorRefusal(404, "ActivityNotFoundInConversation", "The activity is not in this conversation.");
}

function members(memory: TeamsMemory, call: Call): Carried {
  const conversation = reachable(memory, call);
  const known = memory.seed.users.filter((user) => conversation.userIds.includes(user.id));
  if (call.memberId === undefined) {
    const all = known.map((user) => member(memory, user));
    return { status: 200, body: call.isPaged ? { members: all } : all };
  }
  const asked = memory.user(call.memberId);
  if (asked === undefined || !known.includes(asked)) {
    throw new ConnectorRefusal(404, "MemberNotFoundInConversation", "The member is not in this conversation.");
  }
  return { status: 200, body: member(memory, asked) };
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context#fetch-the-roster-or-user-profile */
function member(memory: TeamsMemory, user: SeedTeamsUser): Json {
  const [givenName, surname] = user.name.split(" ");
  return {
    id: user.mri,
    name: user.name,
    givenName,
    surname,
    email: user.email,
    userPrincipalName: user.email,
    aadObjectId: user.id,
    objectId: user.id,
    tenantId: user.tenantId ?? memory.seed.tenant.id,
    userRole: user.isGuest ? "guest" : "user",
  };
}

function team(memory: TeamsMemory, call: Call): Carried {
  const { seed } = memory;
  if (call.conversationId !== seed.team.id) throw new ConnectorRefusal(404, "NotFound", "No such team.");
  const channels = seed.channels.filter(({ id }) => memory.conversation(id)?.isDeleted === false);
  const conversations = [{ id: seed.team.id, name: null }, ...channels.map(({ id, name }) => ({ id, name }))];
  const { id, name, aadGroupId } = seed.team;
  return { status: 200, body: { id, name, aadGroupId, channelCount: conversations.length, conversations } };
}
