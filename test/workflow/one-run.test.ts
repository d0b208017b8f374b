import { expect, test, vi } from "vitest";
import { intercepted } from "../support/intercepted.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house, type Outside } from "../support/workflow.ts";

const approve = (approvalId: string) => ({ action: "approve", approvalId }) as const;

function types(records: Awaited<ReturnType<House["records"]>>, stream: string): readonly string[] {
  return records.filter((record) => record.stream === stream && record.version !== null).map(({ type }) => type);
}

test("the run job on three replicas at once has one effect", async () => {
  const h = await house();
  const others = [await h.replica(), await h.replica()];
  const id = await h.grant(await h.raise(), "suspend-subaccount");
  await Promise.all([h, ...others].map((replica) => replica.work("run", id)));
  // On a busy machine a store's budget may be over once: the job comes back then.
  await vi.waitFor(async () => {
    await h.pass(2_000);
    expect((await h.run(id)).status).toBe("done");
  }, 15_000);
  expect(h.writes()).toHaveLength(1);
  expect(types(await h.records(), `run-${id}`).filter((type) => type === "run-started")).toHaveLength(1);
});

/** A lock that everybody gets: its connection broke while its holder worked on. */
function withoutLock({ store, ...rest }: Outside): Outside {
  return { ...rest, store: { ...store, withLock: async (_name, work) => ({ held: true, answer: await work() }) } };
}

test("without the lock: who starts second does not run beside the first, but takes over from it", async () => {
  let isFirst = true;
  let goOn = (): void => {};
  const h = await house({ replica: { outside: withoutLock } });
  // The first worker hangs after it read that nothing was begun.
  const slow = await h.replica({
    outside: (real) => ({
      ...withoutLock(real),
      twilio: {
        ...real.twilio,
        async account(sid) {
          if (isFirst) {
            isFirst = false;
            await new Promise<void>((resolve) => {
              goOn = resolve;
            });
          }
          return real.twilio.account(sid);
        },
      },
    }),
  });
  const id = await h.grant(await h.raise(), "rotate-auth-token");
  const slowly = slow.work("run", id);
  while (isFirst) await new Promise((resolve) => setTimeout(resolve, 2));

  // The second one begins, and stands between its start and its first write.
  let started = (): void => {};
  const hasStarted = new Promise<void>((resolve) => {
    started = resolve;
  });
  let release = (): void => {};
  const other = await h.replica({
    outside: (real) => ({
      ...withoutLock(real),
      store: {
        ...withoutLock(real).store,
        events: {
          ...real.store.events,
          async append(change) {
            const answer = await real.store.events.append(change);
            if (change.drafts[0]?.type === "run-started") {
              started();
              await new Promise<void>((resolve) => {
                release = resolve;
              });
            }
            return answer;
          },
        },
      },
    }),
  });
  const begun = other.work("run", id);
  await hasStarted;
  goOn();
  await slowly;
  release();
  await begun;
  await h.pass(60_000);

  expect((await h.run(id)).status).toBe("done");
  const promotions = h.writes().filter((write) => write.includes("AuthTokens/Promote"));
  expect(promotions).toHaveLength(1);
  // The one that came second took over with a record of it: the first one is fenced off from then on.
  expect(types(await h.records(), `run-${id}`)).toContain("run-resumed");
});

test("a worker that was overtaken may not write any more: neither a step nor an end", async () => {
  const h = await house();
  const id = await h.grant(await h.raise(), "suspend-subaccount");
  const { executor, machines } = h;
  const because = { actor: { kind: "tollgate", part: "run" }, cause: "job" } as const;
  const approval = await h.approval(id);
  if (approval.status !== "granted") throw new Error("not granted");
  await executor.execute(machines.run, id, { type: "start", grant: approval.grant }, because);
  await executor.execute(machines.run, id, { type: "resume" }, because);
  const before = (await h.records()).length;
  const late = { attempt: 1 } as const;
  expect(
    await executor.execute(machines.run, id, { type: "record-step", ...late, step: "x", data: null }, because),
  ).toMatchObject({ accepted: false, refusal: "superseded" });
  const outcome = { status: "refused", reason: "too late" } as const;
  expect(await executor.execute(machines.run, id, { type: "finish", ...late, outcome }, because)).toMatchObject({
    accepted: false,
    refusal: "superseded",
  });
  expect(await h.records()).toHaveLength(before);
});

