import { z } from "zod";
import type { PlatformName } from "../audit/envelope.ts";
import type { LogLevel } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import { type ServerEnvironment, serverEnvironment, serverVariables } from "./server.ts";
import {
  isSlackOn,
  type SlackAuditChannel,
  type SlackEnvironment,
  slackAuditChannel,
  slackEnvironment,
  slackVariables,
} from "./slack.ts";
import { type StoreEnvironment, storeEnvironment, storeVariables } from "./stores.ts";
import { isTeamsOn, type TeamsEnvironment, teamsEnvironment, teamsVariables } from "./teams.ts";
import { type TwilioEnvironment, twilioEnvironment, twilioVariables } from "./twilio.ts";
import { problemLines, type SetVariables, setVariables } from "./variables.ts";

export interface Environment {
  readonly server: ServerEnvironment;
  readonly store: StoreEnvironment;
  readonly twilio: TwilioEnvironment;
  /** Absent: off. At least one platform is there. */
  readonly slack?: SlackEnvironment;
  readonly teams?: TeamsEnvironment;
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

/** All problems at once, one line per variable that begins with its name. Never a value. */
export function readEnvironment(env: Variables): EnvironmentResult {
  const set = setVariables(env);
  const parsed = z
    .object({
      ...serverVariables,
      ...storeVariables(set),
      ...twilioVariables,
      ...slackVariables(set, isSlackOn(set) || !isTeamsOn(set)),
      ...teamsVariables(set),
      TOLLGATE_CONFIG: z.string().optional(),
    })
    .safeParse(set);
  if (!parsed.success) return { ok: false, problems: problemLines(parsed.error) };
  const values = parsed.data;
  const slack = slackEnvironment(values);
  const teams = teamsEnvironment(values);
  return {
    ok: true,
    environment: {
      server: serverEnvironment(values),
      store: storeEnvironment(values),
      twilio: twilioEnvironment(values),
      ...(slack && { slack }),
      ...(teams && { teams }),
      logLevel: values.LOG_LEVEL ?? "info",
      policyFile: values.TOLLGATE_CONFIG ?? DEFAULT_POLICY_FILE,
      warnings: environmentWarnings(set),
    },
  };
}

/** The chat platforms that are on. */
export function platformNames({ slack, teams }: Pick<Environment, "slack" | "teams">): readonly PlatformName[] {
  return [...(slack === undefined ? [] : ["slack" as const]), ...(teams === undefined ? [] : ["teams" as const])];
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
  const warnings: string[] = [];
  for (const platform of ["SLACK", "TEAMS"]) {
    const audit = set[`${platform}_AUDIT_CHANNEL`];
    if (audit !== undefined && audit === set[`${platform}_INCIDENT_CHANNEL`]) {
      warnings.push(
        `${platform}_AUDIT_CHANNEL: the same channel as ${platform}_INCIDENT_CHANNEL; audit lines will bury the incident cards.`,
      );
    }
  }
  if (set["SLACK_APP_TOKEN"] !== undefined && set["SLACK_SIGNING_SECRET"] !== undefined) {
    warnings.push(
      "SLACK_SIGNING_SECRET: not used, since SLACK_APP_TOKEN switches to Socket Mode; remove one of the two.",
    );
  }
  if (set["TEAMS_ANONYMOUS"] === "1") {
    warnings.push("TEAMS_ANONYMOUS: on; everybody who reaches this server can act as anybody on the roster.");
  }
  if (set["ALLOW_UNSAFE_STORES"] === "1") {
    warnings.push("ALLOW_UNSAFE_STORES: on; stores that may lose acknowledged work are accepted.");
  }
  return warnings;
}
