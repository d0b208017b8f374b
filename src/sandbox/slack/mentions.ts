import { isJson, type Json, objectsIn, textAt } from "./json.ts";
import type { SlackChannel, SlackNotification } from "./model.ts";
import type { SeedGroup, SeedUser } from "./seed.ts";

/** The texts of blocks in which Slack reads mentions: mrkdwn, markdown and rich text, never plain text. */
function markedTexts(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(markedTexts);
  if (!isJson(value)) return [];
  const type = value["type"];
  if (type === "mrkdwn" || type === "markdown") return [textAt(value, "text") ?? ""];
  if (type === "user") return [`<@${textAt(value, "user_id") ?? ""}>`];
  if (type === "usergroup") return [`<!subteam^${textAt(value, "usergroup_id") ?? ""}>`];
  if (type === "broadcast") return [`<!${textAt(value, "range") ?? ""}>`];
  return Object.values(value).flatMap(markedTexts);
}

interface Audience {
  readonly users: readonly SeedUser[];
  readonly groups: readonly SeedGroup[];
  readonly channel: SlackChannel;
}

type Reason = SlackNotification["reason"];

/**
 * Whom a new message disturbs, and why. With blocks, Slack shows the blocks and uses `text` for the preview alone, so only
 * mentions in the blocks count. Only people who are in the channel are told.
 */
export function notifiedUsers(
  message: { readonly text: string; readonly blocks: readonly Json[]; readonly userId: string },
  audience: Audience,
): ReadonlyMap<string, Reason> {
  const texts = message.blocks.length > 0 ? markedTexts(objectsIn(message.blocks)) : [message.text];
  const told = new Map<string, Reason>();
  const tell = (ids: readonly string[], reason: Reason) => {
    for (const id of ids) {
      const user = audience.users.find((each) => each.id === id);
      const isReached = user !== undefined && user.kind !== "bot" && user.isDeleted !== true;
      if (isReached && id !== message.userId && audience.channel.members.includes(id) && !told.has(id)) {
        told.set(id, reason);
      }
    }
  };
  const found = (pattern: RegExp) =>
    texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""));
  tell(found(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g), "mention");
  for (const id of found(/<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>/g)) {
    tell(audience.groups.find((group) => group.id === id)?.users ?? [], "user-group");
  }
  if (found(/<!(channel|here|everyone)(?:\|[^>]*)?>/g).length > 0) tell(audience.channel.members, "channel");
  if (audience.channel.directWith !== undefined) tell(audience.channel.members, "direct-message");
  return told;
}