test("a worker that is overtaken between its steps writes nothing more to Twilio", async () => {
  const h = await house();
  const id = await h.grant(await h.raise(), "rotate-auth-token");
  // Somebody takes the run over just before this worker would record that it promotes.
  const overtaken = await h.replica({
    outside: (real) => ({
      ...real,
      store: {
        ...real.store,
        events: {
          ...real.store.events,
          async append(change) {
            const [draft] = change.drafts;
            if (JSON.stringify(draft?.data).includes("secondary-stored")) {
              const because = { actor: { kind: "tollgate", part: "run" }, cause: "job" } as const;
              await h.executor.execute(h.machines.run, id, { type: "resume" }, because);
            }
            return real.store.events.append(change);
          },
        },
      },
    }),
  });
  await overtaken.work("run", id);
  expect(h.writes().filter((write) => write.includes("Promote"))).toEqual([]);
  await h.pass(60_000);
  expect((await h.run(id)).status).toBe("done");
  expect(h.writes().filter((write) => write.includes("Promote"))).toHaveLength(1);
});

test("a double click grants once, and says to the second that it is granted", async () => {
  const h = await house();
  const id = await h.ask(await h.raise(), "suspend-subaccount");
  const answers = await Promise.all([h, h].map(({ handlers }) => handlers.press(ON_SLACK.ben, approve(id))));
  expect(answers.map(({ kind }) => kind).sort()).toEqual(["done", "told"]);
  await h.settle();
  expect(types(await h.records(), `approval-${id}`)).toEqual([
    "approval-requested",
    "approval-given",
    "approval-granted",
  ]);
  expect(h.writes()).toHaveLength(1);
});

test("two approvers in the same millisecond and the timer, on three replicas: one outcome, and everybody hears the truth", async () => {
  const h = await house();
  const [second, third] = [await h.replica(), await h.replica()];
  const seen = new Set<string>();
  for (let round = 1; round <= 6; round += 1) {
    h.world.standIn.state.setStatus(h.account, "active");
    h.world.clock.pass(30_000);
    const id = await h.ask(await h.raise(), "suspend-subaccount");
    const todo = await h.store.outbox.load("expire", id);
    if (todo === null) throw new Error("no timer was set");
    const writes = h.writes().length;
    // The timer is a millisecond early in half of the rounds, so that both outcomes are seen.
    h.world.clock.pass(900_000 - (round % 2));
    const [ben, cem] = await Promise.all([
      h.handlers.press(ON_SLACK.ben, approve(id)),
      second.handlers.press(ON_SLACK.cem, approve(id)),
      third.jobs.expire(id, todo),
    ]);
    await h.settle();
    const { status } = await h.approval(id);
    seen.add(status);
    const isGranted = status === "granted";
    expect([ben.kind, cem.kind].filter((kind) => kind === "done")).toHaveLength(isGranted ? 1 : 0);
    for (const answer of [ben, cem])
      if (answer.kind === "told") expect(answer.text).toMatch(isGranted ? /was approved by/ : /expired/);
    expect(h.writes().length - writes).toBe(isGranted ? 1 : 0);
  }
  expect([...seen].sort()).toEqual(["expired", "granted"]);
});

test("two grants on one account are carried out one after the other", async () => {
  const h = await house();
  const deletion = await h.grant(await h.raise(), "delete-api-keys");
  const suspension = await h.grant(await h.raise(), "suspend-subaccount");
  const other = await h.replica();
  let isFirst = true;
  const busy = await h.replica({
    outside: ({ twilio, ...rest }) => ({
      ...rest,
      twilio: intercepted(twilio, async (name, call) => {
        if (name === "deleteKey" && isFirst) {
          isFirst = false;
          await other.work("run", suspension);
          expect((await h.run(suspension)).status).toBe("none");
          const todo = await h.store.outbox.load("run", suspension);
          expect(todo?.dueAtMs).toBe(h.world.clock.now() + 1_000);
        }
        return call();
      }),
    }),
  });
  await busy.work("run", deletion);
  expect(isFirst).toBe(false);
  expect((await h.run(deletion)).status).toBe("done");
  await h.pass(1_000);
  expect((await h.run(suspension)).status).toBe("done");
});
