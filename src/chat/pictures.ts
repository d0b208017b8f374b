import { isFault } from "../lib/fault.ts";
import type { Card, Element } from "../notice/card.ts";

/** What a renderer shows a picture by, on its platform; null: it is not there (yet), and the words stand for it. */
export type FindPicture = (digest: string) => Promise<string | null>;

/** What comes behind an answer whose pictures were not drawn yet. */
export function onlyPictures(card: Card): Card {
  const elements = card.elements.filter(({ kind }) => kind === "chart");
  return { ...card, elements, buttons: [], overflow: [], note: null };
}

/** A card without a picture is better than none: one that cannot be had is left out. */
export async function resolvePictures(
  elements: readonly Element[],
  find: FindPicture,
): Promise<ReadonlyMap<string, string>> {
  const digests = elements.flatMap((element) =>
    element.kind === "chart" && element.picture !== null ? [element.picture] : [],
  );
  const found = await Promise.all(
    digests.map(async (digest) => {
      try {
        return [digest, await find(digest)] as const;
      } catch (error) {
        if (isFault(error)) return [digest, null] as const;
        throw error;
      }
    }),
  );
  return new Map(found.flatMap(([digest, name]) => (name === null ? [] : [[digest, name]])));
}
