import { z } from "zod";
import { isFault } from "../../lib/fault.ts";
import type { MessageRef } from "../platform.ts";
import type { SlackApi } from "./api.ts";

const REMEMBERED = 1000;
const Permalink = z.looseObject({ permalink: z.string() });

/** Where a message can be opened; null when it is gone. A permalink never changes, so each is asked for once. */
export function createPermalinks(api: SlackApi): (ref: MessageRef) => Promise<string | null> {
  const known = new Map<string, string>();

  function remember(key: string, permalink: string): void {
    const [oldest] = known.keys();
    if (known.size >= REMEMBERED && oldest !== undefined) known.delete(oldest);
    known.set(key, permalink);
  }

  return async (ref) => {
    const key = `${ref.channelId} ${ref.messageId}`;
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    try {
      const args = { channel: ref.channelId, message_ts: ref.messageId };
      const { permalink } = await api.call("chat.getPermalink", args, Permalink);
      remember(key, permalink);
      return permalink;
    } catch (error) {
      if (isFault(error, "not-found")) return null;
      throw error;
    }
  };
}
