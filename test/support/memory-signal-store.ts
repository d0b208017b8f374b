import { Fault } from "../../src/lib/fault.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import type { ReceivedSignal } from "../../src/signal/contract.ts";
import type { SignalStore } from "../../src/workflow/ports.ts";

/** Remembers signals by source key, as the real store does; can be down or hang. For tests of HTTP alone. */
export function memorySignalStore() {
  const kept = new Map<string, ReceivedSignal>();
  let mode: "up" | "down" | "hung" = "up";
  const held: (() => void)[] = [];

  const store: Pick<SignalStore, "keep"> = {
    async keep(received) {
      if (mode === "down") throw new Fault("unavailable", "the store is down");
      if (mode === "hung") await new Promise<void>((resolve) => held.push(resolve));
      const fresh = new Set<AccountSid>();
      for (const one of received) {
        if (kept.has(one.sourceKey)) continue;
        kept.set(one.sourceKey, one);
        fresh.add(one.signal.accountSid);
      }
      return [...fresh];
    },
  };

  return {
    store,
    kept: () => [...kept.values()],
    forget: () => kept.clear(),
    become(next: typeof mode) {
      mode = next;
      if (next !== "hung") for (const release of held.splice(0)) release();
    },
    /** How many calls of `keep` hang now. */
    hanging: () => held.length,
  };
}
