import { expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE_MS = 60_000;
const lost = new Fault("unavailable", "Teams answered HTTP 502", { code: "502" });

/** Minutes after `raise` at which the incident's card was posted, looking every half minute. */
async function postMinutes(h: House, subject: string, minutes: number): Promise<readonly number[]> {
  const seen: number[] = [];
  let known = 0;
  for (let half = 0; half <= minutes * 2; half += 1) {
    await (half === 0 ? h.settle() : h.pass(MINUTE_MS / 2));
    const posts = h.teams.calls.filter((call) => call === `post ${subject}`).length;
    for (; known < posts; known += 1) seen.push(half / 2);
  }
  return seen;
}

test("where nobody can look for a lost message, each next post waits as long again as all before", async () => {
  const h = await house({ platforms: ["teams"] });
  for (let time = 0; time < 50; time += 1) h.teams.failNext("post", lost, "after");
  const incident = await h.raise({ category: null });
  const minutes = await postMinutes(h, `incident-${incident}`, 40);
  expect(minutes).toEqual([0, 1, 2, 4, 8, 16, 26, 36]);
  expect(h.teams.calls).not.toContain(`find incident-${incident}`);
});

test("what people do meanwhile does not hurry it", async () => {
  const h = await house({ platforms: ["teams"] });
  for (let time = 0; time < 50; time += 1) h.teams.failNext("post", lost, "after");
  const incident = await h.raise({ category: null });
  await h.settle();
  const key = `teams.incident-${incident}`;
  for (let second = 1; second < 50; second += 1) {
    await h.store.outbox.add({ job: "notify", key, dueAtMs: null }, h.world.clock.now());
    await h.pass(1000);
  }
  expect(h.teams.calls.filter((call) => call === `post incident-${incident}`)).toHaveLength(1);
});

test("what certainly never left is posted again at once", async () => {
  const h = await house({ platforms: ["teams"] });
  const refused = new Fault("unavailable", "Teams could not be reached", { nothingHappened: true });
  h.teams.failNext("post", refused);
  const incident = await h.raise({ category: null });
  await h.settle();
  await h.pass(1000);
  expect(h.teams.of(`incident-${incident}`)).toHaveLength(1);
});

test("lines of the audit channel are not posted again and again either, though new records come", async () => {
  const h = await house({ platforms: ["teams"] });
  for (let time = 0; time < 50; time += 1) h.teams.failNext("postLines", lost, "after");
  const posts = () => h.teams.calls.filter((call) => call.startsWith("postLines ")).length;
  await h.raise({ category: null });
  await h.settle();
  expect(posts()).toBe(1);
  for (let second = 1; second < 50; second += 7) {
    await h.store.outbox.add({ job: "record", key: "teams", dueAtMs: null }, h.world.clock.now());
    await h.pass(7_000);
  }
  expect(posts()).toBe(1);
  await h.pass(MINUTE_MS);
  expect(posts()).toBe(2);
});
