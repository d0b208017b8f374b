export { emptyDatabase } from "./database.ts";
export { lodgeElsewhere } from "./lodging.ts";
export { FolderInUse } from "./problem.ts";
export { attachEmbedded, type EmbeddedServer, startEmbedded } from "./server.ts";
