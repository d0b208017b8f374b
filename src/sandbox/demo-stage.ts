/** What a demo plays on: Tollgate, Twilio, Slack and Teams, all on this machine. */
import { fileURLToPath } from "node:url";
import { startApp } from "../app.ts";
import { commands } from "../command/index.ts";
import { type Config, loadConfig } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { demoFacts } from "./demo-facts.ts";
import { onFreePort } from "./free-port.ts";
import { seedAcmeWorkspace } from "./slack/seed.ts";
import { type SlackStandIn, startSlackStandIn } from "./slack/stand-in.ts";
import { createSlackDoor, type SlackDoor } from "./story/slack-door.ts";
import { createTeamsDoor, type TeamsDoor } from "./story/teams-door.ts";
import { ACME_TEAMS, seedAcmeTenant } from "./teams/seed.ts";
import { startTeamsStandIn, type TeamsStandIn } from "./teams/stand-in.ts";
import { type Cast, castOf } from "./twilio/scenarios/cast.ts";
import type { Running, Scenario } from "./twilio/scenarios/contract.ts";
import { listening } from "./twilio/scenarios/listening.ts";
import { seedAcme } from "./twilio/seed.ts";
import { startTwilioStandIn, type TwilioStandIn } from "./twilio/start.ts";

/** Where people are: Slack that posts to us, Slack over a socket that we open, Teams, or Slack and Teams together. */

export type Where = "both" | "slack" | "socket" | "teams";

export interface DemoStage {
  readonly cast: Cast;
  readonly twilio: TwilioStandIn;
  /** The page that shows it all. */
  readonly pageUrl: string;
  /** Undefined: not played on. */
  readonly slack: SlackDoor | undefined;
  readonly teams: TeamsDoor | undefined;
  /** Begins one; several may go on at once. */
  begin(scenario: Scenario): Running;
  close(): Promise<void>;
}

const PREFERRED_PORTS = { tollgate: 3000, page: 8080 } as const;
/** Ordinary days of the account stay below 22. */
const TRIGGER_USD = 25;

/** What is usual is known before anybody looks at a card. */
const FIRST_ROUND = { readsWithinMs: 20_000, tasksAfterMs: 0 } as const;

const SLASH_COMMANDS = commands.map(({ name, summary, usageHint }) => ({
  command: `/twilio-${name}`,
  description: summary,
  usageHint,
}));
const WORDS = commands.map(({ name, summary }) => ({ title: name, description: summary }));

