import { z } from "zod";
import { Fault } from "../lib/fault.ts";
import type { RunId } from "../lib/id.ts";
import type { Secret } from "../lib/secret.ts";
import type { Outcome, RunContext, RunStep } from "./contract.ts";
import { CLOSED } from "./facts.ts";
import { inPlainWords, refused, refusedOnNo } from "./read-back.ts";
import { clockTime } from "./wording.ts";

/*
 * A rotation as a sequence that may be interrupted anywhere and still promotes exactly once:
 *
 *   secondary-deleted -> secondary-created -> (sink) secondary-stored -> promoting -> (promote, adopt) -> promoted -> (sink, proof)
 *
 * Before `promoting` nothing is lost: the pending secondary is deleted and the sequence begins again. From `promoting` on the
 * parent's view of the primary token decides: changed means promoted. A promotion that may still be on its way is made
 * impossible first, by deleting the secondary that it would promote.
 *
 * To compare tokens across a crash without keeping one, a step holds their marks: HMACs keyed by the token itself, cut to 64
 * bits. A token has 128 random bits, so that a mark can be compared with and never be turned back.
 */

const Promoting = z.object({ primaryMark: z.string(), pendingMark: z.string() });
type Promoting = z.infer<typeof Promoting>;

type Context = RunContext<unknown>;

const TRIES = 2;

export function runRotation(context: Context): Promise<Outcome> {
  return refusedOnNo(async () => {
    const { account } = context;
    if (account.isParent) return { status: "refused", reason: "Tollgate does not rotate the parent's token yet." };
    const interrupted = newestPromotion(context.steps);
    if (interrupted !== undefined) {
      const promoted = await afterLostAnswer(context, interrupted);
      if (promoted === "unknown") return unknown("Twilio could not be read back after the promotion was begun");
      if (promoted !== "not-promoted") return finish(context, promoted, interrupted);
    }
    const { status } = await account.fetch();
    if (status === "closed") return { status: "refused", reason: CLOSED };
    if (status === "suspended") {
      return {
        status: "refused",
        reason: "The subaccount is suspended, so its own credentials are dead: reactivate it first.",
      };
    }
    return begin(context);
  });
}

