import { readFileSync, readlinkSync } from "node:fs";
import { errorCode } from "./problem.ts";

/** Names one process for ever: its number may be given to another one later, its start time not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the machine started; 0 where the system does not tell (macOS). */
  readonly startTicks: number;
  /** The pid namespace: numbers of another container mean nothing here. "" where there are none. */
  readonly namespace: string;
}

interface ProcessStat {
  readonly name: string;
  readonly state: string;
  readonly startTicks: number;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startTicks: processStat(process.pid)?.startTicks ?? 0, namespace: pidNamespace() };
}

/** Undefined when it cannot be known from here, because that process belongs to another container. */
export function isRunning(identity: ProcessIdentity): boolean | undefined {
  if (identity.namespace !== pidNamespace()) return undefined;
  if (!isAlive(identity.pid)) return false;
  return (processStat(identity.pid)?.startTicks ?? 0) === identity.startTicks;
}

/** A process that was killed but not yet collected by its parent is not alive. */
export function isAlive(pid: number): boolean {
  const state = processStat(pid)?.state;
  return isTaken(pid) && state !== "Z" && state !== "X";
}

export function isTaken(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH";
  }
}

/** Undefined where there is no /proc, or no such process. Fields: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function processStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name may hold anything, closing brackets too; what follows the last one is plain.
    const end = text.lastIndexOf(")");
    const fields = text.slice(end + 2).split(" ");
    return { name: text.slice(text.indexOf("(") + 1, end), state: fields[0] ?? "", startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    return "";
  }
}
