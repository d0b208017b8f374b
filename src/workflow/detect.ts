import type { Alert, DetectionSettings, Rule } from "../detection/contract.ts";
import { LOOKBACK_MS } from "../detection/fold.ts";
import type { Clock } from "../lib/clock.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Because, Executor } from "./execute.ts";
import { done, type JobHandler } from "./job.ts";
import type { Machines } from "./machines.ts";
import type { IncidentIndex, SignalStore } from "./ports.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly signals: SignalStore;
  readonly incidents: IncidentIndex;
  readonly rules: readonly Rule[];
  readonly settings: () => DetectionSettings;
  readonly clock: Clock;
}

const because: Because = { actor: { kind: "twilio" }, cause: "signal" };

/**
 * One account has new signals: fold them into its buckets, ask the rules what is true now, and raise it. Folding is durable
 * before the rules look, and the follow-up stays until they have: a crash between repeats the question, not the count.
 */
export function createDetect(parts: Parts): JobHandler {
  const { executor, machines, signals, incidents, clock } = parts;

  async function raise(alert: Alert): Promise<void> {
    const latest = await incidents.latest(alert.dedupKey);
    if (latest !== null) {
      const raised = await executor.execute(machines.incident, latest, { type: "raise", id: latest, alert }, because);
      if (raised.accepted || raised.refusal !== "cooled-down") return;
    }
    const id = await incidents.nextId();
    await executor.execute(machines.incident, id, { type: "raise", id, alert }, because);
  }

  return async (key) => {
    const accountSid = key as AccountSid;
    const nowMs = clock.now();
    await signals.fold(accountSid, nowMs);
    const buckets = await signals.bucketsSince(accountSid, nowMs - LOOKBACK_MS);
    const alerts = parts.rules.flatMap((rule) => rule.evaluate(buckets, parts.settings(), nowMs));
    for (const alert of alerts) await raise(alert);
    return done;
  };
}
