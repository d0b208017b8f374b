/** Which of its pictures a message shows now: a card never waits for one. */
import type { PlatformName } from "../audit/envelope.ts";
import { PICTURE_REFUSED } from "../chat/platform.ts";
import { isFault } from "../lib/fault.ts";
import type { ChartElement, Element } from "../notice/card.ts";
import type { Notice } from "./notice.ts";
import type { PictureStore, ShownChart } from "./picture-store.ts";

export const ALL_PLATFORMS: readonly PlatformName[] = ["slack", "teams"];

/** Until then a platform may still be looking at what it was given; a picture that it refuses later it has lost. */
const SETTLES_WITHIN_MS = 2 * 60_000;

/** Where one of these platforms has the picture it is shown, else what stood there before: a card that has a picture keeps one. */
export function chartsFor(
  charts: readonly ShownChart[],
  platforms: readonly PlatformName[],
  pictures: Pick<PictureStore, "reference">,
): Promise<readonly ChartElement[]> {
  return Promise.all(
    charts.map(async ({ before = [], amount: _, ...chart }) => {
      return (await firstTaken([chart, ...before], platforms, pictures)) ?? chart;
    }),
  );
}

/** For each platform the newest picture of a chart that it has: what it goes on showing until it has the next one. */
export async function takenSoFar(
  { before = [], amount: _, ...chart }: ShownChart,
  pictures: Pick<PictureStore, "reference">,
): Promise<readonly ChartElement[]> {
  const elements = [chart, ...before];
  const ofEach = await Promise.all(ALL_PLATFORMS.map((platform) => firstTaken(elements, [platform], pictures)));
  return elements.filter((element) => ofEach.includes(element));
}

/** The first whose picture one of these platforms has. */
async function firstTaken(
  elements: readonly ChartElement[],
  platforms: readonly PlatformName[],
  pictures: Pick<PictureStore, "reference">,
): Promise<ChartElement | null> {
  for (const element of elements) {
    const { picture } = element;
    if (picture === null) continue;
    const references = await Promise.all(platforms.map((platform) => pictures.reference(picture, platform)));
    if (references.some((reference) => reference !== null)) return element;
  }
  return null;
}

/** With the pictures that this platform has. `freshAtMs`: when it was given the newest of them; null when there is none. */
export async function withPicturesOf(
  notice: Notice,
  platform: PlatformName,
  pictures: Pick<PictureStore, "reference">,
): Promise<{ readonly notice: Notice; readonly freshAtMs: number | null }> {
  const wanted = notice.kind === "card" ? digestsIn(notice.card.elements) : [];
  const known = new Map<string, number>();
  for (const digest of wanted) {
    const reference = await pictures.reference(digest, platform);
    if (reference !== null) known.set(digest, reference.atMs);
  }
  return {
    notice: keeping(notice, (digest) => known.has(digest)),
    freshAtMs: known.size === 0 ? null : Math.max(...known.values()),
  };
}

/** Words in place of all pictures. */
export function inWords(notice: Notice): Notice {
  return keeping(notice, () => false);
}

export function isPictureRefused(error: unknown): boolean {
  return isFault(error, "rejected") && error.code === PICTURE_REFUSED;
}

/** Whether it makes sense to try again soon what was refused. */
export function mayStillCome(freshAtMs: number | null, nowMs: number): boolean {
  return freshAtMs !== null && nowMs - freshAtMs < SETTLES_WITHIN_MS;
}

function digestsIn(elements: readonly Element[]): readonly string[] {
  return elements.flatMap((element) => (element.kind === "chart" && element.picture !== null ? [element.picture] : []));
}

function keeping(notice: Notice, isKept: (digest: string) => boolean): Notice {
  if (notice.kind !== "card") return notice;
  const elements = notice.card.elements.map((element) =>
    element.kind === "chart" && element.picture !== null && !isKept(element.picture)
      ? { ...element, picture: null }
      : element,
  );
  return { ...notice, card: { ...notice.card, elements } };
}
