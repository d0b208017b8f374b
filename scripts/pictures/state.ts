import type { PlatformName } from "../../src/audit/envelope.ts";
import type { Card, Dialog } from "../../src/notice/card.ts";

/** One picture on each platform. */
export interface PictureState {
  /** Of the file, before `-slack.png`. */
  readonly name: string;
  /** Under which heading of the index it stands. */
  readonly chapter: string;
  /** When people see it, in a few words. */
  readonly title: string;
  readonly shown: Shown;
}

export type Shown =
  | {
      readonly kind: "message";
      readonly card: (platform: PlatformName) => Card;
      /** What one person sees in its place, which Slack does not have. */
      readonly ownView: { readonly person: "ann" | "ben"; readonly card: Card } | null;
    }
  /** An answer that its asker alone sees. */
  | { readonly kind: "answer"; readonly card: (platform: PlatformName) => Card }
  | { readonly kind: "home"; readonly card: Card }
  | { readonly kind: "dialog"; readonly dialog: Dialog }
  | { readonly kind: "report"; readonly title: string; readonly markdown: string };

export function message(chapter: string, name: string, title: string, card: Card): PictureState {
  return { name, chapter, title, shown: { kind: "message", card: () => card, ownView: null } };
}
