import type { MessageRef } from "../platform.ts";
import type { Conversations } from "./conversations.ts";
import { baseOf } from "./payload.ts";

/** The message that began the thread of this one: itself when it did. */
export function rootOf(ref: MessageRef): string {
  return /;messageid=(\d+)/.exec(ref.channelId)?.[1] ?? ref.messageId;
}

/** https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams#deep-link-to-a-channel-message */
export async function permalinkOf(
  ref: MessageRef,
  conversations: Conversations,
  ownTenantId: string | null,
): Promise<string> {
  const channelId = baseOf(ref.channelId);
  const known = await conversations.channel(channelId);
  const tenantId = known?.tenantId ?? ownTenantId;
  const url = new URL(
    `https://teams.microsoft.com/l/message/${encodeURIComponent(channelId)}/${encodeURIComponent(ref.messageId)}`,
  );
  if (tenantId !== null) url.searchParams.set("tenantId", tenantId);
  if (known !== null && known.groupId !== null) url.searchParams.set("groupId", known.groupId);
  url.searchParams.set("parentMessageId", rootOf(ref));
  return url.href;
}
