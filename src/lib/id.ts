import { randomBytes } from "node:crypto";

/** A string that names one thing of one kind; two kinds do not mix. */
export type Id<Kind extends string> = string & { readonly __kind: Kind };

export type IncidentId = Id<"incident">;
export type ApprovalId = Id<"approval">;
/** A run is named after its approval: one grant, one run. */
export type RunId = Id<"run">;
export type SilenceId = Id<"silence">;
export type PersonId = Id<"person">;
export type AccountSid = Id<"account">;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** What any id of ours looks like: what comes back from outside and does not is no id, and asks no database. */
export function isName(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(text);
}

/** Sixteen characters of Crockford base 32 (80 random bits): safe in BullMQ job ids, Slack values and file names. */
export function randomId(): string {
  return [...randomBytes(16)].map((byte) => ALPHABET[byte & 31]).join("");
}

export function isAccountSid(text: string): text is AccountSid {
  return /^AC[0-9a-f]{32}$/.test(text);
}
