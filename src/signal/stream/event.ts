import { z } from "zod";
import type { AccountSid } from "../../lib/id.ts";
import type { Signal } from "../contract.ts";
import { accountSid, optional } from "../form.ts";

/** One CloudEvent of a type that we know, as its reader gets it. */
export interface StreamEvent {
  readonly type: string;
  readonly accountSid: AccountSid;
  readonly atMs: number;
  readonly data: unknown;
}

/** Makes a signal of the events of some types. */
export interface StreamReader {
  readonly pattern: RegExp;
  /** `sourceKey` only where another source tells of the same thing: the key that both have. Else it is the event's own id. */
  read(event: StreamEvent): { readonly signal: Signal; readonly sourceKey?: string } | "ignored" | "unreadable";
}

/** JSON in a text, as older examples have it. Anything else as it is. */
export function parsedText(data: unknown): unknown {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

const Sid = accountSid.optional();
const Named = z.object({
  account_sid: Sid,
  accountSid: Sid,
  AccountSid: Sid,
  request: optional(z.object({ parameters: optional(z.object({ AccountSid: Sid })) })),
});

const IN_SOURCE = /\/Accounts\/(AC[0-9a-f]{32})(?:[/.]|$)/;

/**
 * Whose event it is: products name the account differently or only in `source`, and some not at all, which then is the account of
 * the sink. Undefined when what it names is no account.
 */
export function accountOf(
  data: unknown,
  source: string | null | undefined,
  sinkOwner: AccountSid | undefined,
): AccountSid | undefined {
  const named = Named.safeParse(data);
  if (!named.success) return undefined;
  const { account_sid, accountSid: camel, AccountSid: pascal, request } = named.data;
  const inSource = accountSid.safeParse(IN_SOURCE.exec(source ?? "")?.[1]).data;
  return account_sid ?? camel ?? pascal ?? request?.parameters?.AccountSid ?? inSource ?? sinkOwner;
}

/** A call, message or verification: two letters and its digits. */
export const resourceSid = z.string().regex(/^[A-Z]{2}[0-9A-Za-z]{1,62}$/);

export const countryCode = z.string().regex(/^[A-Z]{2}$/);
