import { z } from "zod";
import { isFault } from "../../lib/fault.ts";
import type { ChannelRole } from "../platform.ts";
import type { SlackApi } from "./api.ts";
import type { Identity } from "./identity.ts";

/** What the bot token must be allowed, for the manifest too. https://docs.slack.dev/reference/scopes */
export const SLACK_SCOPES = {
  always: ["chat:write", "commands", "users:read", "files:write"],
  /** History: to find a message of ours again whose answer was lost. */
  publicChannel: ["channels:read", "channels:history"],
  privateChannel: ["groups:read", "groups:history"],
} as const;

/** The channels that messages go to: two configured ones, and those that the policy leads incidents to. */
export interface CheckedChannels extends Readonly<Record<ChannelRole, string>> {
  readonly routed: readonly string[];
}

interface NamedChannel {
  readonly id: string;
  /** Who names it, for the sentence that says what is wrong. */
  readonly source: string;
}

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
  channels: CheckedChannels,
): Promise<readonly string[]> {
  let own: Identity;
  try {
    own = await identity();
  } catch (error) {
    return [tokenProblem(error)];
  }
  const found = await Promise.all(namedChannels(channels).map((channel) => channelProblems(api, own, channel)));
  return [...new Set([...scopeProblems(own), ...found.flat()])];
}

export function namedChannels({ incident, audit, routed }: CheckedChannels): readonly NamedChannel[] {
  const others = [...new Set(routed)].filter((id) => id !== incident && id !== audit);
  return [
    { id: incident, source: "SLACK_INCIDENT_CHANNEL" },
    { id: audit, source: "SLACK_AUDIT_CHANNEL" },
    ...others.map((id) => ({ id, source: `tollgate.yml, channel ${id}` })),
  ];
}

export function scopeProblems(own: Identity): readonly string[] {
  return missingScopes(own, SLACK_SCOPES.always);
}

export function tokenProblem(error: unknown): string {
  if (!isFault(error)) throw error;
  if (error.kind === "unauthorised") {
    return `SLACK_BOT_TOKEN: Slack refuses it (${error.code}); copy the Bot User OAuth Token of the installed app.`;
  }
  return `Slack could not be asked who we are (${error.code ?? error.kind}); messages wait until it answers.`;
}

export async function channelProblems(
  api: SlackApi,
  own: Identity,
  { id, source }: NamedChannel,
): Promise<readonly string[]> {
  try {
    const { channel } = await api.call("conversations.info", { channel: id }, ChannelInfo);
    const name = channel.name === null || channel.name === undefined ? id : `#${channel.name}`;
    const scopes = channel.is_private === true ? SLACK_SCOPES.privateChannel : SLACK_SCOPES.publicChannel;
    return [
      ...missingScopes(own, scopes),
      ...(channel.is_archived === true ? [`${source}: ${name} is archived; name another channel.`] : []),
      ...(channel.is_member === false ? [`${source}: the bot is not in ${name}; invite it there with /invite.`] : []),
    ];
  } catch (error) {
    if (!isFault(error)) throw error;
    const code = error.code ?? error.kind;
    if (error.kind === "not-found") {
      return [`${source}: the bot sees no channel ${id} (${code}); check the id and invite the bot.`];
    }
    return [`${source}: Slack does not answer for ${id} as it should (${code}); look again in a minute.`];
  }
}

function missingScopes(own: Identity, wanted: readonly string[]): readonly string[] {
  // Without the header nothing is known: better silent than wrong.
  if (own.scopes.length === 0) return [];
  return wanted
    .filter((scope) => !own.scopes.includes(scope))
    .map((scope) => `SLACK_BOT_TOKEN: the scope ${scope} is missing; add it and install the app again.`);
}
