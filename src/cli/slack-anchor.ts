import { z } from "zod";
import { type Anchor, parseAnchor } from "../audit/anchor.ts";
import { createSlackApi } from "../chat/slack/api.ts";
import type { SlackAuditChannel } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { createLog } from "../lib/log.ts";

/** Somebody waits at a command line. */
const TIMEOUT_MS = 10_000;
/** https://docs.slack.dev/reference/methods/conversations.history: no more than 200 at a time are recommended. */
const PAGE = 200;
/** A channel in which people talk this much between two lines of ours is no audit channel. */
const PAGES = 5;

const Own = z.looseObject({ user_id: z.string(), bot_id: z.string().nullish() });
const Page = z.looseObject({
  messages: z.array(
    z.looseObject({
      text: z.string().nullish(),
      user: z.string().nullish(),
      bot_id: z.string().nullish(),
      blocks: z
        .array(z.looseObject({ text: z.looseObject({ text: z.string() }).nullish().catch(null) }))
        .nullish()
        .catch(null),
    }),
  ),
  response_metadata: z.looseObject({ next_cursor: z.string().optional() }).nullish(),
});
type Message = z.infer<typeof Page>["messages"][number];

/**
 * The newest record that was told in the audit channel. Only our own messages count, and of those the highest number: a person
 * could write a line with an older anchor to hide that newer records were cut off. Throws `Fault`.
 */
export async function newestSlackAnchor(channel: SlackAuditChannel): Promise<Anchor | undefined> {
  const api = createSlackApi({ ...channel, timeoutMs: TIMEOUT_MS, clock: systemClock, log: createLog("silent") });
  const own = await api.call("auth.test", {}, Own);
  const isOwn = (message: Message) =>
    message.user === own.user_id || (typeof message.bot_id === "string" && message.bot_id === own.bot_id);
  let cursor = "";
  for (let page = 0; page < PAGES; page += 1) {
    const place = { channel: channel.auditChannel, limit: PAGE, ...(cursor === "" ? {} : { cursor }) };
    const { messages, response_metadata } = await api.call("conversations.history", place, Page);
    const newest = newestOf(messages.filter(isOwn).flatMap(linesOf));
    cursor = response_metadata?.next_cursor ?? "";
    if (newest !== undefined || cursor === "") return newest;
  }
  return undefined;
}

/** A message holds one line or many, whole in its blocks and perhaps shortened in its text. */
function linesOf({ text, blocks }: Message): readonly string[] {
  return [text, ...(blocks ?? []).map((block) => block.text?.text)].flatMap((part) => part?.split("\n") ?? []);
}

function newestOf(lines: readonly string[]): Anchor | undefined {
  const anchors = lines.flatMap((line) => parseAnchor(line) ?? []);
  return anchors.reduce<Anchor | undefined>(
    (newest, anchor) => (newest === undefined || anchor.sequence > newest.sequence ? anchor : newest),
    undefined,
  );
}
