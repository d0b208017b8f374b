import { createHash } from "node:crypto";
import type { PlatformName } from "../audit/envelope.ts";
import type { Channel, LinkTo } from "../chat/platform.ts";
import type { Card } from "../notice/card.ts";

/** What a message should say now. */
export type Notice = CardNotice | FileNotice;

export interface CardNotice {
  readonly kind: "card";
  readonly card: Card;
  readonly channel: Channel;
  /** Subject of the message in whose thread it belongs. */
  readonly threadOf: string | null;
  /** Set on a reply that calls people: where they watch for it now, should that be another channel than the thread's. */
  readonly calledIn: Channel | null;
  /** Sequence of the newest record that it shows: an older one never overwrites a newer one. */
  readonly revision: number;
  /** Subjects whose messages lead to this one, so that they are edited once it is there. */
  readonly linkedFrom: readonly string[];
  /** Subjects of its thread that people still act on: when it is gone they may be gone with it. */
  readonly replies: readonly string[];
}

/** Posted once and never changed. */
interface FileNotice {
  readonly kind: "file";
  /** E.g. `incident-7.md`. */
  readonly name: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly threadOf: string;
  readonly revision: number;
  /** What is posted where the platform refuses the file: somebody waits for it. */
  readonly refused: Card;
}

/** The message that says that the file was refused. */
export function inPlaceOf({ refused: card, threadOf, revision }: FileNotice): CardNotice {
  return replyNotice(card, threadOf, revision);
}

/** A message in the thread of another one. */
export function replyNotice(card: Card, threadOf: string, revision: number): CardNotice {
  const channel = { role: "incident", id: null } as const;
  return { kind: "card", card, channel, threadOf, calledIn: null, revision, linkedFrom: [], replies: [] };
}

/**
 * The latest state of a subject; null when there is nothing to show. `lagMs`: how long the message has been waiting; null when
 * it is somebody's own view of it.
 */
export type NoticeOf = (
  subject: string,
  at: { readonly platform: PlatformName; readonly lagMs: number | null },
) => Promise<Notice | null>;

/** Of what is shown, links included: an edit that would change nothing is not sent. */
export async function digestOf(notice: Notice, linkTo: LinkTo): Promise<string> {
  if (notice.kind === "file") return hash(notice.text);
  const { card } = notice;
  const links = card.elements.flatMap((element) => (element.kind === "link" ? [element.subject] : []));
  return hash(JSON.stringify([card, await Promise.all(links.map(linkTo))]));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
