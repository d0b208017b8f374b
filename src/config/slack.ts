import type { z } from "zod";
import type { Secret } from "../lib/secret.ts";
import { address, type SetVariables, secret, text } from "./variables.ts";

export interface SlackEnvironment {
  readonly botToken: Secret;
  readonly signingSecret: Secret;
  /** With a trailing slash. */
  readonly apiUrl: string;
  /** Channel ids. */
  readonly incidentChannel: string;
  readonly auditChannel: string;
}

const DEFAULT_API_URL = "https://slack.com/api/";
const CHANNEL = /^[CG][A-Z0-9]{2,}$/;
const NEEDED = ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_INCIDENT_CHANNEL", "SLACK_AUDIT_CHANNEL"] as const;

/** With nothing of Slack set there is no chat platform at all: the first line then says so. */
export function slackVariables(set: SetVariables) {
  const isAbsent = NEEDED.every((name) => set[name] === undefined);
  const intro = isAbsent ? `No chat platform is configured; Tollgate needs ${NEEDED.join(", ")}. ` : "";
  return {
    SLACK_BOT_TOKEN: secret(
      /^xoxb-\S+$/,
      "a bot token, which begins with xoxb-",
      `${intro}Slack app page (https://api.slack.com/apps) > OAuth & Permissions > Bot User OAuth Token.`,
    ),
    SLACK_SIGNING_SECRET: secret(
      /^\S{8,}$/,
      "a secret without spaces, usually 32 hex digits",
      "Slack app page > Basic Information > App Credentials > Signing Secret.",
    ),
    SLACK_API_URL: address({
      protocols: ["https:"],
      allowsPlainLoopback: true,
      expected: "an https address (plain http is accepted for loopback only)",
      how: `Leave it out to use ${DEFAULT_API_URL}.`,
    }).optional(),
    SLACK_INCIDENT_CHANNEL: channel("incident cards"),
    SLACK_AUDIT_CHANNEL: channel("audit lines"),
  };
}

function channel(content: string) {
  return text(
    CHANNEL,
    "a channel id such as C0123456789, not the channel's name",
    `The channel for ${content}: open it in Slack, click its name, and copy the id at the end of the About tab. Invite the bot there.`,
  );
}

type SlackValues = z.output<z.ZodObject<ReturnType<typeof slackVariables>>>;

export function slackEnvironment(values: SlackValues): SlackEnvironment {
  return {
    botToken: values.SLACK_BOT_TOKEN,
    signingSecret: values.SLACK_SIGNING_SECRET,
    apiUrl: withSlash(values.SLACK_API_URL ?? DEFAULT_API_URL),
    incidentChannel: values.SLACK_INCIDENT_CHANNEL,
    auditChannel: values.SLACK_AUDIT_CHANNEL,
  };
}

/** What it takes to read the audit channel, and no more. */
export type SlackAuditChannel = Pick<SlackEnvironment, "botToken" | "apiUrl" | "auditChannel">;

/** Undefined unless both the token and the channel are set. */
export function slackAuditChannel(values: {
  readonly SLACK_BOT_TOKEN?: Secret | undefined;
  readonly SLACK_AUDIT_CHANNEL?: string | undefined;
  readonly SLACK_API_URL?: string | undefined;
}): SlackAuditChannel | undefined {
  const { SLACK_BOT_TOKEN: botToken, SLACK_AUDIT_CHANNEL: auditChannel } = values;
  if (botToken === undefined || auditChannel === undefined) return undefined;
  return { botToken, auditChannel, apiUrl: withSlash(values.SLACK_API_URL ?? DEFAULT_API_URL) };
}

function withSlash(url: string): string {
  return `${url.replace(/\/+$/, "")}/`;
}
