import type { Bucket } from "./contract.ts";

/** Webhooks of these buckets' account that were not heard, at least. Of each minute the newest signal says how many. */
export function refusedWebhooks(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { last }) => sum + (last.kind === "refused-webhooks" ? last.count : 0), 0);
}
