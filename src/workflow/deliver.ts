import type { PlatformName } from "../audit/envelope.ts";
import type { Channel, ChatPlatform, LinkTo, MessageRef } from "../chat/platform.ts";
import type { Clock } from "../lib/clock.ts";
import { Fault, isFault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import { meantForAnother } from "../notice/channels.ts";
import { isDown } from "./down.ts";
import { done, type JobHandler, type JobResult, later } from "./job.ts";
import { digestOf, inPlaceOf, type Notice, type NoticeOf } from "./notice.ts";
import type { PictureStore } from "./picture-store.ts";
import { inWords, isPictureRefused, mayStillCome, withPicturesOf } from "./pictured.ts";
import { placesFor } from "./places.ts";
import { type MessageState, type MessageStore, type Outbox, type Place, platformOf, type Todo } from "./ports.ts";
import { parseSubject } from "./subjects.ts";
import { unseenUntilMs } from "./unseen.ts";

interface Parts {
  readonly platforms: ReadonlyMap<PlatformName, ChatPlatform>;
  readonly messages: MessageStore;
  readonly pictures: Pick<PictureStore, "reference">;
  readonly outbox: Outbox;
  readonly noticeOf: NoticeOf;
  readonly clock: Clock;
  readonly log: Log;
}

/** One message of one platform, as this piece of work finds it. */
interface Work {
  readonly platform: ChatPlatform;
  readonly subject: string;
  readonly notice: Notice;
  /** When the platform was given the newest of its pictures; null when it shows none. */
  readonly freshAtMs: number | null;
  readonly linkTo: LinkTo;
  readonly attempts: number;
}

const PARENT_NOT_POSTED_YET_MS = 500;
const LONGEST_WAIT_FOR_PARENT_MS = 30_000;
/** A post may be under way this long (its turn at Slack's pace, then its time-out), and only then be missing for good. */
const LOST_POST_SHOWS_AFTER_MS = 6_000;
/** By then its thread's first message was looked for and posted anew, if it was gone. */
const GIVE_UP_THREAD_AFTER_ATTEMPTS = 6;
/** The others' cards are told when this one is through with it. */
const TELL_OTHERS_AFTER_MS = 1_500;
const PICTURE_AGAIN_AFTER_MS = 3_000;

/** Brings one message of one platform up to date: posts it once, edits it in place afterwards. Key: `<platform>.<subject>`. */
export function createDeliver({ platforms, messages, pictures, outbox, noticeOf, clock, log }: Parts): JobHandler {
  return async (key: string, todo: Todo): Promise<JobResult> => {
    const name = platformOf(key);
    const platform = name && platforms.get(name);
    if (platform === undefined) return done;
    const subject = key.slice(platform.name.length + 1);
    try {
      return await bring(platform, subject, todo);
    } finally {
      // The cards elsewhere say that this platform is behind, or that it is not any more.
      if (isDown(clock.now() - todo.sinceMs) && parseSubject(subject)?.kind === "incident") {
        for (const other of platforms.keys()) if (other !== platform.name) await tell(other, subject);
      }
    }
  };

  async function bring(platform: ChatPlatform, subject: string, todo: Todo): Promise<JobResult> {
    const latest = await noticeOf(subject, { platform: platform.name, lagMs: clock.now() - todo.sinceMs });
    if (latest === null) return done;
    const { notice, freshAtMs } = await withPicturesOf(latest, platform.name, pictures);
    const linkTo: LinkTo = async (other) => {
      const state = await messages.load(platform.name, other);
      return state.status === "posted" ? platform.permalink(state.ref) : null;
    };
    const work: Work = { platform, subject, notice, freshAtMs, linkTo, attempts: todo.attempts };
    const state = await messages.load(platform.name, subject);
    if (state.status === "posted") return update(work, state);

    const thread = notice.threadOf === null ? null : await messages.load(platform.name, notice.threadOf);
    if (thread !== null && thread.status !== "posted") return later(clock.now() + waitForParentMs(todo.attempts));
    const threadRef = thread === null ? null : thread.ref;
    if (state.status === "posting") {
      const settledAtMs = platform.canFind
        ? state.sinceMs + LOST_POST_SHOWS_AFTER_MS
        : unseenUntilMs(state.sinceMs, todo.sinceMs);
      if (clock.now() < settledAtMs) return later(settledAtMs);
      const found = platform.canFind ? await findBegun(platform, subject, state.place, threadRef) : null;
      if (found !== null) {
        log.info({ platform: platform.name, name: subject }, "found a message whose answer was lost");
        await messages.posted(platform.name, subject, found, 0, "");
        return update(work, { ref: found, revision: 0, digest: "", meantFor: state.place.meantFor });
      }
      await messages.forget(platform.name, subject);
    }
    if (threadRef === null) return postSomewhere(work);
    const calledIn = notice.kind === "card" ? notice.calledIn : null;
    return calledIn === null || platform.isIn(threadRef, calledIn)
      ? reply(work, threadRef)
      : callIn(work, calledIn, threadRef);
  }

  /** A reply may have been begun outside its thread: where people look now, or because the thread took none. */
  async function findBegun(platform: ChatPlatform, subject: string, { channel }: Place, thread: MessageRef | null) {
    const found = await platform.find(subject, channel, thread);
    if (found !== null || thread === null || channel.id === thread.channelId) return found;
    return platform.find(subject, channel, null);
  }

  type Posted = Omit<Extract<MessageState, { readonly status: "posted" }>, "status">;

  async function update(work: Work, { ref, revision, digest: shown, meantFor }: Posted): Promise<JobResult> {
    const notice = movedTo(work.notice, meantFor);
    if (notice.kind === "file") return done;
    const { platform, subject, linkTo } = work;
    const digest = await digestOf(notice, linkTo);
    if (shown === digest || revision > notice.revision) return done;
    // No record is newer than what it shows: only figures moved.
    const urgency = revision === notice.revision && shown !== "" ? "when-there-is-room" : "now";
    try {
      await platform.edit(ref, notice.card, linkTo, urgency);
    } catch (error) {
      if (isPictureRefused(error)) {
        await againSoon(work);
        return update({ ...work, notice: inWords(work.notice) }, { ref, revision, digest: shown, meantFor });
      }
      if (!isFault(error, "not-found")) throw error;
      log.warn({ platform: platform.name, name: subject, code: error.code }, "a message is gone, posting it again");
      await messages.forget(platform.name, subject);
      // Perhaps its whole channel is gone, and what people still act on with it.
      for (const other of notice.replies) await look(platform, other);
      return onceMore(platform, subject);
    }
    // Somebody stored a newer revision while this edit was under way, so this one may have overwritten it: once more.
    if (await messages.edited(platform.name, subject, notice.revision, digest)) return done;
    await messages.spoil(platform.name, subject);
    return onceMore(platform, subject);
  }

  /** Where people look now; in its thread when that place cannot be posted to. */
  async function callIn(work: Work, channel: Channel, thread: MessageRef): Promise<JobResult> {
    try {
      return await post(work, { channel, meantFor: null }, null);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      warnOf(work, channel, error, "the thread");
      return reply(work, thread);
    }
  }

  /** In the thread where it belongs; elsewhere only when that cannot be had. */
  async function reply(work: Work, thread: MessageRef): Promise<JobResult> {
    const { platform, subject, notice, attempts } = work;
    const place: Place = { channel: { role: "incident", id: thread.channelId }, meantFor: null };
    try {
      return await post(work, place, thread);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { code } = error;
      if (error.kind === "not-found" && attempts < GIVE_UP_THREAD_AFTER_ATTEMPTS) {
        log.warn({ platform: platform.name, name: subject, code }, "a thread is gone, looking for its message");
        if (notice.threadOf !== null) await look(platform, notice.threadOf);
        return later(clock.now() + waitForParentMs(attempts));
      }
      if (notice.kind === "file") {
        log.warn({ platform: platform.name, name: subject, code }, "a file was refused, saying so in its place");
        return reply({ ...work, notice: inPlaceOf(notice) }, thread);
      }
      warnOf(work, place.channel, error, "its channel");
      return postSomewhere(work);
    }
  }

  /** In the channel that it is meant for, or in the next best one that takes it. */
  async function postSomewhere(work: Work): Promise<JobResult> {
    const { notice } = work;
    const places = notice.kind === "card" ? placesFor(notice.channel) : [];
    for (const [index, place] of places.entries()) {
      try {
        return await post(work, place, null);
      } catch (error) {
        if (!isRefusal(error) || index === places.length - 1) throw error;
        warnOf(work, place.channel, error, "the next");
      }
    }
    return done;
  }

  function warnOf({ platform, subject }: Work, { id, role }: Channel, { code }: Fault, next: string): void {
    log.warn(
      { platform: platform.name, name: subject, channel: id ?? role, code },
      `a channel cannot be posted to: it is gone or archived, or the bot is not in it or may not post there; trying ${next}`,
    );
  }

  async function post(work: Work, place: Place, thread: MessageRef | null): Promise<JobResult> {
    const { platform, subject, linkTo } = work;
    const notice = movedTo(work.notice, place.meantFor);
    const digest = await digestOf(notice, linkTo);
    if (!(await messages.beginPost(platform.name, subject, place, clock.now())))
      return later(clock.now() + PARENT_NOT_POSTED_YET_MS);
    let ref: MessageRef;
    try {
      ref = await send(work, notice, place, thread);
    } catch (error) {
      if (isPictureRefused(error)) {
        await messages.forget(platform.name, subject);
        await againSoon(work);
        return post({ ...work, notice: inWords(work.notice) }, place, thread);
      }
      // Certain that nothing was posted: the next try may post at once. Otherwise it is looked for first.
      if (error instanceof Fault && !error.leavesOutcomeUnknown) await messages.forget(platform.name, subject);
      throw error;
    }
    await messages.posted(platform.name, subject, ref, notice.revision, digest);
    if (notice.kind === "card") for (const other of notice.linkedFrom) await onceMore(platform, other);
    return done;
  }

  function send({ platform, subject, linkTo }: Work, notice: Notice, { channel }: Place, thread: MessageRef | null) {
    if (notice.kind === "card") return platform.post({ card: notice.card, channel, thread }, linkTo);
    if (thread === null) throw new Error(`the file ${subject} has no thread`);
    return platform.postFile({ subject, name: notice.name, title: notice.title, text: notice.text, thread });
  }

  /** Edits it in any case: where it is gone, that tells, and it is posted again. */
  async function look(platform: ChatPlatform, subject: string): Promise<void> {
    await messages.spoil(platform.name, subject);
    await onceMore(platform, subject);
  }

  /** What waits already will tell in its own time: it must not be brought before the end of a rate limit. */
  async function tell(platform: PlatformName, subject: string): Promise<void> {
    const waiting = await outbox.load("notify", `${platform}.${subject}`);
    if (waiting === null) await wish(platform, subject, clock.now() + TELL_OTHERS_AFTER_MS);
  }

  /** What a platform is still looking at it may show in a moment. */
  async function againSoon({ platform, subject, freshAtMs }: Work): Promise<void> {
    const nowMs = clock.now();
    if (mayStillCome(freshAtMs, nowMs)) await wish(platform.name, subject, nowMs + PICTURE_AGAIN_AFTER_MS);
  }

  /** As a wish of its own: who overtook us may have finished the one that brought us here. */
  async function onceMore(platform: ChatPlatform, subject: string): Promise<JobResult> {
    await wish(platform.name, subject, null);
    return done;
  }

  async function wish(platform: PlatformName, subject: string, dueAtMs: number | null): Promise<void> {
    await outbox.add({ job: "notify", key: `${platform}.${subject}`, dueAtMs }, clock.now());
  }
}

/** They understood and said no, so that nothing was posted, and asking again would change nothing: another place may take it. */
function isRefusal(error: unknown): error is Fault {
  return isFault(error) && !error.leavesOutcomeUnknown && error.kind !== "rate-limited";
}

function movedTo(notice: Notice, meantFor: string | null): Notice {
  return notice.kind === "card" ? { ...notice, card: meantForAnother(notice.card, meantFor) } : notice;
}

function waitForParentMs(attempts: number): number {
  return Math.min(LONGEST_WAIT_FOR_PARENT_MS, PARENT_NOT_POSTED_YET_MS * 2 ** attempts);
}
