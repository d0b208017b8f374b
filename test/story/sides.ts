/** The stand-ins' people, as `Side` tells of them. */
import type { EphemeralMessage, SlackMessage } from "../../src/sandbox/slack/model.ts";
import type { SlackStandIn } from "../../src/sandbox/slack/stand-in.ts";
import { createSlackDoor } from "../../src/sandbox/story/slack-door.ts";
import { Story } from "../../src/sandbox/story/story.ts";
import { createTeamsDoor, type TeamsPrivate } from "../../src/sandbox/story/teams-door.ts";
import type { Transcript } from "../../src/sandbox/story/transcript.ts";
import type { TeamsMessage } from "../../src/sandbox/teams/model.ts";
import { ACME_TEAMS } from "../../src/sandbox/teams/seed.ts";
import type { TeamsStandIn } from "../../src/sandbox/teams/stand-in.ts";
import { AUDIT, INCIDENTS } from "./cast.ts";
import { createSide, type Side } from "./side.ts";

const SILENT: Transcript = { step: () => {}, quote: () => {}, elapsedMs: () => 0 };

export function slackSide(slack: SlackStandIn, log: () => string): Side<SlackMessage, EphemeralMessage> {
  const { url, calls } = slack;
  const door = createSlackDoor({ url, incidentChannelId: INCIDENTS, auditChannelId: AUDIT });
  return createSide({
    door,
    story: new Story({ door, transcript: SILENT }),
    log,
    isReply: ({ threadTs }, { ts }) => threadTs === ts,
    sent: (subject) =>
      calls
        .filter(({ method }) => method === "chat.postMessage")
        .map((call) => JSON.stringify(call.arguments))
        .filter((text) => text.includes(`"${subject}"`) || text.includes(`\\"${subject}\\"`)),
  });
}

export function teamsSide(teams: TeamsStandIn, log: () => string): Side<TeamsMessage, TeamsPrivate> {
  const { url, calls } = teams;
  const { incidentChannel, auditChannel } = ACME_TEAMS;
  const door = createTeamsDoor({ url, incidentChannelId: incidentChannel, auditChannelId: auditChannel });
  return createSide({
    door,
    story: new Story({ door, transcript: SILENT }),
    log,
    isReply: ({ threadId }, { id }) => threadId === id,
    sent: (subject) =>
      calls
        .filter(({ operation }) => operation === "create" || operation === "reply" || operation === "send")
        .map(({ body }) => JSON.stringify(body))
        .filter((text) => text.includes(`"id":"${subject}"`)),
  });
}
