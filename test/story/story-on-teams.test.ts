import { test } from "vitest";
import { setStage } from "./stage.ts";
import { playWholeStory, SHORT } from "./whole-story.ts";

test("the story is the same on Teams alone", { timeout: 120_000 }, async (context) => {
  const stage = await setStage(context, { on: "teams" });
  const { onTeams } = stage;
  await playWholeStory({ stage, asking: onTeams, approving: onTeams, remediations: SHORT });
});