/** Ann asks, Ben approves, Cem has no role. */
const POLICY = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, teams: ${ACME_TEAMS.ann}, roles: [responder] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, teams: ${ACME_TEAMS.ben}, roles: [responder, approver] }
detection: { allowedCountries: [US, CA, GB, DE, FR] }
`;
const SLACK_CHANNELS = { incidentChannelId: "C0INCIDENTS", auditChannelId: "C0AUDIT" } as const;
const TEAMS_CHANNELS = {
  incidentChannelId: ACME_TEAMS.incidentChannel,
  auditChannelId: ACME_TEAMS.auditChannel,
} as const;

export interface DemoStageOptions {
  readonly where: Where;
  readonly dataDir: string;
  readonly log: Log;
  /** What the page's panel is about until something begins. */
  readonly first: Scenario;
}

/** Throws `FolderInUse` when another Tollgate works on this folder; else its database is ours, and empty. */
export function openDemoStage(options: DemoStageOptions): Promise<DemoStage> {
  return onFreePort(PREFERRED_PORTS.tollgate, (port) => openOnPort(port, options));
}

async function openOnPort(tollgatePort: number, { where, dataDir, log, first }: DemoStageOptions): Promise<DemoStage> {
  const cleanUps: (() => Promise<void>)[] = [];
  async function close(): Promise<void> {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  }
  try {
    const publicUrl = `http://127.0.0.1:${tollgatePort}`;
    const nowMs = systemClock.now();
    const acme = seedAcme({ nowMs, publicUrl, triggerUsd: TRIGGER_USD });
    const { cast, seed } = castOf(acme, publicUrl, nowMs);
    const twilio = await startTwilioStandIn({ seed });
    cleanUps.push(() => twilio.close());
    listening(twilio, cast, publicUrl);
    let shown: { readonly accountSid: string; readonly running?: Running } = { accountSid: first.target(cast) };
    const teams = await startTeamsStandIn({ seed: seedAcmeTenant({ commands: WORDS }) });
    cleanUps.push(() => teams.close());
    // It serves the page too, and so is there also when nobody is on Slack.
    const slack = await onFreePort(PREFERRED_PORTS.page, (port) =>
      startSlackStandIn({
        seed: seedAcmeWorkspace({ commands: SLASH_COMMANDS }),
        port,
        isSocketMode: where === "socket",
        pageFolder: fileURLToPath(new URL("./page", import.meta.url)),
        facts: () => demoFacts(twilio, shown.accountSid, shown.running),
        mounts: where === "both" || where === "teams" ? { teams: teams.handlePage } : {},
      }),
    );
    cleanUps.push(() => slack.close());
    slack.connectApp(`${publicUrl}/slack/events`);
    teams.connectBot(`${publicUrl}/api/messages`);
    const hasSlack = where !== "teams";
    const hasTeams = where === "both" || where === "teams";
    const config = demoConfig({
      HOST: "127.0.0.1",
      PORT: String(tollgatePort),
      PUBLIC_URL: publicUrl,
      DATA_DIR: dataDir,
      TWILIO_ACCOUNT_SID: acme.parent.sid,
      TWILIO_AUTH_TOKEN: acme.parent.authToken,
      TWILIO_API_BASE_URL: twilio.url,
      ...(hasSlack ? slackVariables(slack, where === "socket") : {}),
      ...(hasTeams ? teamsVariables(teams) : {}),
    });
    const app = await startApp({ config, log, startsEmpty: true, firstRound: FIRST_ROUND });
    cleanUps.push(() => app.stop());
    return {
      cast,
      twilio,
      pageUrl: `${slack.url}/`,
      slack: hasSlack ? createSlackDoor({ url: slack.url, ...SLACK_CHANNELS }) : undefined,
      teams: hasTeams ? createTeamsDoor({ url: teams.url, ...TEAMS_CHANNELS }) : undefined,
      begin(scenario) {
        const accountSid = scenario.target(cast);
        const running = scenario.begin(twilio, accountSid);
        shown = { accountSid, running };
        cleanUps.push(async () => running.stop());
        return running;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What an operator sets for Slack. */
export function slackVariables(slack: SlackStandIn, isSocket: boolean): Readonly<Record<string, string>> {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    ...(isSocket ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    SLACK_API_URL: slack.apiUrl,
    SLACK_INCIDENT_CHANNEL: SLACK_CHANNELS.incidentChannelId,
    SLACK_AUDIT_CHANNEL: SLACK_CHANNELS.auditChannelId,
  };
}

/** What an operator sets for Teams, and where Microsoft's login and keys are played. */
export function teamsVariables(teams: TeamsStandIn): Readonly<Record<string, string>> {
  return {
    MicrosoftAppId: teams.appId,
    MicrosoftAppPassword: teams.appPassword,
    MicrosoftAppTenantId: teams.tenantId,
    TEAMS_INCIDENT_CHANNEL: TEAMS_CHANNELS.incidentChannelId,
    TEAMS_AUDIT_CHANNEL: TEAMS_CHANNELS.auditChannelId,
    TEAMS_SERVICE_URL: teams.serviceUrl,
    TEAMS_OPENID_METADATA_URL: teams.openIdMetadataUrl,
    TEAMS_LOGIN_URL: teams.loginUrl,
  };
}

/** The same environment that an operator would set, read by the same code. */
function demoConfig(env: Readonly<Record<string, string>>): Config {
  const loaded = loadConfig({ env, readFile: () => POLICY });
  if (!loaded.ok) throw new Error(`the demo's own configuration is wrong:\n${loaded.problems.join("\n")}`);
  return loaded.config;
}
