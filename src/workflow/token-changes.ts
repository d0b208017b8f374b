import type { Clock } from "../lib/clock.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { TokenChangedSignal } from "../signal/contract.ts";
import type { SignalStore } from "./ports.ts";

interface Parts {
  readonly signals: Pick<SignalStore, "keep">;
  /** This account has signals that detection has not seen. */
  readonly onFresh: (accountSid: AccountSid) => void;
  readonly clock: Clock;
  readonly log: Log;
}

const MINUTE_MS = 60_000;

/**
 * A token that changed without us becomes a signal: whether a run of ours explains it, detection knows. One a minute and account for
 * each copy that was lost, however many replicas notice: the copy of one may tell what that of another does not. Never rejects: who noticed had something else to do.
 */
export function createTokenChanges({ signals, onFresh, clock, log }: Parts) {
  return async (accountSid: AccountSid, copy: NonNullable<TokenChangedSignal["copy"]>): Promise<void> => {
    const nowMs = clock.now();
    const lost = `${copy.madeAtMs !== null ? "own" : "read"}:${Math.floor(copy.knownAtMs / MINUTE_MS)}`;
    const sourceKey = `token-changed:${accountSid}:${Math.floor(nowMs / MINUTE_MS)}:${lost}`;
    const signal = { kind: "token-changed", accountSid, atMs: nowMs, copy } as const;
    try {
      for (const fresh of await signals.keep([{ sourceKey, signal }], nowMs)) onFresh(fresh);
    } catch (error) {
      log.error({ accountSid, err: error }, "that the token of this account was changed could not be kept");
    }
  };
}
