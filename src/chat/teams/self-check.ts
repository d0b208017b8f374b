import { isFault } from "../../lib/fault.ts";
import type { ChannelRole } from "../platform.ts";
import type { Conversations } from "./conversations.ts";
import { METADATA_URL } from "./signing-keys.ts";
import type { TeamsTransport } from "./transport.ts";

export interface SelfCheckOptions {
  readonly transport: TeamsTransport;
  readonly conversations: Conversations;
  readonly channels: Readonly<Record<ChannelRole, string>>;
  readonly serviceUrl: string | null;
  /** Channels that the policy leads incidents to. */
  readonly routed: () => readonly string[];
}

const VARIABLES: Readonly<Record<ChannelRole, string>> = {
  incident: "TEAMS_INCIDENT_CHANNEL",
  audit: "TEAMS_AUDIT_CHANNEL",
};
const POLICY = "channels in tollgate.yml";

/** What would keep Teams from working, one sentence each with the way out; none when all is well. */
export async function findProblems(options: SelfCheckOptions): Promise<readonly string[]> {
  const [login, keys] = await Promise.all([loginProblem(options), keysProblem(options)]);
  const atMicrosoft = [login, keys].filter((problem) => problem !== null);
  if (login !== null) return atMicrosoft;
  const found = await Promise.all(namedChannels(options).map(({ where, id }) => channelProblem(where, id, options)));
  return [...new Set([...atMicrosoft, ...found.filter((problem) => problem !== null)])];
}

export async function keysProblem({ transport }: Pick<SelfCheckOptions, "transport">): Promise<string | null> {
  try {
    await transport.readKeys();
    return null;
  } catch (error) {
    if (!isFault(error)) throw error;
    const until =
      error.code === "none" ? "nobody can act in Teams until then" : `those of ${error.code} ago still count`;
    return `Microsoft's signing keys cannot be read; ${until}. Check that ${new URL(METADATA_URL).host} can be reached.`;
  }
}

/** The channels that messages go to, and who names them. */
export function namedChannels({ channels, routed }: Pick<SelfCheckOptions, "channels" | "routed">) {
  const configured = (["incident", "audit"] as const).map((role) => ({ where: VARIABLES[role], id: channels[role] }));
  return [...configured, ...routed().map((id) => ({ where: POLICY, id }))];
}

export async function loginProblem({ transport }: Pick<SelfCheckOptions, "transport">): Promise<string | null> {
  try {
    await transport.signIn();
    return null;
  } catch (error) {
    if (!isFault(error)) throw error;
    if (error.kind === "unauthorised") {
      return `MicrosoftAppId, MicrosoftAppPassword or MicrosoftAppTenantId: Microsoft refuses them (${error.code ?? error.kind}); copy the id and tenant from the Azure Bot and make a new client secret.`;
    }
    return `Microsoft's login could not be asked for a token (${error.code ?? error.kind}); messages wait until it answers.`;
  }
}

async function channelProblem(where: string, id: string, options: SelfCheckOptions): Promise<string | null> {
  const serviceUrl = (await options.conversations.channel(id))?.serviceUrl ?? options.serviceUrl;
  if (serviceUrl === null) {
    return `${where}: no address of Teams is known for ${id}; mention the bot in that channel, or set TEAMS_SERVICE_URL.`;
  }
  try {
    await options.transport.members({ serviceUrl, id });
    return null;
  } catch (error) {
    if (!isFault(error)) throw error;
    return placeProblem(where, id, error.kind, error.code ?? error.kind);
  }
}

export function placeProblem(where: string, id: string, kind: string, code: string): string {
  if (kind === "not-found") {
    return `${where}: the bot does not reach ${id} (${code}); check the id and install the app in that team.`;
  }
  if (kind === "unauthorised") {
    return `${where}: Teams refuses the bot's token (${code}); check that MicrosoftAppId is the one of the Azure Bot with the Teams channel.`;
  }
  return `${where}: Teams does not answer for ${id} as it should (${code}); look again in a minute.`;
}
