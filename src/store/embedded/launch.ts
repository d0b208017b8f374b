import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, fchmodSync, fstatSync, openSync, readSync, renameSync } from "node:fs";
import type { Binaries } from "./binaries.ts";
import { type Folder, PORT, prepareSocketDir } from "./folder.ts";
import { asUser } from "./run-user.ts";

const LOG_KEPT_BYTES = 1024 * 1024;

/** On the command line, so that they hold whatever a data folder's own configuration says. */
function settings(socketDir: string): Readonly<Record<string, string>> {
  return {
    cluster_name: "tollgate",
    listen_addresses: "",
    port: String(PORT),
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    max_connections: "200",
    shared_buffers: "32MB",
    max_wal_size: "512MB",
    // One machine, no replicas: fewer helper processes.
    io_method: "sync",
    max_logical_replication_workers: "0",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    // A session whose process was killed in the middle of a query ends within a second, and its locks with it.
    client_connection_check_interval: "1s",
    // No statement and no value of a row in a log file.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_checkpoints: "off",
  };
}

export interface Launch {
  readonly child: ChildProcess;
  /** What the server has written since: the reason when it ended. */
  said(): string;
}

/** Starts the server on its own: it outlives us, hears no Ctrl-C of ours and has none of our environment. */
export function launch(folder: Folder, binaries: Binaries): Launch {
  prepareSocketDir(folder);
  const logFile = openLog(folder.logFile);
  const begin = fstatSync(logFile).size;
  const options = Object.entries(settings(folder.socketDir)).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(binaries.postgres, ["-D", folder.cluster, ...options], {
    ...asUser(folder.user),
    detached: true,
    stdio: ["ignore", logFile, logFile],
  });
  closeSync(logFile);
  // Without a listener a failed spawn would end our process; whoever waits for the server sees that it ended.
  child.on("error", () => {});
  child.unref();
  return { child, said: () => readFrom(folder.logFile, begin) };
}

/** Never through a link: as root that could be anybody's file. */
function openLog(path: string): number {
  const file = openSync(path, constants.O_APPEND | constants.O_CREAT | constants.O_RDWR | constants.O_NOFOLLOW, 0o600);
  fchmodSync(file, 0o600);
  if (fstatSync(file).size < LOG_KEPT_BYTES) return file;
  closeSync(file);
  renameSync(path, `${path}.1`);
  return openLog(path);
}

function readFrom(path: string, begin: number): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const buffer = Buffer.alloc(Math.min(4096, Math.max(0, fstatSync(file).size - begin)));
    readSync(file, buffer, 0, buffer.length, begin);
    return buffer.toString("utf8").trim();
  } finally {
    closeSync(file);
  }
}
