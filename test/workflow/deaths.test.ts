import { expect, test } from "vitest";
import type { RemediationId } from "../../src/remediation/contract.ts";
import { lifeUntil, mortal } from "../support/mortal.ts";
import { type House, house } from "../support/workflow.ts";

interface Effect {
  readonly remediation: RemediationId;
  /** The request that has the effect on Twilio. */
  readonly write: RegExp;
  /** Makes the effect possible once more. */
  readonly again: (h: House) => void;
}

const effects: readonly Effect[] = [
  {
    remediation: "suspend-subaccount",
    write: /^POST \/2010-04-01\/Accounts\/AC[0-9a-f]{32}\.json /,
    again: (h) => h.world.standIn.state.setStatus(h.account, "active"),
  },
  { remediation: "rotate-auth-token", write: /AuthTokens\/Promote/, again: () => {} },
];

const LONGEST_LIFE = 200;
/** A run asks this much of the world at least; should that shrink, this file looks at nothing. */
const SHORTEST_LIFE = 12;

// To die after one call is to die before the next one: what was done and not heard of is among these moments.
test.each(effects)(
  "$remediation, killed at any call to the store, Twilio or the secret sink: exactly one effect, and a true end",
  async ({ remediation, write, again }) => {
    const h = await house();
    const effectsSoFar = () => h.writes().filter((one) => write.test(one)).length;
    for (let endsAt = 1; endsAt <= LONGEST_LIFE; endsAt += 1) {
      again(h);
      const id = await h.grant(await h.raise({ category: null }), remediation);
      const before = effectsSoFar();
      const life = lifeUntil(endsAt);
      const doomed = await h.replica({
        store: h.store,
        outside: ({ store, twilio, sink }) => ({
          store: mortal(store, life),
          twilio: mortal(twilio, life),
          sink: mortal(sink, life),
        }),
      });
      await doomed.work("run", id);
      for (let tries = 1; tries <= 3 && (await h.store.outbox.load("run", id)) !== null; tries += 1) {
        h.world.clock.pass(20_000);
        await h.work("run", id);
      }
      const moment = `killed before call ${endsAt} (${life.last})`;
      expect((await h.run(id)).status, moment).toBe("done");
      expect(effectsSoFar() - before, moment).toBe(1);
      if (!life.isOver) {
        expect(endsAt).toBeGreaterThan(SHORTEST_LIFE);
        return;
      }
    }
    throw new Error("the run never came to an end by itself");
  },
);
