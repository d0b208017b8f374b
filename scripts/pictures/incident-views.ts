/** One incident, from the first signal to its end. */
import type { RunId } from "../../src/lib/id.ts";
import type { IncidentView, RunView } from "../../src/notice/views.ts";
import * as house from "../../test/notice/house.ts";

const { MINUTE_MS, NOW_MS } = house;

export const reported: IncidentView = { ...house.incidentView, mentionResponders: true };

export const confirmed: IncidentView = {
  ...house.incidentView,
  incident: { ...house.open, confirmation: "confirmed", countries: ["LV"] },
  observation: house.observation,
  signalCount: 3,
  mentionResponders: false,
};

export const acknowledged: IncidentView = {
  ...confirmed,
  incident: { ...house.acknowledged, confirmation: "confirmed" },
};

function run(minutesAgo: number, ...[remediation, parts]: Parameters<typeof house.run>): RunView {
  const atMs = NOW_MS - minutesAgo * MINUTE_MS;
  return house.run(remediation, { atMs, runId: remediation as RunId, ...parts });
}

export const rotated = run(6, "rotate-auth-token", {
  description: "Rotate the auth token",
  evidence: [
    "Twilio accepts the new token (tried 03:06)",
    "Twilio refuses the old token (tried 03:06)",
    "The new token is in the secret sink: data/secrets",
  ],
});
export const keysDeleted = run(5, "delete-api-keys", {
  description: "Delete 1 API key",
  evidence: ["1 key of 1 gone from Twilio's list (read back 03:07)"],
});
export const geoClosed = run(4, "disable-geo-regions", {
  description: "Close calls and messages to Latvia",
  evidence: ["Calls to Latvia are refused (read back 03:08)", "Messages to Latvia are refused (read back 03:08)"],
  undoTitle: "Restore geo regions",
});
export const geoPartlyClosed: RunView = {
  ...geoClosed,
  status: "partly-done",
  evidence: ["Calls to Latvia are refused (read back 03:08)"],
  remaining: ["Close messages to Latvia (LV) in the Console under Messaging > Settings > Geo permissions."],
};
export const suspended = run(3, "suspend-subaccount", {
  evidence: ["Twilio reports status suspended (read back 03:09)", "No call is live"],
  undoTitle: "Reactivate subaccount",
});

export const contained: IncidentView = {
  ...acknowledged,
  incident: { ...house.contained, confirmation: "confirmed", assignee: house.ann },
  account: { ...house.account, status: "suspended" },
  observation: { ...house.observation, atMs: NOW_MS - 5 * MINUTE_MS, liveCalls: 0 },
  runs: [rotated, keysDeleted, geoClosed, suspended],
};

export const resolved: IncidentView = {
  ...contained,
  incident: {
    ...house.resolved,
    confirmation: "confirmed",
    note: "The token was in a public repository. It is private now, and the token is dead.",
  },
};
