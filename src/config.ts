/** The only place that knows the process's environment: env + `tollgate.yml` -> one frozen `Config`, or every problem at once. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { DEFAULT_POLICY_FILE, type Environment, platformNames, readEnvironment } from "./config/environment.ts";
import type { Policy } from "./config/policy.ts";
import { type PolicyResult, parsePolicy } from "./config/policy-file.ts";
import { setVariables } from "./config/variables.ts";
import { policyWarnings } from "./config/warnings.ts";

export type { AuditEnvironment } from "./config/environment.ts";
export {
  DEFAULT_DEMO_DIR,
  platformNames,
  readAuditEnvironment,
  readDemoEnvironment,
  readEnvironment,
} from "./config/environment.ts";
export type { Policy } from "./config/policy.ts";
export { policyForAudit } from "./config/policy.ts";
export type { SlackAuditChannel } from "./config/slack.ts";
export { approvalWarnings, isReachable, otherWarnings, policyWarnings } from "./config/warnings.ts";

export interface Config {
  readonly environment: Environment;
  readonly policy: Policy;
}

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws when the file cannot be read, as `readFileSync` does. */
  readonly readFile: (path: string) => string;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The real process's own. */
export function processSources(): ConfigSources {
  return { env: process.env, readFile: (path) => readFileSync(path, "utf8") };
}

/** The environment and the policy file are both checked before anything is said. */
export function loadConfig(sources: ConfigSources): ConfigResult {
  const environment = readEnvironment(sources.env);
  const policy = loadPolicy(sources);
  if (environment.ok && policy.ok) {
    return { ok: true, config: deepFreeze({ environment: environment.environment, policy: policy.policy }) };
  }
  return {
    ok: false,
    problems: [...(environment.ok ? [] : environment.problems), ...(policy.ok ? [] : policy.problems)],
  };
}

/** The policy file alone: read again on SIGHUP and when it changes. */
export function loadPolicy({ env, readFile }: ConfigSources): PolicyResult {
  const set = setVariables(env);
  const path = set["TOLLGATE_CONFIG"] ?? DEFAULT_POLICY_FILE;
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    return { ok: false, problems: [unreadable(set["TOLLGATE_CONFIG"] !== undefined, error)] };
  }
  const parsed = parsePolicy({ text, fileName: basename(path), dataDir: set["DATA_DIR"] ?? "./data" });
  return parsed.ok ? { ok: true, policy: deepFreeze(parsed.policy) } : parsed;
}

/** What is allowed and will still hurt, one line each. */
export function warnings({ environment, policy }: Config): readonly string[] {
  return [...environment.warnings, ...policyWarnings(policy, platformNames(environment))];
}

function unreadable(isNamed: boolean, error: unknown): string {
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  const what = isNamed
    ? `the file that it names ${isMissing ? "does not exist" : "cannot be read"}`
    : `not set, and ${DEFAULT_POLICY_FILE} ${isMissing ? "does not exist" : "cannot be read"}`;
  return `TOLLGATE_CONFIG: ${what}. Copy tollgate.example.yml to tollgate.yml and put your people in it.`;
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) {
    if (typeof part === "object" && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
