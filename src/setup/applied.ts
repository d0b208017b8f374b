import { z } from "zod";
import type { Json } from "../audit/envelope.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Addresses } from "./contract.ts";

/** Held by whoever changes tripwires: the command, or the upkeep of one account. */
export const SETUP_LOCK = "setup";

/** What `tollgate setup --apply` was told by a person. Upkeep keeps to it, until a person runs `setup --stop`. */
const Applied = z.object({
  /** As the operating system calls them: `alice on ops-1`. */
  by: z.string(),
  atMs: z.number(),
  publicUrl: z.string(),
  formerUrls: z.array(z.string()),
  /** Null: every account, those to come too. */
  accountSids: z.array(z.string()).nullable(),
  /** Who switched upkeep off since then; null: nobody. */
  stopped: z.object({ by: z.string(), atMs: z.number() }).nullable().default(null),
});
export type Applied = z.infer<typeof Applied>;

/** Null when nobody ever did, or a later version wrote it in another form. */
export function readApplied(body: Json | null): Applied | null {
  const parsed = Applied.safeParse(body);
  return parsed.success ? parsed.data : null;
}

export function toJson(applied: Applied): Json {
  return { ...applied };
}

/** Addresses of this Tollgate, with those of earlier set-ups. */
export function addressesOf(publicUrl: string, applied: Applied | null): Addresses {
  if (applied === null) return { publicUrl, formerUrls: [] };
  const earlier = [...applied.formerUrls, applied.publicUrl].filter((url) => url !== publicUrl);
  return { publicUrl, formerUrls: [...new Set(earlier)] };
}

/**
 * A set-up of single accounts adds to what was set up before; it never takes the others out. After `setup --stop` nothing is kept,
 * so what begins again is what that set-up names, and no more.
 */
export function nextApplied(
  before: Applied | null,
  now: {
    readonly by: string;
    readonly atMs: number;
    readonly publicUrl: string;
    readonly accountSids: readonly AccountSid[] | null;
  },
): Applied {
  const { by, atMs, publicUrl } = now;
  const { formerUrls } = addressesOf(publicUrl, before);
  const kept = before === null || before.stopped !== null ? [] : before.accountSids;
  const isForAll = now.accountSids === null || kept === null;
  const accountSids = isForAll ? null : [...new Set([...kept, ...now.accountSids])];
  return { by, atMs, publicUrl, formerUrls: [...formerUrls], accountSids, stopped: null };
}

/** A person switched upkeep off: tripwires stay, and nobody renews them or puts them back. */
export function stoppedBy(before: Applied, stopped: { readonly by: string; readonly atMs: number }): Applied {
  return { ...before, stopped };
}

/**
 * Why single accounts cannot be set up at this address; null when they can. The others would go on calling the earlier one, and
 * upkeep would no longer know of that.
 */
export function whyNotAlone(
  before: Applied | null,
  publicUrl: string,
  accountSids: readonly AccountSid[] | null,
): string | null {
  if (before === null || accountSids === null || before.publicUrl === publicUrl) return null;
  const chosen = new Set<string>(accountSids);
  if (before.accountSids?.every((sid) => chosen.has(sid)) === true) return null;
  return (
    `PUBLIC_URL is ${publicUrl}, and the last set-up was for ${before.publicUrl}: ` +
    "run `setup --apply` without --account, so that no account is left calling the earlier address, or set PUBLIC_URL back."
  );
}

/** Set-up was for this account, whether upkeep is on or was switched off. */
export function isKept({ accountSids }: Applied, accountSid: AccountSid): boolean {
  return accountSids === null || accountSids.includes(accountSid);
}
