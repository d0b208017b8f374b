import type { SilenceId } from "../lib/id.ts";
import type { Because, Executor } from "./execute.ts";
import { done, type JobHandler, later } from "./job.ts";
import type { Machines } from "./machines.ts";
import type { Silences } from "./silences.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly silences: Silences;
}

const because: Because = { actor: { kind: "tollgate", part: "timer" }, cause: "timer" };

/** Tells a silence that its time may be over. It may come early, late or twice: the machine decides, by its own clock. */
export function createLapse({ executor, machines, silences }: Parts): JobHandler {
  return async (key) => {
    const { state, ...told } = await executor.execute(machines.silence, key as SilenceId, { type: "lapse" }, because);
    if (state.status === "none") return done;
    if (!told.accepted && told.refusal === "silence-not-over") return later(state.untilMs);
    // Also when it was over before: the one who ended it may have died before the cards were told.
    await silences.refreshCards(state.accountSid, state.threat);
    return done;
  };
}
