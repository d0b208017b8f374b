import type { SubmitAnswer } from "../chat/platform.ts";
import type { Incident } from "../incident/contract.ts";
import type { Clock } from "../lib/clock.ts";
import { type IncidentId, isName } from "../lib/id.ts";
import { FIELDS } from "../notice/life-dialogs.ts";
import { incidentRefusalSentence } from "../notice/refusals.ts";
import type { Executor } from "./execute.ts";
import { type Values, wrong } from "./forms.ts";
import { told } from "./guard.ts";
import type { OpenIncidentClick } from "./incident-click.ts";
import type { Machines } from "./machines.ts";
import type { Store } from "./ports.ts";
import type { WithdrawPending } from "./withdraw.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly withdrawPending: WithdrawPending;
  readonly withLock: Store["withLock"];
  readonly clock: Clock;
}

export type Merge = (click: OpenIncidentClick, values: Values) => Promise<SubmitAnswer>;

/**
 * Merges an incident into another one of its account. One at a time on an account: two that are merged into each other in the same
 * moment, or in a circle, would all end.
 */
export function createMerge({ executor, machines, withdrawPending, withLock, clock }: Parts): Merge {
  async function mergeInto(click: OpenIncidentClick, into: IncidentId): Promise<SubmitAnswer> {
    const { actor, no } = click;
    const incidentId = click.incident.id;
    const sentence = (refusal: "unknown-incident" | "already-resolved", state: Incident) =>
      incidentRefusalSentence(refusal, state, clock.now());
    const [from, other] = await Promise.all([
      executor.read(machines.incident, incidentId),
      executor.read(machines.incident, into),
    ]);
    if (from.status === "none" || other.status === "none")
      return no("unknown-incident", sentence("unknown-incident", other));
    // Looked at before anything is recorded: else the other one would say for ever that this one was merged into it.
    if (from.status === "resolved") return no("already-resolved", sentence("already-resolved", from));
    if (other.status === "resolved") return no("already-resolved", sentence("already-resolved", other));
    if (from.alert.accountSid !== other.alert.accountSid) {
      return no(
        "another-account",
        "That incident is about another account, so nothing was merged: its card and its buttons would hide this account.",
      );
    }
    const because = { actor, cause: "click" } as const;
    // First the one that goes on: a crash between leaves two incidents, and nothing unheard.
    const alert = { ...from.alert, countries: from.countries };
    const takeIn = { type: "take-in", by: actor, from: incidentId, alert } as const;
    const taken = await executor.execute(machines.incident, into, takeIn, because);
    if (!taken.accepted) return told(incidentRefusalSentence(taken.refusal, taken.state, clock.now()));
    const merged = await executor.execute(machines.incident, incidentId, { type: "merge", by: actor, into }, because);
    if (!merged.accepted) return told(incidentRefusalSentence(merged.refusal, merged.state, clock.now()));
    await withdrawPending(incidentId, actor);
    return { kind: "done" };
  }

  return async (click, values) => {
    const chosen = values[FIELDS.incident]?.[0];
    if (chosen === undefined || chosen === "") return wrong(FIELDS.incident, "Choose the incident that goes on.");
    if (!isName(chosen)) {
      return click.no("unknown-incident", incidentRefusalSentence("unknown-incident", { status: "none" }, clock.now()));
    }
    const { accountSid } = click.incident.alert;
    const locked = await withLock(`merge-${accountSid}`, () => mergeInto(click, chosen as IncidentId));
    if (locked.held) return locked.answer;
    return click.no(
      "merging-now",
      "Somebody is merging incidents of this account in this moment, so nothing was changed. Look at the card, then try again.",
    );
  };
}
