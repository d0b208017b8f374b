import type { PlatformName } from "../audit/envelope.ts";
import type { ChartElement } from "../notice/card.ts";
import type { ChartSpec } from "../notice/chart.ts";

/** A chart as a message shows it, and what stands in its place until a platform has its picture. */
export type ShownChart = ChartElement & { readonly before?: ChartElement };

/** Pictures: what they show, the PNG once it was drawn, which platform has them, and which messages show them. */
export interface PictureStore {
  /** True when it was not known yet. */
  want(digest: string, spec: ChartSpec, atMs: number): Promise<boolean>;
  /** `png` is null until it was drawn. `wantedAtMs`: when it was last wanted. */
  load(
    digest: string,
  ): Promise<{ readonly spec: ChartSpec; readonly png: Buffer | null; readonly wantedAtMs: number } | null>;
  drawn(digest: string, png: Buffer): Promise<void>;
  /** Under which name a platform has it, and since when; null: not yet. */
  reference(digest: string, platform: PlatformName): Promise<PictureReference | null>;
  uploaded(digest: string, platform: PlatformName, name: string, atMs: number): Promise<void>;
  /** The charts of a message of ours, in order, and when they were made; null: never. */
  shownBy(subject: string): Promise<{ readonly charts: readonly ShownChart[]; readonly atMs: number } | null>;
  show(subject: string, charts: readonly ShownChart[], atMs: number): Promise<void>;
  /** Not those where it only stands in for a newer one. */
  subjectsWith(digest: string): Promise<readonly string[]>;
  /** Forgets what messages showed that were made before the one moment, and pictures that no message shows and nobody wanted since the other. */
  forgetBefore(shownMs: number, unwantedMs: number): Promise<void>;
}

export interface PictureReference {
  readonly name: string;
  readonly atMs: number;
}
