import { z } from "zod";
import { isFault } from "../../lib/fault.ts";
import type { ChannelRole } from "../platform.ts";
import type { SlackApi } from "./api.ts";
import type { Identity } from "./identity.ts";

/** What the bot token must be allowed, for the manifest too. https://docs.slack.dev/reference/scopes */
export const SLACK_SCOPES = {
  always: ["chat:write", "commands", "users:read"],
  /** History: to find a message of ours again whose answer was lost. */
  publicChannel: ["channels:read", "channels:history"],
  privateChannel: ["groups:read", "groups:history"],
} as const;

const VARIABLES: Readonly<Record<ChannelRole, string>> = {
  incident: "SLACK_INCIDENT_CHANNEL",
  audit: "SLACK_AUDIT_CHANNEL",
};

const ChannelInfo = z.looseObject({
  channel: z.looseObject({
    name: z.string().nullish(),
    is_private: z.boolean().nullish(),
    is_archived: z.boolean().nullish(),
    is_member: z.boolean().nullish(),
  }),
});

/** What would keep Slack from working, one sentence each with the way out; none when all is well. */
export async function findProblems(
  api: SlackApi,
  identity: () => Promise<Identity>,
  channels: Readonly<Record<ChannelRole, string>>,
): Promise<readonly string[]> {
  let own: Identity;
  try {
    own = await identity();
  } catch (error) {
    return [tokenProblem(error)];
  }
  const found = await Promise.all([
    channelProblems(api, own, "incident", channels.incident),
    channelProblems(api, own, "audit", channels.audit),
  ]);
  return [...scopeProblems(own, SLACK_SCOPES.always), ...new Set(found.flat())];
}

function tokenProblem(error: unknown): string {
  if (!isFault(error)) throw error;
  if (error.kind === "unauthorised") {
    return `SLACK_BOT_TOKEN: Slack refuses it (${error.code}); copy the Bot User OAuth Token of the installed app.`;
  }
  return `Slack could not be asked who we are (${error.code ?? error.kind}); messages wait until it answers.`;
}

async function channelProblems(
  api: SlackApi,
  own: Identity,
  role: ChannelRole,
  id: string,
): Promise<readonly string[]> {
  const variable = VARIABLES[role];
  try {
    const { channel } = await api.call("conversations.info", { channel: id }, ChannelInfo);
    const name = channel.name === null || channel.name === undefined ? id : `#${channel.name}`;
    const scopes = channel.is_private === true ? SLACK_SCOPES.privateChannel : SLACK_SCOPES.publicChannel;
    return [
      ...scopeProblems(own, scopes),
      ...(channel.is_archived === true ? [`${variable}: ${name} is archived; name another channel.`] : []),
      ...(channel.is_member === false ? [`${variable}: the bot is not in ${name}; invite it there with /invite.`] : []),
    ];
  } catch (error) {
    if (!isFault(error)) throw error;
    const code = error.code ?? error.kind;
    if (error.kind === "not-found") {
      return [`${variable}: the bot sees no channel ${id} (${code}); check the id and invite the bot.`];
    }
    return [`${variable}: ${id} could not be checked (${code}).`];
  }
}

function scopeProblems(own: Identity, wanted: readonly string[]): readonly string[] {
  // Without the header nothing is known: better silent than wrong.
  if (own.scopes.length === 0) return [];
  return wanted
    .filter((scope) => !own.scopes.includes(scope))
    .map((scope) => `SLACK_BOT_TOKEN: the scope ${scope} is missing; add it and install the app again.`);
}
