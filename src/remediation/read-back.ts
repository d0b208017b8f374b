import { Fault } from "../lib/fault.ts";
import type { Outcome } from "./contract.ts";

export type Written<Seen> =
  /** Read back, and as wanted. */
  | { readonly status: "in-effect"; readonly seen: Seen }
  /** Twilio took it, twice, and reads back otherwise. */
  | { readonly status: "otherwise"; readonly seen: Seen }
  /** Twilio said no: this write changed nothing. */
  | { readonly status: "refused"; readonly fault: Fault }
  /** It may or may not have happened. */
  | { readonly status: "unknown"; readonly reason: string };

const TRIES = 2;

/**
 * Writes, then believes only what it reads. A write whose answer was lost is repeated once, and only after reading showed
 * that it had no effect. Only for writes that may be said twice. Throws a `Fault` when it is certain that nothing happened and it is worth coming again.
 */
export async function writeAndReadBack<Seen>(change: {
  readonly write: () => Promise<unknown>;
  readonly read: () => Promise<Seen>;
  readonly isInEffect: (seen: Seen) => boolean;
}): Promise<Written<Seen>> {
  for (let tries = 1; ; tries += 1) {
    const lost = await lostAnswer(change.write);
    if (lost !== null && !isWorthReading(lost)) return { status: "refused", fault: lost };
    let seen: Seen;
    try {
      seen = await change.read();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { status: "unknown", reason: `It could not be read back: ${error.message}` };
    }
    if (change.isInEffect(seen)) return { status: "in-effect", seen };
    if (tries < TRIES) continue;
    if (lost === null) return { status: "otherwise", seen };
    throw lost;
  }
}

/** The fault of a write, or null when it was answered. Rate limits are thrown: nothing happened, the job comes again. */
async function lostAnswer(write: () => Promise<unknown>): Promise<Fault | null> {
  try {
    await write();
    return null;
  } catch (error) {
    if (!(error instanceof Fault) || error.kind === "rate-limited") throw error;
    return error;
  }
}

function isWorthReading(fault: Fault): boolean {
  return fault.leavesOutcomeUnknown;
}

export function refused(fault: Fault): Outcome {
  return { status: "refused", reason: `${inPlainWords(fault)} Nothing was changed.` };
}

/** What a fault means for the person who reads the card. */
export function inPlainWords(fault: Fault): string {
  switch (fault.kind) {
    case "unauthorised":
      return `Twilio refused the credentials (${fault.code ?? "401"}).`;
    case "rate-limited":
      return "Twilio is limiting our requests.";
    case "not-found":
    case "rejected":
    case "timeout":
    case "unavailable":
      return `${fault.message}.`;
  }
}

/** For what is read before anything is changed: a clear no is a refusal, trouble that may pass brings the job back. */
export async function refusedOnNo(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault) || error.kind === "rate-limited" || error.leavesOutcomeUnknown) throw error;
    return refused(error);
  }
}
