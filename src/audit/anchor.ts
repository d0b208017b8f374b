import type { AuditRecord } from "./envelope.ts";

/** What a line in the audit channel says about a record: proof from outside that the record was there. */
export interface Anchor {
  readonly sequence: number;
  /** First 12 hex digits of the mac. */
  readonly macStart: string;
}

const MAC_START_LENGTH = 12;
const ANCHOR = /#(\d{1,15}) ([0-9a-f]{12})$/;

/** `#123 a1b2c3d4e5f6` */
export function anchorText(record: Pick<AuditRecord, "sequence" | "mac">): string {
  return `#${record.sequence} ${record.mac.slice(0, MAC_START_LENGTH)}`;
}

/** Reads the anchor at the end of a line, or an anchor alone. Undefined when there is none. */
export function parseAnchor(line: string): Anchor | undefined {
  const [, sequence, macStart] = ANCHOR.exec(line.trim()) ?? [];
  return sequence === undefined || macStart === undefined ? undefined : { sequence: Number(sequence), macStart };
}
