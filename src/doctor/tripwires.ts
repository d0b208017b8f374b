import { createSetupTwilio, openSetupMemory } from "../cli/setup-world.ts";
import { upkeepIsOff, upkeepIsPartial } from "../cli/upkeep-words.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { isKept } from "../setup/applied.ts";
import { surveyAll } from "../setup/survey-all.ts";
import { type Finding, missing, ok, warning } from "./contract.ts";
import { createHeard } from "./heard.ts";

/** Each costs some ten calls; `setup --check` looks at all of them. */
const ACCOUNTS_LOOKED_AT = 20;
const SHOWN = 5;

/** Whether the tripwires are still as set-up made them. Before anybody ran it, it is no fault that they are not. */
export async function* lookAtTripwires(config: Config): AsyncGenerator<Finding> {
  const { log, findings } = createHeard();
  const memory = await openSetupMemory(config.environment.store, log);
  try {
    yield* findings();
    const { applied } = memory;
    if (applied === null) {
      yield ok("`tollgate setup` was not applied yet: tripwires are made by hand, and nobody keeps them.");
      return;
    }
    const { stopped } = applied;
    if (stopped !== null) yield warning(`${upkeepIsOff(stopped)} \`tollgate setup --apply\` begins it again.`);
    if (applied.publicUrl !== config.environment.server.publicUrl) {
      yield missing(
        `The tripwires call ${applied.publicUrl}, which is not PUBLIC_URL: run \`tollgate setup --apply\`, or set PUBLIC_URL back.`,
      );
      return;
    }
    const twilio = createSetupTwilio(config, log);
    const all = await twilio.tripwires.accounts();
    const active = all.filter(({ status }) => status === "active");
    const partial = upkeepIsPartial(
      applied,
      active.map(({ sid }) => sid),
    );
    if (partial !== null) yield warning(partial);
    const kept = active.filter(({ sid }) => isKept(applied, sid));
    const chosen = kept.slice(0, ACCOUNTS_LOOKED_AT);
    const hasSubaccounts = all.some(({ isParent }) => !isParent);
    const surveyed = await surveyAll({ chosen, hasSubaccounts }, twilio.survey(memory), systemClock.now(), () => {});
    const drifted = surveyed.filter((one) => one.kind === "looked" && one.look.plan.steps.length > 0);
    const refused = surveyed.filter(({ kind }) => kind === "failed");
    if (refused.length > 0) {
      yield warning(`Tripwires could not be read of ${named(refused)}: \`tollgate setup --check\` says why.`);
    }
    if (drifted.length > 0) {
      yield warning(
        `Tripwires are not as set up on ${named(drifted)}: \`tollgate setup\` says what, and --apply mends it${stopped !== null ? "" : " (Tollgate itself does within a day)"}.`,
      );
    }
    if (refused.length + drifted.length > 0) return;
    const rest = kept.length > chosen.length ? ` Only the first ${chosen.length} accounts were looked at.` : "";
    yield ok(`The tripwires are as ${applied.by} set them up.${rest}`);
  } finally {
    await memory.close();
  }
}

function named(found: readonly { readonly account: { readonly friendlyName: string } }[]): string {
  const names = found.slice(0, SHOWN).map(({ account }) => account.friendlyName);
  return found.length > SHOWN ? `${names.join(", ")} and ${found.length - SHOWN} more` : names.join(", ");
}
