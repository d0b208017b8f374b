// A worker in a process of its own, to be killed: takes a job, says so and never finishes it.
import { createLog } from "../../src/lib/log.ts";
import { Secret } from "../../src/lib/secret.ts";
import { createQueue } from "../../src/queue/queue.ts";

const { redisUrl, connection } = JSON.parse(process.argv[2] ?? "{}");
const queue = await createQueue({
  backend: redisUrl === undefined ? { connection } : { redisUrl: new Secret(redisUrl) },
  log: createLog("silent"),
});
await queue.start(() => {
  process.stdout.write("taken\n");
  return new Promise(() => {});
});
process.stdout.write("ready\n");
