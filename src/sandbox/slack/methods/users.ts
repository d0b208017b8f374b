import type { Json } from "../json.ts";
import type { SlackMemory } from "../memory.ts";
import type { SeedGroup, SeedUser } from "../seed.ts";
import { type ApiMethod, SlackRefusal } from "./contract.ts";
import { page } from "./pages.ts";

function userAsJson(memory: SlackMemory, user: SeedUser): Json {
  const { app, team } = memory.seed;
  const teamId = user.teamId ?? team.id;
  const isGuest = user.kind === "guest" || user.kind === "single-channel-guest";
  return {
    id: user.id,
    team_id: teamId,
    name: user.name,
    deleted: user.isDeleted === true,
    real_name: user.realName,
    tz: "Europe/London",
    profile: {
      real_name: user.realName,
      display_name: user.name,
      team: teamId,
      ...(user.id === app.botUserId ? { bot_id: app.botId, api_app_id: app.appId } : {}),
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: isGuest,
    is_ultra_restricted: user.kind === "single-channel-guest",
    is_bot: user.kind === "bot",
    is_stranger: teamId !== team.id,
    is_app_user: false,
    updated: 0,
  };
}

export const userInfo: ApiMethod = {
  name: "users.info",
  rate: 100,
  scopes: ["users:read"],
  run({ args, memory }) {
    const user = memory.seed.users.find((each) => each.id === args.required("user"));
    if (user === undefined) throw new SlackRefusal("user_not_found");
    return { user: userAsJson(memory, user) };
  },
};

export const listUsers: ApiMethod = {
  name: "users.list",
  rate: 20,
  scopes: ["users:read"],
  run({ args, memory }) {
    const own = memory.seed.users.filter((user) => user.teamId === undefined);
    const found = page(own, args, 1000, 1000);
    return {
      members: found.items.map((user) => userAsJson(memory, user)),
      cache_ts: Math.floor(memory.clock.now() / 1000),
      ...found.metadata,
    };
  },
};

function groupAsJson(memory: SlackMemory, group: SeedGroup, withUsers: boolean): Json {
  return {
    id: group.id,
    team_id: memory.seed.team.id,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    date_delete: 0,
    user_count: group.users.length,
    ...(withUsers ? { users: group.users } : {}),
  };
}

export const listGroups: ApiMethod = {
  name: "usergroups.list",
  rate: 20,
  scopes: ["usergroups:read"],
  run({ args, memory }) {
    return { usergroups: memory.seed.groups.map((group) => groupAsJson(memory, group, args.flag("include_users"))) };
  },
};

export const listGroupUsers: ApiMethod = {
  name: "usergroups.users.list",
  rate: 20,
  scopes: ["usergroups:read"],
  run({ args, memory }) {
    const group = memory.seed.groups.find((each) => each.id === args.required("usergroup"));
    if (group === undefined) throw new SlackRefusal("no_such_subteam");
    return { users: group.users };
  },
};
