import type { ApiMethod } from "./contract.ts";

export const openConnection: ApiMethod = {
  name: "apps.connections.open",
  rate: 20,
  scopes: ["connections:write"],
  token: "app",
  run: ({ issueSocketUrl }) => ({ url: issueSocketUrl() }),
};
