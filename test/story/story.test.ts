import { test } from "vitest";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import { setStage } from "./stage.ts";
import { playWholeStory } from "./whole-story.ts";

test("a signed webhook becomes an approved, verified and audited remediation, with nothing but an empty folder", {
  timeout: 150_000,
}, async (context) => {
  const stage = await setStage(context, { store: "embedded" });
  const { onSlack } = stage;
  await playWholeStory({ stage, asking: onSlack, approving: onSlack, remediations: REMEDIATIONS });
});
