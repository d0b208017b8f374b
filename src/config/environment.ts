import { z } from "zod";
import type { LogLevel } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import { type ServerEnvironment, serverEnvironment, serverVariables } from "./server.ts";
import {
  type SlackAuditChannel,
  type SlackEnvironment,
  slackAuditChannel,
  slackEnvironment,
  slackVariables,
} from "./slack.ts";
import { type StoreEnvironment, storeEnvironment, storeVariables } from "./stores.ts";
import { type TwilioEnvironment, twilioEnvironment, twilioVariables } from "./twilio.ts";
import { problemLines, type SetVariables, setVariables } from "./variables.ts";

export interface Environment {
  readonly server: ServerEnvironment;
  readonly store: StoreEnvironment;
  readonly twilio: TwilioEnvironment;
  readonly slack: SlackEnvironment;
  readonly logLevel: LogLevel;
  /** Path of the policy file. */
  readonly policyFile: string;
  /** Variables that are set and change nothing: one line each. */
  readonly warnings: readonly string[];
}

/** What `audit` needs: no vendor's variables. */
export interface AuditEnvironment {
  readonly databaseUrl?: Secret;
  readonly auditKey?: Secret;
  /** Absent: `./data`, else `./data/demo`. */
  readonly dataDir?: string;
  /** Absent: the newest anchor is not looked for in chat. */
  readonly slack?: SlackAuditChannel;
}

type Variables = Readonly<Record<string, string | undefined>>;

export type EnvironmentResult =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly problems: readonly string[] };

export type AuditEnvironmentResult =
  | { readonly ok: true; readonly environment: AuditEnvironment }
  | { readonly ok: false; readonly problems: readonly string[] };

export const DEFAULT_DEMO_DIR = "./data/demo";
export const DEFAULT_POLICY_FILE = "./tollgate.yml";

const NOT_USED_YET: Readonly<Record<string, string>> = {
  SLACK_APP_TOKEN: "this version speaks to Slack over HTTP only, not Socket Mode",
  ...Object.fromEntries(
    [
      "MicrosoftAppId",
      "MicrosoftAppPassword",
      "MicrosoftAppType",
      "MicrosoftAppTenantId",
      "TEAMS_INCIDENT_CHANNEL",
      "TEAMS_AUDIT_CHANNEL",
      "TEAMS_SERVICE_URL",
      "TEAMS_OPENID_METADATA_URL",
      "TEAMS_LOGIN_URL",
      "TEAMS_ANONYMOUS",
    ].map((name) => [name, "this version does not speak to Microsoft Teams"]),
  ),
};

/** All problems at once, one line per variable that begins with its name. Never a value. */
export function readEnvironment(env: Variables): EnvironmentResult {
  const set = setVariables(env);
  const parsed = z
    .object({
      ...serverVariables,
      ...storeVariables(set),
      ...twilioVariables,
      ...slackVariables(set),
      TOLLGATE_CONFIG: z.string().optional(),
    })
    .safeParse(set);
  if (!parsed.success) return { ok: false, problems: problemLines(parsed.error) };
  const values = parsed.data;
  return {
    ok: true,
    environment: {
      server: serverEnvironment(values),
      store: storeEnvironment(values),
      twilio: twilioEnvironment(values),
      slack: slackEnvironment(values),
      logLevel: values.LOG_LEVEL ?? "info",
      policyFile: values.TOLLGATE_CONFIG ?? DEFAULT_POLICY_FILE,
      warnings: environmentWarnings(set),
    },
  };
}

export function readAuditEnvironment(env: Variables): AuditEnvironmentResult {
  const set = setVariables(env);
  const { DATABASE_URL, DATA_DIR, AUDIT_KEY } = storeVariables(set);
  const { SLACK_BOT_TOKEN, SLACK_AUDIT_CHANNEL, SLACK_API_URL } = slackVariables(set);
  const parsed = z
    .object({
      DATABASE_URL,
      DATA_DIR,
      AUDIT_KEY,
      SLACK_BOT_TOKEN: SLACK_BOT_TOKEN.optional(),
      SLACK_AUDIT_CHANNEL: SLACK_AUDIT_CHANNEL.optional(),
      SLACK_API_URL,
    })
    .safeParse(set);
  if (!parsed.success) return { ok: false, problems: problemLines(parsed.error) };
  const values = parsed.data;
  const slack = slackAuditChannel(values);
  return {
    ok: true,
    environment: {
      ...(slack && { slack }),
      ...(values.DATABASE_URL && { databaseUrl: values.DATABASE_URL }),
      ...(values.AUDIT_KEY && { auditKey: values.AUDIT_KEY }),
      ...(values.DATA_DIR && { dataDir: values.DATA_DIR }),
    },
  };
}

export interface DemoEnvironment {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
}

export type DemoEnvironmentResult =
  | { readonly ok: true; readonly environment: DemoEnvironment }
  | { readonly ok: false; readonly problems: readonly string[] };

/** All that `demo` takes from the environment: stores, vendors' variables and the audit key are its own. */
export function readDemoEnvironment(env: Variables): DemoEnvironmentResult {
  const { LOG_LEVEL } = serverVariables;
  const parsed = z.object({ DATA_DIR: z.string().optional(), LOG_LEVEL }).safeParse(setVariables(env));
  if (!parsed.success) return { ok: false, problems: problemLines(parsed.error) };
  const { DATA_DIR: dataDir = DEFAULT_DEMO_DIR, LOG_LEVEL: logLevel = "error" } = parsed.data;
  return { ok: true, environment: { dataDir, logLevel } };
}

function environmentWarnings(set: SetVariables): readonly string[] {
  const warnings = Object.entries(NOT_USED_YET)
    .filter(([name]) => set[name] !== undefined)
    .map(([name, why]) => `${name}: set but not used; ${why}.`);
  if (set["SLACK_INCIDENT_CHANNEL"] === set["SLACK_AUDIT_CHANNEL"]) {
    warnings.push(
      "SLACK_AUDIT_CHANNEL: the same channel as SLACK_INCIDENT_CHANNEL; audit lines will bury the incident cards.",
    );
  }
  if (set["ALLOW_UNSAFE_STORES"] === "1") {
    warnings.push("ALLOW_UNSAFE_STORES: on; stores that may lose acknowledged work are accepted.");
  }
  return warnings;
}
