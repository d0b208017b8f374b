import type { ApiMethod } from "./contract.ts";
import { SlackRefusal } from "./contract.ts";

export const authTest: ApiMethod = {
  name: "auth.test",
  rate: "unlimited",
  scopes: [],
  run({ memory }) {
    const { app, team } = memory.seed;
    return {
      url: `https://${team.domain}.slack.com/`,
      team: team.name,
      user: memory.seed.users.find((user) => user.id === app.botUserId)?.name ?? "",
      team_id: team.id,
      user_id: app.botUserId,
      bot_id: app.botId,
      is_enterprise_install: false,
    };
  },
};

export const apiTest: ApiMethod = {
  name: "api.test",
  rate: 100,
  scopes: [],
  run({ args }) {
    const error = args.text("error");
    if (error !== undefined) throw new SlackRefusal(error, { args: args.forRecord() });
    return { args: args.forRecord() };
  },
};
