import { expect, test } from "vitest";
import { setStage } from "./stage.ts";
import { playWholeStory, SHORT } from "./whole-story.ts";

test("the story is the same over Socket Mode, and Slack posts nothing to us", { timeout: 120_000 }, async (context) => {
  const stage = await setStage(context, { on: "socket" });
  const { onSlack, slack, tollgate } = stage;
  await playWholeStory({ stage, asking: onSlack, approving: onSlack, remediations: SHORT });
  expect(slack.socketConnections()).toBe(1);
  expect((await fetch(`${tollgate.url}/slack/events`, { method: "POST" })).status).toBe(404);
});
