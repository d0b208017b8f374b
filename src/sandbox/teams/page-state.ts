import type { TeamsMemory } from "./memory.ts";
import type {
  PersonalView,
  TeamsConversation,
  TeamsDialog,
  TeamsMessage,
  TeamsNote,
  TeamsNotification,
} from "./model.ts";
import type { SeedTeamsCommand } from "./seed.ts";

export interface TeamsPagePerson {
  /** The Entra object id. */
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** What Teams calls the user in a list of those for whom a card refreshes. */
  readonly mri: string;
}

/** Everything that the page shows of Teams, in one piece: `GET /teams/state`. */
export interface TeamsPageState {
  readonly revision: number;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly team: { readonly id: string; readonly name: string };
  readonly bot: { readonly id: string; readonly name: string };
  /** False while the stand-in plays a Teams that cannot be reached. */
  readonly isUp: boolean;
  readonly users: readonly TeamsPagePerson[];
  readonly conversations: readonly TeamsConversation[];
  /** Oldest first, those of threads included. */
  readonly messages: readonly TeamsMessage[];
  readonly personalViews: readonly PersonalView[];
  readonly dialogs: readonly TeamsDialog[];
  readonly notes: readonly TeamsNote[];
  readonly notifications: readonly TeamsNotification[];
  readonly commands: readonly SeedTeamsCommand[];
}

export function teamsPageState(memory: TeamsMemory): TeamsPageState {
  const { seed } = memory;
  return {
    revision: memory.revision,
    tenant: seed.tenant,
    team: { id: seed.team.id, name: seed.team.name },
    bot: { id: memory.botId, name: seed.bot.name },
    isUp: memory.isUp,
    users: seed.users.map(({ id, name, role, mri }) => ({ id, name, role, mri })),
    conversations: memory.conversations(),
    messages: memory.messages(),
    personalViews: memory.views(),
    dialogs: memory.dialogs(),
    notes: memory.notes(),
    notifications: memory.notifications,
    commands: seed.commands,
  };
}
