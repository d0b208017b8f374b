import type { Redis } from "ioredis";
import { Fault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";

/** BullMQ's Lua scripts need it. https://docs.bullmq.io/guide/introduction */
const OLDEST_MAJOR_VERSION = 5;

/** Looks at how Redis is set up. Throws a `Fault` of kind `rejected` when it would silently drop jobs, unless the operator allows it. */
export async function inspectRedis(redis: Redis, allowUnsafe: boolean, log: Log): Promise<void> {
  const facts = parseInfo(await redis.info());
  const version = facts.get("redis_version") ?? "";
  if (Number.parseInt(version, 10) < OLDEST_MAJOR_VERSION)
    throw new Fault("rejected", `Redis ${version} is too old: BullMQ needs ${OLDEST_MAJOR_VERSION} or newer`);

  const policy = (await configValue(redis, "maxmemory-policy")) ?? facts.get("maxmemory_policy");
  if (policy === undefined)
    log.warn(
      { backend: "redis" },
      "Redis does not tell its eviction policy: make sure that maxmemory-policy is noeviction",
    );
  else if (policy !== "noeviction") {
    if (!allowUnsafe)
      throw new Fault(
        "rejected",
        `Redis has the eviction policy ${policy} and may drop jobs: set maxmemory-policy to noeviction, or ALLOW_UNSAFE_STORES=1`,
      );
    log.warn({ backend: "redis", reason: policy }, "Redis may drop jobs: its eviction policy is not noeviction");
  }

  const hasAppendOnlyFile = facts.get("aof_enabled") === "1";
  const save = await configValue(redis, "save");
  if (hasAppendOnlyFile || (save !== undefined && save !== "")) return;
  log.warn(
    { backend: "redis" },
    save === undefined
      ? "Redis does not tell whether it persists jobs; what it loses is rebuilt from PostgreSQL"
      : "Redis has no persistence; what it loses is rebuilt from PostgreSQL",
  );
}

/** Undefined when CONFIG is forbidden, as hosted Redis often does. */
async function configValue(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const answer = await redis.config("GET", name);
    const value: unknown = Array.isArray(answer) ? answer[1] : undefined;
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function parseInfo(info: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const line of info.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) facts.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return facts;
}
