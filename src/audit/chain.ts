import canonicalize from "canonicalize";
import type { Secret } from "../lib/secret.ts";
import type { AuditBody, AuditDraft, AuditRecord, Json } from "./envelope.ts";

/** The newest record: what the next one is chained to. */
export interface Head {
  readonly sequence: number;
  readonly mac: string;
}

/** Stands before the first record. */
export const GENESIS: Head = { sequence: 0, mac: "0".repeat(64) };

/** Mac of a record: lower-case hex of HMAC-SHA256(key, previous mac + body). */
export function chain(key: Secret, previousMac: string, body: string): string {
  return key.sign("sha256", previousMac + body).toString("hex");
}

/** The text that is signed and stored: canonical JSON (RFC 8785), so that the same fact always is the same text. */
export function canonicalBody(body: AuditBody): string {
  const { sequence, stream, version, atMs, actor, cause, type, accountSid, incidentId, what, data } = body;
  const text = canonicalize(
    wellFormed({
      sequence,
      stream,
      version,
      atMs,
      actor: { ...actor },
      cause,
      type,
      accountSid,
      incidentId,
      what,
      data,
    }),
  );
  if (text === undefined) throw new Error(`audit body of type ${type} has no canonical form`);
  return text;
}

/** Chains drafts onto the head, in order. */
export function seal(
  key: Secret,
  head: Head,
  drafts: readonly AuditDraft[],
): { readonly records: readonly AuditRecord[]; readonly head: Head } {
  const records: AuditRecord[] = [];
  let { sequence, mac } = head;
  for (const draft of drafts) {
    sequence += 1;
    const body = canonicalBody({ ...draft, sequence });
    mac = chain(key, mac, body);
    records.push({ sequence, stream: draft.stream, version: draft.version, body, mac });
  }
  return { records, head: { sequence, mac } };
}

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Half an emoji, as a phone may send it, has no canonical JSON: it must not keep a decision from being recorded. */
function wellFormed(json: Json): Json {
  if (typeof json === "string") return json.replace(LONE_SURROGATE, "\uFFFD");
  if (typeof json !== "object" || json === null) return json;
  if (isList(json)) return json.map(wellFormed);
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name.replace(LONE_SURROGATE, "\uFFFD"), wellFormed(value)]),
  );
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
