import { expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import { intercepted } from "../support/intercepted.ts";
import { type House, type HouseOptions, house, reasonOf } from "../support/workflow.ts";

const MINUTE = 60_000;

/** A Twilio that fails what matches, before or after it did it, until it is well again. */
function ailing() {
  let fails: RegExp | null = null;
  let loses: string | null = null;
  const options: HouseOptions = {
    replica: {
      outside: ({ twilio, ...rest }) => ({
        ...rest,
        twilio: intercepted(twilio, async (name, call) => {
          if (fails?.test(name) === true) throw new Fault("unavailable", "Twilio answered 503");
          if (name !== loses) return call();
          loses = null;
          await call();
          // Nor can anything be read afterwards.
          fails = /^(?!account$)/;
          throw new Fault("timeout", "Twilio did not answer in time");
        }),
      }),
    },
  };
  return {
    options,
    fail(methods: RegExp | null) {
      fails = methods;
    },
    loseAnswerOf(method: string) {
      loses = method;
    },
  };
}

/** Time goes by in steps, as it does. */
async function passing(h: House, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) await h.pass(MINUTE);
}

async function granted(h: House) {
  return h.grant(await h.raise({ category: null }), "suspend-subaccount");
}

test("a grant that cannot begin for 15 minutes is refused, the requester is told, and it never runs when Twilio is back", async () => {
  const twilio = ailing();
  const h = await house(twilio.options);
  const id = await granted(h);
  twilio.fail(/./);
  await passing(h, 14);
  expect((await h.run(id)).status).toBe("none");
  await passing(h, 3);
  const run = await h.run(id);
  expect(run.status).toBe("refused");
  expect(reasonOf(run)).toContain("could not be begun within 15 minutes");
  expect(h.slack.of(`outcome-${id}`)[0]?.card?.fallback).toContain("please ask again");
  twilio.fail(null);
  await passing(h, 3);
  expect(h.world.standIn.state.account(h.account).status).toBe("active");
  expect(await h.store.outbox.load("run", id)).toBeNull();
});

test("a grant that waited for Twilio for a few minutes is carried out when it is back", async () => {
  const twilio = ailing();
  const h = await house(twilio.options);
  const id = await granted(h);
  twilio.fail(/./);
  await passing(h, 5);
  twilio.fail(null);
  await passing(h, 2);
  expect((await h.run(id)).status).toBe("done");
});

test("writes that Twilio does not take stop after 15 minutes: partly done, with what a person must do", async () => {
  const twilio = ailing();
  const h = await house(twilio.options);
  const id = await granted(h);
  let tries = 0;
  twilio.fail(/^setStatus$/);
  const counting = await h.replica({
    store: h.store,
    outside: ({ store, sink }) => ({
      store,
      sink,
      twilio: intercepted(h.twilio, async (name, call) => {
        if (name === "setStatus") tries += 1;
        return call();
      }),
    }),
  });
  const pass = async (minutes: number) => {
    for (let step = 0; step < minutes * 6; step += 1) {
      h.world.clock.pass(MINUTE / 6);
      await counting.work("run", id);
    }
  };
  await pass(14);
  expect(["started", "unknown"]).toContain((await h.run(id)).status);
  // Two a try, from half a second to half a minute between tries: neither idle nor a storm.
  expect(tries).toBeGreaterThan(20);
  expect(tries).toBeLessThan(120);
  await pass(3);
  expect(await h.run(id)).toMatchObject({
    status: "partly-done",
    remaining: [expect.stringContaining("Look at this account in the Twilio Console")],
  });
  const stopped = tries;
  twilio.fail(null);
  await pass(5);
  expect(tries).toBe(stopped);
  expect(h.world.standIn.state.account(h.account).status).toBe("active");
});

test("a lost answer is unknown, told so, and done once it can be read back, however long that takes; nothing is written again", async () => {
  const twilio = ailing();
  const h = await house(twilio.options);
  const id = await granted(h);
  twilio.loseAnswerOf("setStatus");
  await h.settle();
  expect((await h.run(id)).status).toBe("unknown");
  expect(h.slack.of(`outcome-${id}`)[0]?.card?.fallback).toContain("Outcome unknown");
  await passing(h, 20);
  expect((await h.run(id)).status).toBe("unknown");
  twilio.fail(null);
  await passing(h, 2);
  expect((await h.run(id)).status).toBe("done");
  expect(h.slack.of(`outcome-${id}`)[0]?.card?.fallback).toContain("Verified");
  expect(h.writes()).toHaveLength(1);
});

test("the pauses between looks grow, from seconds to a minute", async () => {
  const twilio = ailing();
  const h = await house(twilio.options);
  const id = await granted(h);
  twilio.loseAnswerOf("setStatus");
  await h.work("run", id);
  const pauses: number[] = [];
  for (let look = 1; look <= 6; look += 1) {
    const dueAtMs = (await h.store.outbox.load("run", id))?.dueAtMs ?? 0;
    pauses.push(dueAtMs - h.world.clock.now());
    h.world.clock.pass(dueAtMs - h.world.clock.now());
    await h.work("run", id);
  }
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

test.each([
  ["was moved away from us", async () => undefined],
  [
    "cannot be looked up since Twilio refuses us",
    () => Promise.reject(new Fault("unauthorised", "Twilio answered 401")),
  ],
])("an account that %s after the run began is given up as well", async (_what, account) => {
  const h = await house();
  const id = await granted(h);
  const approval = await h.approval(id);
  if (approval.status !== "granted") throw new Error("not granted");
  const start = { type: "start", grant: approval.grant } as const;
  await h.executor.execute(h.machines.run, id, start, { actor: { kind: "tollgate", part: "run" }, cause: "job" });
  const fresh = await h.replica({
    outside: ({ twilio, ...rest }) => ({ ...rest, twilio: { ...twilio, account } }),
  });
  h.world.clock.pass(14 * MINUTE);
  await fresh.work("run", id);
  expect((await h.run(id)).status).toBe("started");
  h.world.clock.pass(2 * MINUTE);
  await fresh.work("run", id);
  expect((await h.run(id)).status).toBe("refused");
});
