import type { PlatformName } from "../audit/envelope.ts";
import type { ChatPlatform } from "../chat/platform.ts";
import type { Clock } from "../lib/clock.ts";
import { isFault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { ChartSpec } from "../notice/chart.ts";
import { done, type JobHandler, type JobResult, later } from "./job.ts";
import type { PicturePlace, PictureStore } from "./picture-store.ts";
import type { FollowUp, Outbox } from "./ports.ts";

interface Parts {
  readonly pictures: PictureStore;
  readonly platforms: ReadonlyMap<PlatformName, ChatPlatform>;
  readonly outbox: Pick<Outbox, "oldest">;
  /** A PNG. Off the event loop: clicks must not wait for it. */
  readonly drawPicture: (spec: ChartSpec) => Promise<Buffer>;
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What cannot be drawn so often never will be: the words say it, too. */
const MOST_ATTEMPTS = 5;
/** An edit that names a newer picture is through, unless a message has waited for longer. */
const EDITS_TAKE_MS = 60_000;
const LOOK_AGAIN_MS = 5 * 60_000;

/**
 * Draws one picture, gives it to every platform once, and lets the messages that show it be edited. Once none shows it and nobody
 * wants it any more, takes it back and forgets it. Key: its digest. Each step is stored, so that whoever comes after a crash goes on
 * where it stopped. Two may be at one digest at a time: what somebody waits for does not stand behind what is looked after anyway.
 */
export function createDraw({ pictures, platforms, outbox, drawPicture, wish, clock, log }: Parts): JobHandler {
  async function give(platform: ChatPlatform, digest: string, png: Buffer, subjects: readonly string[]): Promise<void> {
    if ((await pictures.reference(digest, platform.name)) === null) {
      const name = await platform.takePicture({ digest, png });
      const kept = await pictures.uploaded(digest, platform.name, name, clock.now());
      // Nobody would ever know of it again.
      if (kept !== name) await drop(platform, name);
    }
    await wish(subjects.map((subject) => ({ job: "notify", key: `${platform.name}.${subject}`, dueAtMs: null })));
  }

  async function drop(platform: ChatPlatform, name: string): Promise<void> {
    try {
      await platform.dropPicture?.(name);
    } catch (error) {
      if (!isFault(error, "rejected")) throw error;
      log.warn(
        { platform: platform.name, code: error.code },
        "a picture that no message shows stays: it may not be deleted",
      );
    }
  }

  /** A newer one must be on the platform, and its messages edited. What waits for its edit may be the one that shows this. */
  async function mayStillBeSeen(platform: PlatformName, places: readonly PicturePlace[]): Promise<boolean> {
    const nowMs = clock.now();
    for (const { picture } of places) {
      const newer = picture === null ? null : await pictures.reference(picture, platform);
      if (newer === null || nowMs - newer.atMs < 2 * EDITS_TAKE_MS) return true;
    }
    const waiting = await outbox.oldest(nowMs);
    return waiting.some((one) => one.job === "notify" && one.platform === platform && one.ms > EDITS_TAKE_MS);
  }

  async function takeBack(digest: string, places: readonly PicturePlace[]): Promise<JobResult> {
    let isLeft = false;
    for (const platform of platforms.values()) {
      const reference = await pictures.reference(digest, platform.name);
      if (reference === null) continue;
      if (await mayStillBeSeen(platform.name, places)) {
        isLeft = true;
        continue;
      }
      await drop(platform, reference.name);
      await pictures.takenBack(digest, platform.name);
    }
    if (isLeft) return later(clock.now() + LOOK_AGAIN_MS);
    // Wanted again since this began: it must be given again.
    return (await pictures.forget(digest, clock.now())) ? done : later(clock.now());
  }

  return async (digest, { attempts }) => {
    const picture = await pictures.load(digest);
    if (picture === null) return done;
    const { spec, wantedUntilMs } = picture;
    const places = await pictures.placesOf(digest);
    const subjects = places.filter((place) => place.picture === digest).map(({ subject }) => subject);
    if (subjects.length === 0 && clock.now() >= wantedUntilMs) return takeBack(digest, places);
    try {
      const png = picture.png ?? (await drawPicture(spec));
      if (picture.png === null) await pictures.drawn(digest, png);
      // One platform that is down must not keep the picture from the other.
      const given = await Promise.allSettled([...platforms.values()].map((each) => give(each, digest, png, subjects)));
      const failed = given.find((each) => each.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    } catch (error) {
      if (attempts + 1 < MOST_ATTEMPTS || (isFault(error) && error.kind === "rate-limited")) throw error;
      log.warn({ jobId: digest, err: error }, "a picture is given up: its words stay");
    }
    return subjects.length === 0 ? later(wantedUntilMs) : done;
  };
}
