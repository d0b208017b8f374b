import type { Config } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { type Applied, readApplied, stoppedBy, toJson } from "../setup/applied.ts";
import { recordStopped } from "../workflow/tripwire-records.ts";
import { withSetupStore } from "./setup-store.ts";
import { operatorName } from "./setup-world.ts";

interface StopParts {
  readonly config: Config;
  readonly log: Log;
  readonly waiting: (what: string) => void;
}

export interface Stopped {
  /** Null: upkeep never began. */
  readonly applied: Applied | null;
  /** Upkeep was on until now. */
  readonly isNew: boolean;
}

/** Ends upkeep: when this resolves, whatever it was at is finished, and nothing begins. Twilio is not asked. */
export function stopUpkeep(parts: StopParts): Promise<Stopped> {
  return withSetupStore(parts, async (store, executor) => {
    const before = readApplied(await store.setup.load());
    if (before === null || before.stopped !== null) return { applied: before, isNew: false };
    const by = operatorName();
    const atMs = systemClock.now();
    const applied = stoppedBy(before, { by, atMs });
    await recordStopped(executor, by);
    await store.setup.save(toJson(applied), atMs);
    return { applied, isNew: true };
  });
}
