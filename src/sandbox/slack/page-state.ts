import { at } from "./json.ts";
import type { SlackMemory } from "./memory.ts";
import type { EphemeralMessage, SlackMessage, SlackNotification, SlackView } from "./model.ts";
import type { SeedChannel, SeedCommand } from "./seed.ts";
import { viewState } from "./view-values.ts";

export interface PagePerson {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly isBot: boolean;
  readonly role: string | undefined;
}

export interface PageView {
  readonly id: string;
  readonly userId: string;
  readonly hash: string;
  readonly definition: unknown;
  /** `state.values` as Slack would send it now. */
  readonly state: unknown;
  readonly errors: Readonly<Record<string, string>>;
}

/** Everything that the page shows, in one piece: `GET /state`. */
export interface PageState {
  readonly revision: number;
  readonly team: { readonly name: string; readonly domain: string };
  readonly app: { readonly name: string; readonly botUserId: string };
  readonly people: readonly PagePerson[];
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly channels: readonly SeedChannel[];
  readonly messages: readonly SlackMessage[];
  readonly ephemerals: readonly EphemeralMessage[];
  /** Open dialogs. */
  readonly views: readonly PageView[];
  /** What the app published on its own page, at most one for each person. */
  readonly homes: readonly PageView[];
  readonly notifications: readonly SlackNotification[];
  readonly commands: readonly SeedCommand[];
}

/** What the demo tells the page about the world outside Slack: `GET /facts`. */
export interface PageFacts {
  readonly title: string;
  readonly rows: readonly {
    readonly label: string;
    readonly value: string;
    readonly tone?: "good" | "bad" | "quiet";
  }[];
  /** A line drawn small, oldest point first. */
  readonly series?: { readonly label: string; readonly points: readonly number[] };
}

export function pageState(memory: SlackMemory): PageState {
  const { app, commands, groups, team, users } = { ...memory.seed, commands: memory.seed.app.commands };
  return {
    revision: memory.revision,
    team: { name: team.name, domain: team.domain },
    app: { name: app.name, botUserId: app.botUserId },
    people: users.map((user) => ({
      id: user.id,
      name: user.name,
      realName: user.realName,
      isBot: user.kind === "bot",
      role: user.role,
    })),
    groups: groups.map((group) => ({ id: group.id, name: group.handle })),
    channels: memory.channels(),
    messages: memory.channels().flatMap((channel) => memory.messages(channel.id)),
    ephemerals: memory.ephemerals(),
    views: pageViews(memory, "modal"),
    homes: pageViews(memory, "home"),
    notifications: memory.notifications,
    commands,
  };
}

function pageViews(memory: SlackMemory, type: SlackView["type"]): readonly PageView[] {
  return memory
    .views()
    .filter((view) => view.type === type)
    .map((view) => ({
      id: view.id,
      userId: view.userId,
      hash: view.hash,
      definition: view.definition,
      state: viewState(view),
      errors: view.errors,
    }));
}

/** True when what the demo handed over can be drawn. */
export function isPageFacts(value: unknown): value is PageFacts {
  return typeof at(value, "title") === "string" && Array.isArray(at(value, "rows"));
}
