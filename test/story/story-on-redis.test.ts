import { test } from "vitest";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import { redisServer, withoutRedis } from "../queue/redis-server.ts";
import { setStage } from "./stage.ts";
import { playWholeStory } from "./whole-story.ts";

test.skipIf(withoutRedis)(
  "a signed webhook becomes an approved, verified and audited remediation, with the queue on Redis",
  { timeout: 150_000 },
  async (context) => {
    const stage = await setStage(context, { redisUrl: (await redisServer()).url.reveal() });
    const { onSlack } = stage;
    await playWholeStory({ stage, asking: onSlack, approving: onSlack, remediations: REMEDIATIONS });
  },
);
