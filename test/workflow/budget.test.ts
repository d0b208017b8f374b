import { expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import type { EventStore } from "../../src/workflow/ports.ts";
import { previewIdOf } from "../support/life.ts";
import { ON_SLACK, slackUser } from "../support/roster.ts";
import { type House, house, type ReplicaOptions } from "../support/workflow.ts";

/** A store whose answers to writing are what the test says. */
function writing(
  append: (events: EventStore, ...given: Parameters<EventStore["append"]>) => ReturnType<EventStore["append"]>,
): ReplicaOptions {
  return {
    outside: ({ store, ...rest }) => ({
      ...rest,
      store: { ...store, events: { ...store.events, append: (change) => append(store.events, change) } },
    }),
  };
}

const troubles: readonly (readonly [string, boolean, ReplicaOptions])[] = [
  ["does not answer", false, writing(() => new Promise(() => {}))],
  ["is down", false, writing(() => Promise.reject(new Fault("unavailable", "PostgreSQL is not reachable")))],
  [
    "stored it and its answer was lost",
    true,
    writing(async (events, change) => {
      await events.append(change);
      throw new Fault("timeout", "PostgreSQL did not answer in time");
    }),
  ],
  [
    "stored it and we met a bug after that",
    true,
    writing(async (events, change) => {
      await events.append(change);
      throw new TypeError("undefined is not a function");
    }),
  ],
];

const clicks: readonly (readonly [string, (h: House) => Promise<Parameters<House["handlers"]["press"]>>])[] = [
  ["acknowledging", async (h) => [ON_SLACK.ann, { action: "acknowledge", incidentId: await h.raise() }]],
  [
    "approving",
    async (h) => [ON_SLACK.ben, { action: "approve", approvalId: await h.ask(await h.raise(), "suspend-subaccount") }],
  ],
  ["a refused click", async (h) => [slackUser("U0NEW"), { action: "resolve", incidentId: await h.raise() }]],
];

test.each(troubles)(
  "the store %s: the clicker is told within the budget to look at the card, never that nothing was changed",
  async (_trouble, isStored, how) => {
    const h = await house();
    const troubled = await h.replica({ ...how, store: h.store });
    for (const [title, press] of clicks) {
      const pressed = await press(h);
      const before = (await h.records()).length;
      const startedAt = performance.now();
      const answer = await troubled.handlers.press(...pressed);
      expect(performance.now() - startedAt, title).toBeLessThan(1_900);
      expect(answer, title).toMatchObject({ kind: "told", text: expect.stringContaining("Look at the card") });
      expect(JSON.stringify(answer), title).not.toMatch(/nothing was changed/i);
      expect((await h.records()).length > before, title).toBe(isStored);
    }
  },
);

test("an approval whose answer was lost counts, and a second click is told so", async () => {
  const h = await house();
  const approvalId = await h.ask(await h.raise(), "suspend-subaccount");
  let isFirst = true;
  const troubled = await h.replica({
    ...writing(async (events, change) => {
      const answer = await events.append(change);
      if (!isFirst) return answer;
      isFirst = false;
      throw new Fault("timeout", "PostgreSQL did not answer in time");
    }),
    store: h.store,
  });
  const press = { action: "approve", approvalId } as const;
  expect(await troubled.handlers.press(ON_SLACK.ben, press)).toMatchObject({ kind: "told" });
  expect(await troubled.handlers.press(ON_SLACK.ben, press)).toMatchObject({
    kind: "told",
    text: expect.stringContaining("was approved by Ben Okafor"),
  });
  await h.settle();
  expect((await h.run(approvalId)).status).toBe("done");
  expect(h.writes()).toHaveLength(1);
});

test("a request, an unknown button and a stranger's command are answered within the budget too", async () => {
  const h = await house();
  const dialog = await h.dialog(await h.raise(), "suspend-subaccount");
  const hung = await h.replica({ ...writing(() => new Promise(() => {})), store: h.store });
  const startedAt = performance.now();
  const user = ON_SLACK.ann;
  const [sent, pressed, asked] = await Promise.all([
    hung.handlers.submit({
      user,
      form: { form: "request", previewId: previewIdOf(dialog) },
      values: { reason: ["x"] },
    }),
    hung.handlers.unknownPress(user, "frobnicate"),
    hung.handlers.command(slackUser("U0NEW"), "usage", "today"),
  ]);
  expect(performance.now() - startedAt).toBeLessThan(1_900);
  expect(sent).toMatchObject({ kind: "told", text: expect.stringContaining("Look at the card") });
  expect(pressed).toContain("Look at the card");
  expect(JSON.stringify(asked)).toContain("roster");
});

test("a record that cannot be written is a remediation that is not run", async () => {
  const h = await house();
  const id = await h.grant(await h.raise(), "suspend-subaccount");
  const mute = await h.replica({
    ...writing(() => Promise.reject(new Fault("unavailable", "PostgreSQL: the disk is full"))),
    store: h.store,
  });
  for (let time = 1; time <= 5; time += 1) {
    h.world.clock.pass(30_000);
    await mute.work("run", id);
  }
  expect(h.writes()).toEqual([]);
  await h.pass(30_000);
  expect((await h.run(id)).status).toBe("done");
});
