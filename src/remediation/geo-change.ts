import type { Json } from "../audit/envelope.ts";
import { Fault } from "../lib/fault.ts";
import type { MessagingPermission, MessagingPermissionResult, Outcome, RunContext } from "./contract.ts";
import {
  closed,
  isSameVoice,
  isVoiceOpen,
  MESSAGING_CONSOLE,
  type MessagingRow,
  toPermission,
  VOICE_CONSOLE,
  type VoiceRow,
  voiceCountry,
} from "./geo.ts";
import { inPlainWords, type Written, writeAndReadBack } from "./read-back.ts";
import { clockTime, countryList, countryName } from "./wording.ts";

/** What closing and restoring have in common: write rows, read them back, say what a person must still do. */

/** One of the two channels after the attempt. */
export interface Part {
  /** `done` may leave single countries to a person; `refused` changed nothing. */
  readonly status: "done" | "unchanged" | "refused" | "unknown";
  readonly evidence: readonly string[];
  readonly remaining: readonly string[];
  readonly reason: string;
}

const NOTHING_TO_DO: Part = { status: "unchanged", evidence: [], remaining: [], reason: "" };

/** Writes these voice rows and wants to read exactly them. `write` defaults to the rows themselves. */
export async function changeVoice(
  context: RunContext<unknown>,
  change: { readonly wanted: readonly VoiceRow[]; readonly write?: () => Promise<void>; readonly done: string },
): Promise<Part> {
  const { account } = context;
  const { wanted } = change;
  if (wanted.length === 0) return NOTHING_TO_DO;
  const written = await writeAndReadBack({
    write: change.write ?? (() => account.writeVoicePermissions(wanted.map(toPermission))),
    read: () => account.readVoicePermissions(wanted.map((row) => row.country)),
    isInEffect: (seen) => differing(wanted, seen).length === 0,
  });
  const evidence = `${change.done} (read back ${clockTime(context.nowMs())})`;
  switch (written.status) {
    case "in-effect":
      return { status: "done", evidence: [evidence], remaining: [], reason: "" };
    case "otherwise": {
      const bad = differing(wanted, written.seen);
      return {
        status: "done",
        evidence:
          bad.length < wanted.length ? [`${evidence}, but for ${countryList(bad.map(({ country }) => country))}`] : [],
        remaining: bad.map(voiceByHand),
        reason: "",
      };
    }
    case "refused":
    case "unknown":
      return failed(written, "Calls", VOICE_CONSOLE);
  }
}

/** Rows that are not (yet) as wanted; a country that Twilio does not list cannot be called, which is as good as closed. */
export function differing(wanted: readonly VoiceRow[], seen: readonly VoiceRow[]): readonly VoiceRow[] {
  const now = new Map(seen.map((row) => [row.country, row]));
  return wanted.filter((row) => !isSameVoice(row, now.get(row.country) ?? closed(row)));
}

function voiceByHand(row: VoiceRow): string {
  const todo = isVoiceOpen(row) ? "Check calls to" : "Close calls to";
  return `${todo} ${countryName(row.country)} (${row.country}) in the ${VOICE_CONSOLE}: Twilio took it, but reads back otherwise.`;
}

function failed(
  written: Exclude<Written<unknown>, { readonly status: "in-effect" | "otherwise" }>,
  channel: "Calls" | "Messages",
  where: string,
): Part {
  if (written.status === "unknown") return { status: "unknown", evidence: [], remaining: [], reason: written.reason };
  const reason = inPlainWords(written.fault);
  return { status: "refused", evidence: [], remaining: [`${channel}: ${reason} Do it in the ${where}.`], reason };
}

/** Writes these messaging rows. The answer may be 200 and still refuse some: only reading decides, row by row. */
export async function changeMessaging(
  context: RunContext<unknown>,
  wanted: readonly MessagingRow[],
  verb: "closed" | "open again",
): Promise<Part> {
  if (wanted.length === 0) return NOTHING_TO_DO;
  const { account } = context;
  const results: MessagingPermissionResult[] = [];
  const written = await writeAndReadBack({
    write: async () => {
      results.push(...(await account.writeMessagingPermissions(wanted)));
    },
    read: () => account.readMessagingPermissions(wanted.map((row) => row.country)),
    // Rows that stayed as they were are a person's work, not a reason to write again.
    isInEffect: (seen) => results.length > 0 || wanted.every((row) => isAsWanted(row, seen)),
  });
  if (written.status === "refused" || written.status === "unknown")
    return failed(written, "Messages", MESSAGING_CONSOLE);
  const good = wanted.filter((row) => isAsWanted(row, written.seen));
  const bad = wanted.filter((row) => !isAsWanted(row, written.seen));
  const countries = countryList([...new Set(good.map(({ country }) => voiceCountry(country)))]);
  return {
    status: "done",
    evidence:
      good.length === 0 ? [] : [`Messages to ${countries} are ${verb} (read back ${clockTime(context.nowMs())})`],
    remaining: bad.map((row) => byHand(row, results)),
    reason: "",
  };
}

function byHand(row: MessagingRow, results: readonly MessagingPermissionResult[]): string {
  const todo = row.enabled ? "Open" : "Close";
  const result = results.find(({ country }) => country === row.country);
  const why =
    result !== undefined && result.errorCode !== 0
      ? `Twilio refused it (${result.errorCode}).`
      : "Twilio took it, but reads back otherwise; the subaccount may use the parent's permissions.";
  return `${todo} messages to ${countryName(row.country)} (${row.country}) in the ${MESSAGING_CONSOLE}: ${why}`;
}

/** A country that Twilio does not list (any more) cannot be messaged: that is as good as closed. */
export function isAsWanted(row: MessagingRow, seen: readonly MessagingPermission[]): boolean {
  return (seen.find(({ country }) => country === row.country)?.enabled ?? false) === row.enabled;
}

/** One outcome of both channels. After an earlier try a refusal may follow a change, so then nothing is said to be unchanged. */
export function combined(
  parts: readonly [voice: Part, messaging: Part],
  captured: Json,
  otherwise: string,
  wasTriedBefore: boolean,
): Outcome {
  const lost = parts.find((part) => part.status === "unknown");
  if (lost !== undefined) return { status: "unknown", reason: lost.reason };
  const evidence = parts.flatMap((part) => part.evidence);
  const remaining = parts.flatMap((part) => part.remaining);
  const attempted = parts.filter((part) => part.status !== "unchanged");
  if (!wasTriedBefore && attempted.length > 0 && attempted.every((part) => part.status === "refused")) {
    const reasons = [...new Set(attempted.map((part) => part.reason))];
    return { status: "refused", reason: `${reasons.join(" ")} Nothing was changed.` };
  }
  if (remaining.length > 0) return { status: "partly-done", evidence, remaining, captured };
  return { status: "done", evidence: evidence.length === 0 ? [otherwise] : evidence, captured };
}

/** Reads for `check`: null when Twilio cannot be read now. */
export async function orUnreadable<Answer>(reading: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await reading();
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
