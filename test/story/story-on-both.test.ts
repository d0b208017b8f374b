import { test } from "vitest";
import { setStage } from "./stage.ts";
import { playWholeStory, SHORT } from "./whole-story.ts";

test("the story goes across: asked for in Slack and approved in Teams, and undone the other way round", {
  timeout: 120_000,
}, async (context) => {
  const stage = await setStage(context, { on: "both" });
  await playWholeStory({ stage, asking: stage.onSlack, approving: stage.onTeams, remediations: SHORT });
});
