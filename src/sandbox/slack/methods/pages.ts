import type { Json } from "../json.ts";
import { type Arguments, SlackRefusal } from "./contract.ts";

/** One page of a list and the cursor of the next: empty when there is none. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
  readonly metadata: Json;
}

const PREFIX = "next:";

export function page<Item>(items: readonly Item[], args: Arguments, fallback: number, max: number): Page<Item> {
  const limit = args.whole("limit", fallback, max);
  const cursor = args.text("cursor");
  const start = cursor === undefined ? 0 : decode(cursor);
  const end = start + limit;
  const next = end < items.length ? Buffer.from(`${PREFIX}${end}`).toString("base64") : "";
  return {
    items: items.slice(start, end),
    hasMore: next !== "",
    metadata: { response_metadata: { next_cursor: next } },
  };
}

function decode(cursor: string): number {
  const text = Buffer.from(cursor, "base64").toString();
  const start = Number(text.slice(PREFIX.length));
  if (!text.startsWith(PREFIX) || !Number.isInteger(start)) throw new SlackRefusal("invalid_cursor");
  return start;
}
