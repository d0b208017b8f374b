// A Tollgate that can be killed: starts the embedded server as its owner and says so on one line.
import { createLog } from "../../../src/lib/log.ts";
import { startEmbedded } from "../../../src/store/embedded/index.ts";

const server = await startEmbedded({ dataDir: process.argv[2] ?? "", log: createLog("silent"), exclusive: true }).catch(
  (error: unknown) => String(error),
);
if (typeof server !== "string") process.once("SIGTERM", () => void server.stop());
console.log(JSON.stringify(typeof server === "string" ? { refused: server } : { adopted: server.adopted }));
