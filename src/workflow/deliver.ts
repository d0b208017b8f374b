import { createHash } from "node:crypto";
import type { PlatformName } from "../audit/envelope.ts";
import type { ChannelRole, ChatPlatform, LinkTo, MessageRef } from "../chat/platform.ts";
import type { Clock } from "../lib/clock.ts";
import { Fault, isFault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { Card } from "../notice/card.ts";
import { done, type JobHandler, type JobResult, later } from "./job.ts";
import type { MessageStore, Outbox, Todo } from "./ports.ts";

/** What a message should say now. */
export interface Notice {
  readonly card: Card;
  readonly channel: ChannelRole;
  /** Subject of the message in whose thread it belongs. */
  readonly threadOf: string | null;
  /** Sequence of the newest record that it shows: an older one never overwrites a newer one. */
  readonly revision: number;
  /** Subjects whose messages lead to this one, so that they are edited once it is there. */
  readonly linkedFrom: readonly string[];
}

interface Parts {
  readonly platforms: ReadonlyMap<PlatformName, ChatPlatform>;
  readonly messages: MessageStore;
  readonly outbox: Outbox;
  /** The latest state of a subject as a card; null when there is nothing to show. `lagMs`: how long it has been waiting. */
  readonly noticeOf: (subject: string, lagMs: number) => Promise<Notice | null>;
  readonly clock: Clock;
  readonly log: Log;
}

const PARENT_NOT_POSTED_YET_MS = 500;
const LONGEST_WAIT_FOR_PARENT_MS = 30_000;
/** A post may be under way this long (its turn at Slack's pace, then its time-out), and only then be missing for good. */
const LOST_POST_SHOWS_AFTER_MS = 6_000;

/** Brings one message of one platform up to date: posts it once, edits it in place afterwards. Key: `<platform>.<subject>`. */
export function createDeliver({ platforms, messages, outbox, noticeOf, clock, log }: Parts): JobHandler {
  return async (key: string, todo: Todo): Promise<JobResult> => {
    const dot = key.indexOf(".");
    const platform = platforms.get(key.slice(0, dot) as PlatformName);
    const subject = key.slice(dot + 1);
    if (platform === undefined) return done;
    const notice = await noticeOf(subject, clock.now() - todo.sinceMs);
    if (notice === null) return done;

    const linkTo: LinkTo = async (other) => {
      const state = await messages.load(platform.name, other);
      return state.status === "posted" ? platform.permalink(state.ref) : null;
    };
    const digest = await digestOf(notice.card, linkTo);
    const state = await messages.load(platform.name, subject);

    if (state.status === "posted") {
      if (state.digest === digest || state.revision > notice.revision) return done;
      // No record is newer than what it shows: only figures moved.
      const urgency = state.revision === notice.revision && state.digest !== "" ? "when-there-is-room" : "now";
      return edit(platform, subject, state.ref, notice, digest, linkTo, urgency);
    }
    const thread = notice.threadOf === null ? null : await messages.load(platform.name, notice.threadOf);
    if (thread !== null && thread.status !== "posted") {
      return later(clock.now() + Math.min(LONGEST_WAIT_FOR_PARENT_MS, PARENT_NOT_POSTED_YET_MS * 2 ** todo.attempts));
    }
    const threadRef = thread === null ? null : thread.ref;

    if (state.status === "posting") {
      if (clock.now() - state.sinceMs < LOST_POST_SHOWS_AFTER_MS)
        return later(state.sinceMs + LOST_POST_SHOWS_AFTER_MS);
      const found = await platform.find(subject, notice.channel, threadRef);
      if (found !== null) {
        log.info({ platform: platform.name, name: subject }, "found a message whose answer was lost");
        await messages.posted(platform.name, subject, found, 0, "");
        return edit(platform, subject, found, notice, digest, linkTo, "now");
      }
      await messages.forget(platform.name, subject);
    }
    return post(platform, subject, threadRef, notice, digest, linkTo);
  };

  async function post(
    platform: ChatPlatform,
    subject: string,
    thread: MessageRef | null,
    notice: Notice,
    digest: string,
    linkTo: LinkTo,
  ): Promise<JobResult> {
    if (!(await messages.beginPost(platform.name, subject, clock.now())))
      return later(clock.now() + PARENT_NOT_POSTED_YET_MS);
    let ref: MessageRef;
    try {
      ref = await platform.post({ card: notice.card, channel: notice.channel, thread }, linkTo);
    } catch (error) {
      // Certain that nothing was posted: the next try may post at once. Otherwise it is looked for first.
      if (error instanceof Fault && !error.leavesOutcomeUnknown) await messages.forget(platform.name, subject);
      throw error;
    }
    await messages.posted(platform.name, subject, ref, notice.revision, digest);
    for (const other of notice.linkedFrom) await onceMore(platform, other);
    return done;
  }

  async function edit(
    platform: ChatPlatform,
    subject: string,
    ref: MessageRef,
    notice: Notice,
    digest: string,
    linkTo: LinkTo,
    urgency: "now" | "when-there-is-room",
  ): Promise<JobResult> {
    try {
      await platform.edit(ref, notice.card, linkTo, urgency);
    } catch (error) {
      if (!isFault(error, "not-found")) throw error;
      log.warn({ platform: platform.name, name: subject, code: error.code }, "a message is gone, posting it again");
      await messages.forget(platform.name, subject);
      return onceMore(platform, subject);
    }
    // Somebody stored a newer revision while this edit was under way, so this one may have overwritten it: once more.
    if (await messages.edited(platform.name, subject, notice.revision, digest)) return done;
    await messages.spoil(platform.name, subject);
    return onceMore(platform, subject);
  }

  /** As a wish of its own: who overtook us may have finished the one that brought us here. */
  async function onceMore(platform: ChatPlatform, subject: string): Promise<JobResult> {
    await outbox.add({ job: "notify", key: `${platform.name}.${subject}`, dueAtMs: null }, clock.now());
    return done;
  }
}

/** Of what is shown, links included: an edit that would change nothing is not sent. */
async function digestOf(card: Card, linkTo: LinkTo): Promise<string> {
  const links = card.elements.flatMap((element) => (element.kind === "link" ? [element.subject] : []));
  const targets = await Promise.all(links.map(linkTo));
  return createHash("sha256")
    .update(JSON.stringify([card, targets]))
    .digest("hex")
    .slice(0, 32);
}
