import type { PlatformName } from "../audit/envelope.ts";
import type { ChatPlatform } from "../chat/platform.ts";
import type { Clock } from "../lib/clock.ts";
import { isFault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { ChartSpec } from "../notice/chart.ts";
import { done, type JobHandler } from "./job.ts";
import type { PictureStore } from "./picture-store.ts";
import type { FollowUp } from "./ports.ts";

interface Parts {
  readonly pictures: PictureStore;
  readonly platforms: ReadonlyMap<PlatformName, ChatPlatform>;
  /** A PNG. Off the event loop: clicks must not wait for it. */
  readonly drawPicture: (spec: ChartSpec) => Promise<Buffer>;
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What cannot be drawn so often never will be: the words say it, too. */
const MOST_ATTEMPTS = 5;
/** Who asked for a picture in an answer looks at that for seconds. */
const ANSWERS_WAIT_MS = 60_000;

/**
 * Draws one picture, gives it to every platform once, and lets the messages that show it be edited. Key: its digest. Each step is
 * stored, so that whoever comes after a crash goes on where it stopped.
 */
export function createDraw({ pictures, platforms, drawPicture, wish, clock, log }: Parts): JobHandler {
  async function give(platform: ChatPlatform, digest: string, png: Buffer): Promise<void> {
    if ((await pictures.reference(digest, platform.name)) === null) {
      const name = await platform.takePicture({ digest, png });
      await pictures.uploaded(digest, platform.name, name, clock.now());
    }
    const subjects = await pictures.subjectsWith(digest);
    await wish(subjects.map((subject) => ({ job: "notify", key: `${platform.name}.${subject}`, dueAtMs: null })));
  }

  /** A newer one took its place before it was its turn: in a storm the queue would only grow otherwise. */
  async function isSuperseded(digest: string, wantedAtMs: number): Promise<boolean> {
    return clock.now() - wantedAtMs > ANSWERS_WAIT_MS && (await pictures.subjectsWith(digest)).length === 0;
  }

  return async (digest, { attempts }) => {
    const picture = await pictures.load(digest);
    if (picture === null || (await isSuperseded(digest, picture.wantedAtMs))) return done;
    try {
      const png = picture.png ?? (await drawPicture(picture.spec));
      if (picture.png === null) await pictures.drawn(digest, png);
      // One platform that is down must not keep the picture from the other.
      const given = await Promise.allSettled([...platforms.values()].map((each) => give(each, digest, png)));
      const failed = given.find((each) => each.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    } catch (error) {
      if (attempts + 1 < MOST_ATTEMPTS || (isFault(error) && error.kind === "rate-limited")) throw error;
      log.warn({ jobId: digest, err: error }, "a picture is given up: its words stay");
    }
    return done;
  };
}
