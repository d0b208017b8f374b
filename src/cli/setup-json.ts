import { unreachable } from "../lib/decision.ts";
import type { Applied } from "../setup/applied.ts";
import type { ByHand } from "../setup/by-hand.ts";
import type { Surveyed } from "../setup/survey-all.ts";
import { stepWords } from "../setup/words.ts";
import type { AppliedTo } from "./setup-apply.ts";
import type { Verdict } from "./setup-verdict.ts";

interface Report {
  readonly verdict: Verdict;
  readonly publicUrl: string;
  readonly applied: Applied | null;
  readonly accounts: readonly object[];
  readonly byHand: readonly ByHand[];
}

export function reportInJson({ verdict, publicUrl, applied, accounts, byHand }: Report): string {
  const hand = byHand.map(({ title, how, values, caution }) => ({
    title,
    how,
    caution,
    values: values.map(({ account, value }) => ({ sid: account.sid, value })),
  }));
  return inJson({ verdict, publicUrl, upkeep: upkeepInJson(applied), accounts, byHand: hand });
}

/** Nothing could be seen at all. */
export function failureInJson(why: string): string {
  return inJson({ verdict: "could-not-look", why, publicUrl: null, upkeep: null, accounts: [], byHand: [] });
}

/** Twilio was not asked. */
export function stoppedInJson(publicUrl: string, applied: Applied | null): string {
  return inJson({ verdict: "as-it-should-be", publicUrl, upkeep: upkeepInJson(applied), accounts: [], byHand: [] });
}

export function surveyedInJson(one: Surveyed): object {
  switch (one.kind) {
    case "looked": {
      const { steps, kept, unmet, notes } = one.look.plan;
      return { ...named(one), steps: steps.map(stepWords), kept, unmet, notes };
    }
    case "suspended":
      return { ...named(one), skipped: "suspended" };
    case "failed":
      return { ...named(one), skipped: one.fault.code ?? one.fault.kind };
    default:
      return unreachable(one);
  }
}

export function resultInJson(result: AppliedTo): object {
  if (result.kind !== "mended") return surveyedInJson(result);
  const { mended } = result;
  const { steps, kept, unmet, notes } = result.look.plan;
  return {
    ...named(result),
    done: (mended?.done ?? []).map(stepWords),
    failed: (mended?.failed ?? []).map(({ step, fault }) => ({ ...stepWords(step), reason: fault.message })),
    steps: steps.map(stepWords),
    kept,
    unmet,
    notes,
  };
}

function named({ account: { sid, friendlyName, status } }: Pick<Surveyed, "account">) {
  return { sid, name: friendlyName, status };
}

/** Who switched it so, and when, and for which accounts; null: all. */
function upkeepInJson(applied: Applied | null): object {
  if (applied === null) return { state: "never", by: null, at: null, accounts: [] };
  const { by, atMs } = applied.stopped ?? applied;
  const state = applied.stopped === null ? "on" : "off";
  return { state, by, at: new Date(atMs).toISOString(), accounts: applied.accountSids };
}

/** What every run answers, whatever came of it: what is not known is null or empty. */
interface Document {
  readonly verdict: Verdict;
  readonly why?: string;
  readonly publicUrl: string | null;
  readonly upkeep: object | null;
  readonly accounts: readonly object[];
  readonly byHand: readonly object[];
}

/** `ok` is the exit code 0. `why` is said of what could not be seen. */
function inJson({ verdict, why, ...rest }: Document): string {
  return JSON.stringify({ ok: verdict === "as-it-should-be", verdict, why: why ?? null, ...rest }, null, 2);
}
