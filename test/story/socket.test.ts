/** Slack over a web socket that does not hold. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SlackFault } from "../../src/sandbox/slack/faults.ts";
import { ANN } from "./cast.ts";
import { expectSoundAuditOn, raise } from "./side.ts";
import { prepareStage, type Stage } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await prepareStage({ on: "socket", subaccounts: 12 });
  // Somebody switched Socket Mode off: every connection is sent away.
  stage.slack.inject({ kind: "socket-disconnect", reason: "link_disabled" });
  await stage.tollgate.start();
});
afterAll(() => stage?.close());

const CONNECTED_WITHIN_MS = 40_000;

function connected(): Promise<void> {
  return expect.poll(() => stage.slack.socketConnections(), { timeout: CONNECTED_WITHIN_MS }).toBe(1);
}

test("while Socket Mode is off, /readyz says so with the way out, and cards are there; then clicks count", async () => {
  const { onSlack, slack, tollgate } = stage;
  const problem = expect.stringMatching(/^Socket Mode was switched off in the app's settings; switch it on/);
  await expect
    .poll(async () => (await fetch(`${tollgate.url}/readyz`)).json(), { timeout: 15_000 })
    .toMatchObject({ status: "ready", troubles: [{ part: "slack", problem }] });
  const { card, subject } = await raise(onSlack, stage);
  await expect(onSlack.story.press(ANN, card, "Acknowledge")).rejects.toThrow();

  slack.clearFaults();
  await connected();
  await onSlack.story.press(ANN, card, "Acknowledge");
  await onSlack.says(subject, /In the hands of: Ann Ito/);
});

const CLICKS_FOR_MS = 30_000;
const CLICK_AGAIN_AFTER_MS = 50;

/** As people do: who sees that it did not work clicks again, as long as there is something to click. */
async function clickUntilTaken(click: () => Promise<void>): Promise<void> {
  const endMs = performance.now() + CLICKS_FOR_MS;
  for (;;) {
    try {
      return await click();
    } catch (error) {
      if (String(error).includes("sees no button")) return;
      if (performance.now() > endMs) throw error;
      await pause(CLICK_AGAIN_AFTER_MS);
    }
  }
}

test.each<{ readonly how: string; readonly fault: SlackFault }>([
  { how: "renews the connection", fault: { kind: "socket-disconnect", reason: "refresh_requested" } },
  { how: "cuts it without a word", fault: { kind: "socket-cut" } },
])("Slack $how while people click: nothing is lost, and every click counts once", async ({ fault }) => {
  const { onSlack, slack } = stage;
  const incidents = [];
  for (let count = 0; count < 4; count += 1) incidents.push(await raise(onSlack, stage));
  await connected();
  const clicks = incidents.map(({ card }) => clickUntilTaken(() => onSlack.story.press(ANN, card, "Acknowledge")));
  slack.inject(fault);
  await Promise.all(clicks);
  for (const { subject } of incidents) await onSlack.says(subject, /In the hands of: Ann Ito/);
  await connected();
  const { words } = await onSlack.ask(ANN, "incidents", "all");
  expect(words).toMatch(/in the hands of Ann Ito/);
  const lines = await expectSoundAuditOn(onSlack, stage);
  for (const { number } of incidents) {
    expect(lines.filter((line) => line.includes(`Ann Ito (Slack) acknowledged incident ${number} `))).toHaveLength(1);
  }
});
