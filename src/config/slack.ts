import type { z } from "zod";
import type { Secret } from "../lib/secret.ts";
import { address, isOn, optionalUnless, type SetVariables, secret, text } from "./variables.ts";

export interface SlackEnvironment {
  readonly botToken: Secret;
  /** How Slack reaches us: it posts to our address, or we open a socket to it. */
  readonly transport:
    | { readonly kind: "http"; readonly signingSecret: Secret }
    | { readonly kind: "socket"; readonly appToken: Secret };
  /** With a trailing slash. */
  readonly apiUrl: string;
  /** Channel ids. */
  readonly incidentChannel: string;
  readonly auditChannel: string;
}

const DEFAULT_API_URL = "https://slack.com/api/";
export const SLACK_CHANNEL = /^[CG][A-Z0-9]{2,}$/;
/** One of these turns Slack on. */
const SLACK_NAMES = [
  "SLACK_BOT_TOKEN",
  "SLACK_SIGNING_SECRET",
  "SLACK_APP_TOKEN",
  "SLACK_INCIDENT_CHANNEL",
  "SLACK_AUDIT_CHANNEL",
] as const;

export function isSlackOn(set: SetVariables): boolean {
  return isOn(set, SLACK_NAMES);
}

/** `isWanted`: Slack is on, or nothing else is. With no chat platform at all the first line says so. */
export function slackVariables(set: SetVariables, isWanted = true) {
  const intro = isSlackOn(set)
    ? ""
    : "No chat platform is configured: Tollgate needs Slack (SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET or SLACK_APP_TOKEN, SLACK_INCIDENT_CHANNEL, SLACK_AUDIT_CHANNEL) or Microsoft Teams (MicrosoftAppId and the rest). ";
  const isSocket = set["SLACK_APP_TOKEN"] !== undefined;
  return {
    SLACK_BOT_TOKEN: optionalUnless(
      isWanted,
      secret(
        /^xoxb-\S+$/,
        "a bot token, which begins with xoxb-",
        `${intro}Slack app page (https://api.slack.com/apps) > OAuth & Permissions > Bot User OAuth Token.`,
      ),
    ),
    SLACK_SIGNING_SECRET: optionalUnless(
      isWanted && !isSocket,
      secret(
        /^\S{8,}$/,
        "a secret without spaces, usually 32 hex digits",
        "Slack app page > Basic Information > App Credentials > Signing Secret. (With SLACK_APP_TOKEN it is not needed.)",
      ),
    ),
    SLACK_APP_TOKEN: secret(
      /^xapp-\S+$/,
      "an app-level token, which begins with xapp-",
      "Slack app page > Basic Information > App-Level Tokens, with the scope connections:write. Leave it out to be reached over HTTP.",
    ).optional(),
    SLACK_API_URL: address({
      protocols: ["https:"],
      allowsPlainLoopback: true,
      expected: "an https address (plain http is accepted for loopback only)",
      how: `Leave it out to use ${DEFAULT_API_URL}.`,
    }).optional(),
    SLACK_INCIDENT_CHANNEL: optionalUnless(isWanted, channel("incident cards")),
    SLACK_AUDIT_CHANNEL: optionalUnless(isWanted, channel("audit lines")),
  };
}

function channel(content: string) {
  return text(
    SLACK_CHANNEL,
    "a channel id such as C0123456789, not the channel's name",
    `The channel for ${content}: open it in Slack, click its name, and copy the id at the end of the About tab. Invite the bot there.`,
  );
}

type SlackValues = z.output<z.ZodObject<ReturnType<typeof slackVariables>>>;

/** Undefined: off. */
export function slackEnvironment(values: SlackValues): SlackEnvironment | undefined {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_APP_TOKEN: appToken,
    SLACK_INCIDENT_CHANNEL: incidentChannel,
    SLACK_AUDIT_CHANNEL: auditChannel,
  } = values;
  if (botToken === undefined || incidentChannel === undefined || auditChannel === undefined) return undefined;
  const apiUrl = withSlash(values.SLACK_API_URL ?? DEFAULT_API_URL);
  const base = { botToken, apiUrl, incidentChannel, auditChannel };
  if (appToken !== undefined) return { ...base, transport: { kind: "socket", appToken } };
  return signingSecret === undefined ? undefined : { ...base, transport: { kind: "http", signingSecret } };
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
