import { test } from "vitest";
import { redisServer, withoutRedis } from "../queue/redis-server.ts";
import { playWholeStory } from "./whole-story.ts";

test.skipIf(withoutRedis)(
  "a signed webhook becomes an approved, verified and audited remediation, with the queue on Redis",
  { timeout: 150_000 },
  async (context) => playWholeStory(context, { redisUrl: (await redisServer()).url.reveal() }),
);
