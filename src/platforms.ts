/** The chat platforms that the configuration turns on, made from their parts: for the service and for `doctor`. */
import type { PlatformName } from "./audit/envelope.ts";
import type { ChatConnection, ChatHandlers } from "./chat/platform.ts";
import { HOME } from "./command/help.ts";
import { commands } from "./command/index.ts";
import type { Config, Policy } from "./config.ts";
import type { Clock } from "./lib/clock.ts";
import type { Log } from "./lib/log.ts";
import type { ConversationStore } from "./workflow/ports.ts";

export interface PlatformPart extends ChatConnection {
  readonly name: PlatformName;
}

interface Parts {
  readonly environment: Config["environment"];
  /** The policy of this moment: a changed roster counts at once. */
  readonly policy: () => Policy;
  readonly handlers: ChatHandlers;
  readonly conversations: ConversationStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Each is loaded only when it is used: start-up time and memory are features. */
export async function createPlatforms(parts: Parts): Promise<readonly PlatformPart[]> {
  const { environment, policy, handlers, conversations, clock, log } = parts;
  const made: PlatformPart[] = [];
  const person = (personId: string) => policy().people.find(({ id }) => id === personId);
  if (environment.slack !== undefined) {
    const { createSlack } = await import("./chat/slack/slack.ts");
    const roster = () => ({
      slackIdOf: (personId: string) => person(personId)?.slack ?? null,
      isKnown: (userId: string) => policy().people.some(({ slack }) => slack === userId),
    });
    const routedChannels = () => policy().channels.flatMap(({ slack }) => slack ?? []);
    const options = { ...environment.slack, roster, routedChannels, handlers, log, clock };
    made.push({ name: "slack", ...(await createSlack(options)) });
  }
  if (environment.teams !== undefined) {
    const { createTeams } = await import("./chat/teams/teams.ts");
    const roster = () => ({
      teamsIdOf: (personId: string) => person(personId)?.teams ?? null,
      nameOf: (personId: string) => person(personId)?.name ?? personId,
      isKnown: (userId: string) => policy().people.some(({ teams }) => teams === userId),
    });
    const routedChannels = () => policy().channels.flatMap(({ teams }) => teams ?? []);
    const words = [...commands.map(({ name }) => name), HOME];
    const base = { ...environment.teams, roster, routedChannels, handlers, conversations, log, clock };
    const options = { ...base, commands: words };
    made.push({ name: "teams", ...(await createTeams(options)) });
  }
  return made;
}
