import { isFault } from "../lib/fault.ts";
import type { Element } from "../notice/card.ts";
import type { LinkTo } from "./platform.ts";

/** Where the links among these elements lead. A card without a link is better than none: one that cannot be had is left out. */
export async function resolveLinks(elements: readonly Element[], linkTo: LinkTo): Promise<ReadonlyMap<string, string>> {
  const subjects = elements.flatMap((element) => (element.kind === "link" ? [element.subject] : []));
  const found = await Promise.all(
    subjects.map(async (subject) => {
      try {
        return [subject, await linkTo(subject)] as const;
      } catch (error) {
        if (isFault(error)) return [subject, null] as const;
        throw error;
      }
    }),
  );
  return new Map(found.flatMap(([subject, url]) => (url === null ? [] : [[subject, url]])));
}
