import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { Secret } from "../../src/lib/secret.ts";
import { createQueue, type QueueOptions } from "../../src/queue/queue.ts";
import { redisServer, withoutRedis } from "./redis-server.ts";

async function queueOn(redisUrl: Secret, more: Partial<QueueOptions> = {}) {
  const queue = await createQueue({ backend: { redisUrl }, log: createLog("silent"), ...more });
  onTestFinished(() => queue.close(100));
  return queue;
}

async function timed(work: Promise<unknown>) {
  const startedAt = performance.now();
  const error = await work.then(
    () => undefined,
    (problem: unknown) => problem,
  );
  return { error, ms: performance.now() - startedAt };
}

/** The promise is a second; the rest is for a busy machine. */
const WITHIN_MS = 1_400;
/** The promise is 1.5 s; the rest is for a busy machine. */
const BACK_WITHIN_MS = 3_000;

describe.skipIf(withoutRedis)("Redis", () => {
  test("that is killed is a fault within a second, and works again soon after its return, though it is empty", async () => {
    const redis = await redisServer();
    const queue = await queueOn(redis.url);
    const handled: string[] = [];
    await queue.start(async (_job, key) => void handled.push(key));
    await queue.add("detect", "AC1");
    await vi.waitFor(() => expect(handled).toEqual(["AC1"]));
    await redis.kill();
    for (const { error, ms } of await Promise.all([timed(queue.add("detect", "AC2")), timed(queue.ping())])) {
      expect(error).toMatchObject({ name: "Fault", kind: "unavailable" });
      expect(ms).toBeLessThan(WITHIN_MS);
    }
    await redis.start();
    const back = performance.now();
    await vi.waitFor(() => queue.add("detect", "AC3"), { timeout: BACK_WITHIN_MS, interval: 50 });
    await vi.waitFor(() => expect(handled).toContain("AC3"), { timeout: 10_000, interval: 20 });
    expect(performance.now() - back).toBeLessThan(BACK_WITHIN_MS);
  });

  test("that hangs is a fault within a second, and its jobs are handled when it goes on", async () => {
    const redis = await redisServer();
    const queue = await queueOn(redis.url);
    const handled: string[] = [];
    await queue.start(async (_job, key) => void handled.push(key));
    await queue.add("detect", "AC1");
    redis.signal("SIGSTOP");
    const { error, ms } = await timed(queue.add("detect", "AC2"));
    expect(error).toMatchObject({ name: "Fault", kind: "timeout" });
    expect(ms).toBeLessThan(WITHIN_MS);
    redis.signal("SIGCONT");
    await vi.waitFor(() => queue.add("detect", "AC3"), { timeout: BACK_WITHIN_MS, interval: 50 });
    await vi.waitFor(() => expect(handled).toContain("AC3"), { timeout: 10_000, interval: 20 });
  });

  test("that is down when we start delays jobs and nothing else", async () => {
    const redis = await redisServer();
    await redis.kill();
    const queue = await queueOn(redis.url);
    const handled: string[] = [];
    await queue.start(async (_job, key) => void handled.push(key));
    expect((await timed(queue.add("detect", "AC1"))).error).toMatchObject({ kind: "unavailable" });
    await redis.start();
    await vi.waitFor(() => queue.add("detect", "AC2"), { timeout: BACK_WITHIN_MS, interval: 50 });
    await vi.waitFor(() => expect(handled).toContain("AC2"), { timeout: 10_000, interval: 20 });
  });

  test("that is full is a fault", async () => {
    const redis = await redisServer("--maxmemory-policy", "noeviction");
    const queue = await queueOn(redis.url);
    await queue.add("detect", "AC1");
    const { Redis } = await import("ioredis");
    const operator = new Redis(redis.port, "127.0.0.1");
    await operator.config("SET", "maxmemory", "1");
    expect((await timed(queue.add("detect", "AC2"))).error).toMatchObject({ kind: "unavailable", code: "OOM" });
    await operator.config("SET", "maxmemory", "0");
    await queue.add("detect", "AC2");
    operator.disconnect();
  });

  test("that may drop jobs is refused, unless the operator allows it", async () => {
    const redis = await redisServer("--maxmemory-policy", "allkeys-lru");
    await expect(queueOn(redis.url)).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("allkeys-lru"),
    });
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => lines.push(line) });
    await (await queueOn(redis.url, { log, allowUnsafe: true })).add("detect", "AC1");
    expect(lines.join("")).toContain("eviction policy is not noeviction");
  });

  test("without persistence, or with CONFIG forbidden, is warned of", async () => {
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => lines.push(line) });
    await queueOn((await redisServer()).url, { log });
    expect(lines.join("")).toContain("no persistence");
    lines.length = 0;
    await queueOn((await redisServer("--rename-command", "CONFIG", "")).url, { log });
    expect(lines.join("")).toContain("does not tell whether it persists");
  });

  test("that wants a password we do not have says so, without telling ours", async () => {
    const redis = await redisServer();
    const { Redis } = await import("ioredis");
    const operator = new Redis(redis.port, "127.0.0.1");
    await operator.config("SET", "requirepass", "open sesame");
    operator.disconnect();
    const url = new Secret(`redis://:wrong-guess@127.0.0.1:${redis.port}`);
    const { error } = await timed(queueOn(url).then((queue) => queue.add("detect", "AC1")));
    expect(error).toMatchObject({ name: "Fault" });
    expect(JSON.stringify(error) + String(error)).not.toContain("wrong-guess");
  });
});
