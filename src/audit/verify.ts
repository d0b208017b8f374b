import type { Secret } from "../lib/secret.ts";
import { type Anchor, anchorText } from "./anchor.ts";
import { chain, GENESIS, type Head } from "./chain.ts";
import type { AuditRecord, Json } from "./envelope.ts";

export type Verified =
  | {
      readonly ok: true;
      readonly count: number;
      /** Null when there is no record. */
      readonly head: Head | null;
      /** Null: truncation was not checked. */
      readonly anchorUsed: Anchor | null;
    }
  | {
      readonly ok: false;
      /** The first bad record. */
      readonly sequence: number;
      readonly reason: string;
    };

type Problem = { readonly sequence: number; readonly reason: string };

/** So many earlier macs are remembered, to tell a fork from an edit. */
const REMEMBERED_MACS = 1_000;

/** Walks the records from the first to the newest, in order of sequence, and names the first that is edited, missing, reordered or forked. */
export async function verifyRecords(
  records: AsyncIterable<AuditRecord>,
  key: Secret,
  anchor: Anchor | null = null,
): Promise<Verified> {
  const check = createCheck(key, anchor);
  for await (const record of records) {
    const problem = check.next(record);
    if (problem !== null) return { ok: false, ...problem };
  }
  return check.end();
}

interface Check {
  /** Null when the record continues what came before it. */
  next(record: AuditRecord): Problem | null;
  end(): Verified;
}

/** The same walk, one record at a time and without waiting. */
function createCheck(key: Secret, anchor: Anchor | null): Check {
  let head = GENESIS;
  const versions = new Map<string, number>();
  const earlierMacs: Head[] = [GENESIS];

  function problemOf(record: AuditRecord): string | null {
    const expected = head.sequence + 1;
    if (record.sequence <= head.sequence)
      return `comes after record ${head.sequence}: reordered, or two writers forked the record`;
    const body = parseBody(record.body);
    if (body === undefined) return "was edited: its body is not a JSON object";
    if (body["sequence"] !== record.sequence)
      return `was edited or reordered: its body says it is record ${say(body["sequence"])}`;
    if (record.sequence !== expected) return null; // a gap, told as missing
    if (chain(key, head.mac, record.body) !== record.mac) {
      const other = earlierMacs.find(({ mac }) => chain(key, mac, record.body) === record.mac);
      return other === undefined
        ? "was edited: its mac does not match its body and the record before it, or the audit key is another one"
        : `is chained to record ${other.sequence} instead of ${head.sequence}: two writers forked the record`;
    }
    if (body["stream"] !== record.stream)
      return `was edited: the column stream says ${record.stream}, its body ${say(body["stream"])}`;
    if (body["version"] !== record.version)
      return `was edited: the column version says ${record.version}, its body ${say(body["version"])}`;
    if (record.version === null) return null;
    const version = (versions.get(record.stream) ?? 0) + 1;
    if (record.version !== version)
      return `is version ${record.version} of ${record.stream} where version ${version} belongs: two writers forked the stream`;
    return null;
  }

  return {
    next(record) {
      const reason = problemOf(record);
      if (reason !== null) return { sequence: record.sequence, reason };
      const expected = head.sequence + 1;
      if (record.sequence !== expected) {
        const last = record.sequence - 1;
        return {
          sequence: expected,
          reason: expected === last ? "is missing" : `is missing, and so are all up to record ${last}`,
        };
      }
      if (anchor?.sequence === record.sequence && !record.mac.startsWith(anchor.macStart))
        return {
          sequence: record.sequence,
          reason: `is not the record that was anchored as ${anchorText({ sequence: anchor.sequence, mac: anchor.macStart })}: it, or one before it, was replaced`,
        };
      if (record.version !== null) versions.set(record.stream, record.version);
      head = { sequence: record.sequence, mac: record.mac };
      earlierMacs.push(head);
      if (earlierMacs.length > REMEMBERED_MACS) earlierMacs.shift();
      return null;
    },

    end() {
      if (anchor !== null && anchor.sequence > head.sequence)
        return {
          ok: false,
          sequence: head.sequence + 1,
          reason: `is missing: the records end at ${head.sequence}, but record ${anchor.sequence} was anchored, so the newest were cut off`,
        };
      return {
        ok: true,
        count: head.sequence,
        head: head.sequence === 0 ? null : head,
        anchorUsed: anchor,
      };
    },
  };
}

/** The outcome as one sentence for a person. */
export function verifiedText(verified: Verified): string {
  if (!verified.ok) return `record ${verified.sequence} ${verified.reason}`;
  const records = verified.count === 1 ? "1 record" : `${verified.count} records`;
  const head = verified.head === null ? "" : `, the newest is ${anchorText(verified.head)}`;
  const truncation =
    verified.anchorUsed === null
      ? "truncation was not checked, as no anchor was given"
      : `checked against the anchor ${anchorText({ sequence: verified.anchorUsed.sequence, mac: verified.anchorUsed.macStart })}`;
  return `${records} in one unbroken chain${head}; ${truncation}`;
}

function parseBody(text: string): { readonly [name: string]: Json } | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isNamed(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function isNamed(value: unknown): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function say(value: Json | undefined): string {
  return JSON.stringify(value) ?? "nothing";
}
