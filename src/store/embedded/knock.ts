import { realpathSync } from "node:fs";
import { Client, DatabaseError } from "pg";
import { DATABASE_USER } from "./cluster.ts";
import { EmbeddedProblem, errorCode } from "./problem.ts";

/** Advisory locks belong to a database, so everybody takes them in this one, which every cluster has. */
export const COMMON_DATABASE = "postgres";
const ANSWER_MS = 2_000;

/**
 * - `open`    it answers; the connection is the caller's to end
 * - `busy`    somebody is there but not ready: starting, recovering, stopping, full or slow
 * - `closed`  nobody listens there
 */
export type Knock = ({ readonly answer: "open" } & Connection) | { readonly answer: "busy" | "closed" };

export interface Connection {
  readonly client: Client;
  /** Settles when the connection is over, whoever ended it. */
  readonly over: Promise<void>;
}

/** Tries one connection over the socket in `socketDir`. */
export async function knock(socketDir: string, port: number, applicationName: string): Promise<Knock> {
  const client = new Client({
    host: socketDir,
    port,
    user: DATABASE_USER,
    database: COMMON_DATABASE,
    application_name: applicationName,
    ssl: false,
    connectionTimeoutMillis: ANSWER_MS,
  });
  // A lost connection must not end the process; whoever uses it learns by its `end`.
  client.on("error", () => {});
  const over = new Promise<void>((resolve) => client.once("end", () => resolve()));
  try {
    await client.connect();
    return { answer: "open", client, over };
  } catch (error) {
    return { answer: whyNot(error) };
  }
}

/** True when the error says that the connection went away, as when the server stops; a statement that failed is not that. */
export function isLost(error: unknown): boolean {
  if (error instanceof EmbeddedProblem) return false;
  return !(error instanceof DatabaseError) || (error.code ?? "").startsWith("57P");
}

/** A data folder that was copied while its server ran names the server of the original. */
export async function servesCluster(client: Client, cluster: string): Promise<boolean> {
  const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
  try {
    return realpathSync(rows[0]?.folder ?? "") === cluster;
  } catch {
    return false;
  }
}

function whyNot(error: unknown): "busy" | "closed" {
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTSOCK") return "closed";
  // 57P: starting or stopping; 53300: too many connections; EAGAIN: its queue is full; no code: no answer in time.
  if (code === undefined || code.startsWith("57P") || code === "53300") return "busy";
  if (code === "EAGAIN" || code === "ECONNRESET" || code === "EPIPE") return "busy";
  throw error;
}