export async function checkRotation(context: Context): Promise<Outcome | "not-in-effect" | null> {
  const begun = newestPromotion(context.steps);
  if (begun === undefined) return "not-in-effect";
  try {
    const primary = await context.account.readPrimaryToken();
    if (mark(primary, context.runId) === begun.primaryMark) return "not-in-effect";
    return await finish(context, primary, begun);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

async function begin(context: Context): Promise<Outcome> {
  const { account, runId } = context;
  for (let tries = 1; ; tries += 1) {
    const old = await account.readPrimaryToken();
    await account.deleteSecondaryToken();
    await context.recordStep("secondary-deleted");
    const pending = await account.createSecondaryToken();
    await context.recordStep("secondary-created");
    const notStored = await store(context, pending);
    if (notStored !== null) {
      await deletePending(context);
      return {
        status: "refused",
        reason: `${notStored.message}. The new token was thrown away, the old one still works.`,
      };
    }
    await context.recordStep("secondary-stored", { where: context.sink.describe(account.sid) });

    const begun: Promoting = { primaryMark: mark(old, runId), pendingMark: mark(pending, runId) };
    await context.recordStep("promoting", begun);
    const promoted = await promote(context, begun);
    if (promoted === "unknown") return unknown("The promotion's answer was lost and Twilio could not be read back");
    if (promoted instanceof Fault) {
      await deletePending(context);
      return refused(promoted);
    }
    if (promoted !== "not-promoted") return finish(context, promoted, begun, old);
    if (tries === TRIES)
      throw new Fault("unavailable", "Twilio lost two promotions of the new token; nothing was promoted");
  }
}

/** The new primary; or that there is none, that it cannot be told, or Twilio's refusal. */
async function promote(context: Context, begun: Promoting): Promise<Secret | "not-promoted" | "unknown" | Fault> {
  try {
    return await context.account.promoteSecondaryToken();
  } catch (error) {
    if (!(error instanceof Fault) || error.kind === "rate-limited") throw error;
    return error.leavesOutcomeUnknown ? afterLostAnswer(context, begun) : error;
  }
}

async function afterLostAnswer(context: Context, begun: Promoting): Promise<Secret | "not-promoted" | "unknown"> {
  const { account, runId } = context;
  const isOld = (token: Secret): boolean => mark(token, runId) === begun.primaryMark;
  try {
    const primary = await account.readPrimaryToken();
    if (!isOld(primary)) return primary;
    // Without a secondary, a promotion that is still on its way fails. Then the second look is final.
    await account.deleteSecondaryToken();
    const settled = await account.readPrimaryToken();
    return isOld(settled) ? "not-promoted" : settled;
  } catch (error) {
    if (error instanceof Fault) return "unknown";
    throw error;
  }
}

/** The old token is dead. `old` is known only to the process that promoted. */
async function finish(context: Context, primary: Secret, begun: Promoting, old?: Secret): Promise<Outcome> {
  const { account, runId, sink } = context;
  // First of all: from now on Twilio signs with it.
  account.adoptToken(primary);
  const isOurs = mark(primary, runId) === begun.pendingMark;
  const evidence: string[] = [];
  const remaining: string[] = [];
  if (!isOurs) {
    remaining.push(
      "Rotate again: the new primary token is not the one that Tollgate made. Somebody else is changing this account's tokens.",
    );
  }
  const notStored = await store(context, primary);
  // Ours was stored before it was promoted; storing it again is only for the token that came from elsewhere.
  // Where it is comes last: paths are long, and the proof is what people look for.
  const place: string[] = [];
  if (notStored === null || isOurs) place.push(`The new token is in the secret sink: ${sink.describe(account.sid)}`);
  else remaining.push(`Copy the new token from the Console: ${notStored.message}.`);
  try {
    const time = clockTime(context.nowMs());
    if (!(await account.tokenWorks(primary))) {
      // Suspended meanwhile: no token of it works, and waiting for that would never end.
      if ((await account.fetch()).status === "active") return unknown("Twilio does not accept the new token yet");
      evidence.push(`Twilio reports the new primary token (read back ${time})`, ...place);
      remaining.push(
        "Try the new token once the subaccount is active again: it could not be tried while it is suspended.",
      );
      return { status: "partly-done", evidence, remaining, captured: {} };
    }
    evidence.push(`Twilio accepts the new token (tried ${time})`);
    if (old === undefined) evidence.push(`Twilio reports another primary token than before (read back ${time})`);
    else if (await account.tokenWorks(old))
      remaining.push("Twilio still accepts the old token: rotate again if that stays.");
    else evidence.push(`Twilio refuses the old token (tried ${time})`);
    evidence.push(...place);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return unknown(`The token was promoted, but could not be tried: ${inPlainWords(error)}`);
  }
  return remaining.length === 0
    ? { status: "done", evidence, captured: {} }
    : { status: "partly-done", evidence, remaining, captured: {} };
}

/** Null when it is there; else why not. */
async function store(context: Context, token: Secret): Promise<Fault | null> {
  const { account, runId, sink } = context;
  try {
    await sink.store({ accountSid: account.sid, authToken: token, rotatedAtMs: context.nowMs(), runId });
    return null;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** A token that nobody will promote must not stay valid. When that fails, the next rotation deletes it. */
async function deletePending(context: Context): Promise<void> {
  try {
    await context.account.deleteSecondaryToken();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

function newestPromotion(steps: readonly RunStep[]): Promoting | undefined {
  const step = steps.findLast(({ name }) => name === "promoting");
  return step === undefined ? undefined : Promoting.parse(step.data);
}

function mark(token: Secret, runId: RunId): string {
  return token.sign("sha256", `rotation ${runId}`).toString("hex").slice(0, 16);
}

function unknown(reason: string): Outcome {
  return { status: "unknown", reason };
}
