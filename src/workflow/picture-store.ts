import type { PlatformName } from "../audit/envelope.ts";
import type { ChartElement } from "../notice/card.ts";
import type { ChartSpec } from "../notice/chart.ts";

/**
 * A chart as a message shows it, what it adds up to, and what stands in its place until a platform has its picture: for each platform
 * the newest that it has, which for a slow one may be an older one than for another.
 */
export type ShownChart = ChartElement & { readonly amount?: number; readonly before?: readonly ChartElement[] };

/** Where a picture is named. */
export interface PicturePlace {
  /** The message. */
  readonly subject: string;
  /** What it shows there. Another one than was asked about: that one stands in for it. */
  readonly picture: string | null;
}

/** Pictures: what they show, the PNG once it was drawn, which platform has them, and which messages show them. */
export interface PictureStore {
  /** Until then also when no message names it. The latest time counts. */
  want(digest: string, spec: ChartSpec, untilMs: number): Promise<void>;
  /** The same for those that were drawn, which it answers. */
  keepUntil(digests: readonly string[], untilMs: number): Promise<readonly string[]>;
  /** `png` is null until it was drawn. */
  load(
    digest: string,
  ): Promise<{ readonly spec: ChartSpec; readonly png: Buffer | null; readonly wantedUntilMs: number } | null>;
  drawn(digest: string, png: Buffer): Promise<void>;
  /** Under which name a platform has it, and since when; null: not yet. */
  reference(digest: string, platform: PlatformName): Promise<PictureReference | null>;
  /** Answers the name that counts: the first one stays. Null: the picture was forgotten meanwhile. */
  uploaded(digest: string, platform: PlatformName, name: string, atMs: number): Promise<string | null>;
  takenBack(digest: string, platform: PlatformName): Promise<void>;
  /** The charts of a message of ours, in order, and when they were made; null: never. */
  shownBy(subject: string): Promise<{ readonly charts: readonly ShownChart[]; readonly atMs: number } | null>;
  show(subject: string, charts: readonly ShownChart[], atMs: number): Promise<void>;
  placesOf(digest: string): Promise<readonly PicturePlace[]>;
  /** Unless somebody wants it again. Answers whether it is gone. */
  forget(digest: string, nowMs: number): Promise<boolean>;
  /** Forgets what messages showed that were made before the one moment, and pictures that no message shows and nobody wanted after the other. */
  forgetBefore(shownMs: number, unwantedMs: number): Promise<void>;
}

export interface PictureReference {
  readonly name: string;
  readonly atMs: number;
}
