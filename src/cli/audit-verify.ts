import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Anchor, anchorText, parseAnchor } from "../audit/anchor.ts";
import type { AuditRecord } from "../audit/envelope.ts";
import { parseJsonLines } from "../audit/export.ts";
import { type Verified, verifiedText, verifyRecords } from "../audit/verify.ts";
import type { AuditEnvironment } from "../config.ts";
import { isFault } from "../lib/fault.ts";
import type { Secret } from "../lib/secret.ts";
import { type AuditPlace, auditEnvironment, auditKey, auditPlace, openAudit } from "./audit-source.ts";
import { note, say } from "./output.ts";
import { Problem } from "./problem.ts";

const HOLDS = 0;
const DOES_NOT_HOLD = 1;

interface VerifyOptions {
  readonly anchor?: string;
  readonly file?: string;
}

/** Checks the record and answers the exit code. Throws when it cannot be checked. */
export async function auditVerify({ anchor: text, file }: VerifyOptions): Promise<number> {
  const given = text === undefined ? null : readAnchor(text);
  const environment = auditEnvironment();
  const verdict =
    file === undefined ? await verifyStore(environment, given) : await verifyFile(environment, file, given);
  say(verdict.ok ? `The audit record holds: ${verdict.text}.` : `The audit record does NOT hold: ${verdict.text}.`);
  return verdict.ok ? HOLDS : DOES_NOT_HOLD;
}

interface Verdict {
  readonly ok: boolean;
  readonly text: string;
}

async function verifyStore(environment: AuditEnvironment, given: Anchor | null): Promise<Verdict> {
  const place = auditPlace(environment);
  const key = await auditKey(place, environment);
  const store = await openAudit(place, key);
  try {
    // Before the walk: a running Tollgate goes on writing, and what is newer than these two is no contradiction.
    const anchor = given === null ? await anchorInChat(environment, place) : saidWith("--anchor", given);
    const head = await store.head();
    let atHead: AuditRecord | undefined;
    async function* records(): AsyncGenerator<AuditRecord> {
      for await (const record of store.records()) {
        if (record.sequence === head.sequence) atHead = record;
        yield record;
      }
    }
    const verified = await verifyRecords(records(), key, anchor);
    return verdictOf(
      verified.ok && head.sequence > 0 ? comparedWithHead(verified, head.sequence, atHead?.mac === head.mac) : verified,
    );
  } finally {
    await store.close();
  }
}

/** The store notes its newest record in a place of its own. It shows a careless deletion without any help from outside. */
function comparedWithHead(verified: Verified & { readonly ok: true }, newest: number, isSame: boolean): Verified {
  if (verified.count < newest) {
    const sequence = verified.count + 1;
    return {
      ok: false,
      sequence,
      reason: `is missing: the records end at ${verified.count}, but the store wrote record ${newest}, so the newest were deleted`,
    };
  }
  if (isSame) return verified;
  return {
    ok: false,
    sequence: newest,
    reason: "is not the one that the store wrote: it, or one before it, was replaced",
  };
}

async function verifyFile(environment: AuditEnvironment, file: string, given: Anchor | null): Promise<Verdict> {
  const key = await fileKey(environment);
  note(`Audit record: the export ${file}`);
  if (given === null) {
    // An export is as old as it is: the newest line in chat would be of a later record.
    note("No --anchor was given, so records missing at its end cannot be noticed.");
  } else saidWith("--anchor", given);
  const lines = createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    return verdictOf(await verifyRecords(parseJsonLines(lines), key, given));
  } catch (error) {
    if (isFault(error, "rejected")) return { ok: false, text: error.message };
    throw error;
  }
}

/** The key of AUDIT_KEY, else of the folder that the export probably came from. */
async function fileKey(environment: AuditEnvironment): Promise<Secret> {
  return environment.auditKey ?? auditKey(auditPlace(environment), environment);
}

/** Undefined in chat is no failure: the record may be older than the channel, or Slack may be down. */
async function anchorInChat({ slack }: AuditEnvironment, place: AuditPlace): Promise<Anchor | null> {
  if (slack === undefined || (place.kind === "folder" && place.isDemo)) {
    note(
      "No anchor: pass the end of the newest line in the audit channel as --anchor '#123 a1b2c3d4e5f6', or set " +
        "SLACK_BOT_TOKEN and SLACK_AUDIT_CHANNEL, to compare with what was told to people.",
    );
    return null;
  }
  try {
    const { newestSlackAnchor } = await import("./slack-anchor.ts");
    const found = await newestSlackAnchor(slack);
    if (found !== undefined) return saidWith(`the audit channel ${slack.auditChannel} in Slack`, found);
    note(`No anchor: the audit channel ${slack.auditChannel} in Slack has no line of Tollgate's.`);
  } catch (error) {
    if (!isFault(error)) throw error;
    note(`No anchor: the audit channel ${slack.auditChannel} could not be read (${error.code ?? error.kind}).`);
  }
  return null;
}

function saidWith(source: string, anchor: Anchor): Anchor {
  note(`Anchor: ${anchorText({ sequence: anchor.sequence, mac: anchor.macStart })}, from ${source}`);
  return anchor;
}

function verdictOf(verified: Verified): Verdict {
  return { ok: verified.ok, text: verifiedText(verified) };
}

function readAnchor(text: string): Anchor {
  // Where the shell took a bare # for a comment, people leave it out.
  const anchor = parseAnchor(text) ?? parseAnchor(`#${text.trim()}`);
  if (anchor !== undefined) return anchor;
  throw new Problem("--anchor expects the end of a line in the audit channel, in quotes: '#123 a1b2c3d4e5f6'");
}
