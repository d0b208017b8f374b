import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { expect, type TestContext } from "vitest";
import type { PlatformName } from "../../src/audit/envelope.ts";
import { commands } from "../../src/command/index.ts";
import { slackVariables, teamsVariables, type Where } from "../../src/sandbox/demo-stage.ts";
import type { EphemeralMessage, SlackMessage } from "../../src/sandbox/slack/model.ts";
import { type SlackSeed, seedAcmeWorkspace } from "../../src/sandbox/slack/seed.ts";
import { type SlackStandIn, startSlackStandIn } from "../../src/sandbox/slack/stand-in.ts";
import { subjectOf } from "../../src/sandbox/story/slack-door.ts";
import type { Story } from "../../src/sandbox/story/story.ts";
import type { TeamsPrivate } from "../../src/sandbox/story/teams-door.ts";
import type { TeamsMessage } from "../../src/sandbox/teams/model.ts";
import { seedAcmeTenant, type TeamsSeed } from "../../src/sandbox/teams/seed.ts";
import { startTeamsStandIn, type TeamsStandIn } from "../../src/sandbox/teams/stand-in.ts";
import { startTollFraud, type TollFraud } from "../../src/sandbox/twilio/attack.ts";
import type { Account } from "../../src/sandbox/twilio/model.ts";
import { type Acme, seedAcme } from "../../src/sandbox/twilio/seed.ts";
import { derivedSid, newToken } from "../../src/sandbox/twilio/sids.ts";
import { startTwilioStandIn, type TwilioStandIn } from "../../src/sandbox/twilio/start.ts";
import { signForm } from "../../src/sandbox/twilio/webhooks.ts";
import { connectorKeys } from "../support/connector-keys.ts";
import { openApiProblems } from "../support/openapi.ts";
import { databaseUrl, testDatabase } from "../support/postgres.ts";
import { freePort, prepareTollgate, type Tollgate } from "../support/tollgate.ts";
import { FRAUD, FRAUD_IN_TEAMS, INCIDENTS, POLICY } from "./cast.ts";
import type { Side } from "./side.ts";
import { slackSide, teamsSide } from "./sides.ts";
import { cardOf } from "./slack-screen.ts";

export type SlackSide = Side<SlackMessage, EphemeralMessage>;
export type TeamsSide = Side<TeamsMessage, TeamsPrivate>;

export interface StageOptions {
  /** Where people are; Slack over HTTP unless told. */
  readonly on?: Where;
  /** `embedded`: a folder of its own with its own PostgreSQL. Default: a database on the server that all tests share. */
  readonly store?: "embedded" | "database";
  readonly policy?: string;
  readonly redisUrl?: string;
  /** How many there are of `newSubaccount()`. Each costs time: Tollgate learns and reads all of its accounts. */
  readonly subaccounts?: number;
}

export interface OpenIncident {
  readonly accountSid: string;
  readonly card: SlackMessage;
  /** The subject of its card. */
  readonly subject: RegExp;
}

/** The same story on one platform, with that platform's people. */
export function playOn(
  platform: PlatformName,
  stage: Pick<Stage, "onSlack" | "onTeams">,
  play: <Message, Private>(side: Side<Message, Private>) => Promise<void>,
): Promise<void> {
  return platform === "slack" ? play(stage.onSlack) : play(stage.onTeams);
}

/** Twilio, the chat platforms and the people in this process; Tollgate, ready, in a process of its own that knows only its environment. */
export interface Stage {
  readonly twilio: TwilioStandIn;
  readonly slack: SlackStandIn;
  readonly teams: TeamsStandIn;
  readonly acme: Acme;
  readonly tollgate: Tollgate;
  /** On Slack. */
  readonly story: Story<SlackMessage, EphemeralMessage>;
  /** People on each platform, also on one that Tollgate does not know. */
  readonly onSlack: SlackSide;
  readonly onTeams: TeamsSide;
  /** Calls to these countries (Latvia) from Acme Voice EU until it is stopped; the usage trigger fires. */
  attack(countries?: readonly string[]): TollFraud;
  /** A webhook as Twilio sends it. Answers the status, or undefined when nobody answered. */
  deliver(source: string, accountSid: string, form: Readonly<Record<string, string>>): Promise<number | undefined>;
  /** A subaccount without any traffic, that no other test uses. */
  newSubaccount(): string;
  /** A usage trigger fires on such a subaccount. Answers which. */
  trouble(): Promise<Account>;
  /** The same, and the card is in Slack. */
  incident(): Promise<OpenIncident>;
  /** Signals of this account that are in the store, each counted as often as detection counts it. Not with `embedded`. */
  countedSignals(accountSid: string): Promise<number>;
  /** Tokens, keys and signing secrets of this story, old and new, that are in this text. */
  secretsIn(text: string): readonly string[];
  /** Ends everything, and checks what must hold in every story: clean requests to Twilio, and no secret where none may be. */
  close(): Promise<void>;
}

const EVALUATE_EVERY_MS = 100;
const CALLS_PER_MINUTE = 120;
const CALL_USD = 60;
const SUBACCOUNTS = 8;
/** What Microsoft signs: nobody else may see it. */
const JWT = /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g;
const SLASH_COMMANDS = commands.map(({ name, summary, usageHint }) => ({
  command: `/twilio-${name}`,
  description: summary,
  usageHint,
}));

/** Folded ones by the buckets in which the rules see them. */
const COUNT_SIGNALS = `select (select coalesce(sum(count), 0) from bucket where account_sid = $1 and series like 'error:%')
  + (select count(*) from signal where account_sid = $1 and not is_folded and body->>'kind' = 'error') as count`;

/** A stage for one test, gone when the test is over. */
export async function setStage(
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  options: StageOptions = {},
): Promise<Stage> {
  const stage = await prepareStage(options);
  onTestFinished(() => stage.close());
  await stage.tollgate.start();
  return stage;
}

/** Everything but Tollgate is there. The caller starts that, and closes the stage. */
export async function prepareStage(options: StageOptions = {}): Promise<Stage> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const acme = seedAcme({ publicUrl: url });
  const subaccounts = Array.from({ length: options.subaccounts ?? SUBACCOUNTS }, (_, index) =>
    quietSubaccount(acme, index + 1),
  );
  const unused = subaccounts.map(({ sid }) => sid);
  const seed = { ...acme.seed, accounts: [...acme.seed.accounts, ...subaccounts] };
  const twilio = await startTwilioStandIn({ seed, evaluateEveryMs: EVALUATE_EVERY_MS });
  const on = options.on ?? "slack";
  const slack = await startSlackStandIn({
    seed: withFraudChannel(seedAcmeWorkspace({ commands: SLASH_COMMANDS })),
    botToken: `xoxb-${randomBytes(12).toString("hex")}`,
    appToken: `xapp-${randomBytes(12).toString("hex")}`,
    isSocketMode: on === "socket",
  });
  slack.connectApp(`${url}/slack/events`);
  const teams = await startTeamsStandIn({
    seed: withFraudConversation(seedAcmeTenant()),
    appPassword: `teams~${randomBytes(12).toString("hex")}`,
    keys: connectorKeys,
  });
  teams.connectBot(`${url}/api/messages`);
  const database = options.store === "embedded" ? undefined : await testDatabase();
  const auditKey = randomBytes(32).toString("hex");
  const tollgate = await prepareTollgate({
    port,
    policy: options.policy ?? POLICY,
    store:
      database === undefined
        ? { kind: "embedded" }
        : { kind: "database", databaseUrl: databaseUrl(database.connection), auditKey },
    ...(options.redisUrl === undefined ? {} : { redisUrl: options.redisUrl }),
    env: {
      TWILIO_ACCOUNT_SID: acme.parent.sid,
      TWILIO_AUTH_TOKEN: acme.parent.authToken,
      TWILIO_API_BASE_URL: twilio.url,
      ...(on === "teams" ? {} : slackVariables(slack, on === "socket")),
      ...(on === "teams" || on === "both" ? teamsVariables(teams) : {}),
    },
  });
  const attacks: TollFraud[] = [];
  const secrets = new Set([
    slack.botToken,
    slack.appToken,
    slack.signingSecret,
    teams.appPassword,
    auditKey,
    ...secretsOf(twilio),
  ]);
  const stopNoting = twilio.onRequest(() => {
    for (const secret of secretsOf(twilio)) secrets.add(secret);
  });

  function newSubaccount(): string {
    const sid = unused.shift();
    if (sid === undefined) throw new Error("there is no further subaccount: ask for more with `subaccounts`");
    return sid;
  }

  async function deliver(source: string, accountSid: string, form: Readonly<Record<string, string>>) {
    const address = `${url}/twilio/${source}/${accountSid}`;
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "x-twilio-signature": signForm(twilio.state.account(accountSid).authToken, address, form) },
        body: new URLSearchParams(form),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return undefined;
    }
  }

  const secretsIn = (text: string) =>
    [...secrets, ...teams.issuedTokens()].filter((secret) => text.includes(secret)).concat(text.match(JWT) ?? []);
  const log = () => tollgate.log();
  const onSlack = slackSide(slack, log);

  async function trouble(): Promise<Account> {
    const accountSid = newSubaccount();
    expect(await deliver("usage-trigger", accountSid, triggerForm(accountSid, "90.00"))).toBe(204);
    return twilio.state.account(accountSid);
  }

  return {
    twilio,
    slack,
    acme,
    tollgate,
    teams,
    story: onSlack.story,
    onSlack,
    onTeams: teamsSide(teams, log),
    trouble,
    deliver,
    newSubaccount,
    secretsIn,

    attack(countries = ["LV"]) {
      const attack = startTollFraud(twilio, {
        accountSid: acme.voiceEuSid,
        countries,
        callsPerMinute: CALLS_PER_MINUTE,
        pricePerMinuteUsd: CALL_USD,
      });
      attacks.push(attack);
      return attack;
    },

    async incident() {
      const { sid, friendlyName } = await trouble();
      const card = await cardOf({ slack }, friendlyName);
      return { accountSid: sid, card, subject: new RegExp(`^${subjectOf(card)}$`) };
    },

    async countedSignals(accountSid) {
      if (database === undefined) throw new Error("this stage's database is inside Tollgate's folder");
      const client = new Client(database.connection);
      await client.connect();
      try {
        const { rows } = await client.query<{ count: string }>(COUNT_SIGNALS, [accountSid]);
        return Number(rows[0]?.count);
      } finally {
        await client.end();
      }
    },

    async close() {
      for (const attack of attacks) attack.stop();
      await tollgate.cleanUp();
      stopNoting();
      await slack.close();
      await teams.close();
      await twilio.close();
      await database?.close();
      expect(twilio.requests.flatMap(openApiProblems), "what Twilio's OpenAPI documents do not allow").toEqual([]);
      const said = tollgate.log();
      const answers = [...slack.workspace.deliveries, ...teams.tenant.deliveries].map(({ answer }) => answer);
      const told = JSON.stringify([slack.calls, teams.calls, answers]);
      expect(secretsIn(said + told), "secrets in the log, in Slack or in Teams").toEqual([]);
      expect(said.match(/\+\d{7,15}\b/g) ?? [], "phone numbers in the log").toEqual([]);
    },
  };
}

/** Somewhere else that incidents may be led to. */
function withFraudChannel(seed: SlackSeed): SlackSeed {
  const members = seed.channels.flatMap((channel) => (channel.id === INCIDENTS ? channel.members : []));
  return { ...seed, channels: [...seed.channels, { id: FRAUD, name: "fraud", members }] };
}

function withFraudConversation(seed: TeamsSeed): TeamsSeed {
  return { ...seed, channels: [...seed.channels, { id: FRAUD_IN_TEAMS, name: "fraud", topic: "" }] };
}

function quietSubaccount({ seed, parent, supportSid }: Acme, number: number): Account {
  const like = seed.accounts.find(({ sid }) => sid === supportSid);
  if (like === undefined) throw new Error("the seed has no account to copy");
  return {
    ...like,
    sid: derivedSid("AC", parent.sid, `branch ${number}`),
    friendlyName: `Branch ${String(number).padStart(2, "0")}`,
    authToken: newToken(),
    debuggerUrl: like.debuggerUrl?.replace(/[^/]+$/, derivedSid("AC", parent.sid, `branch ${number}`)) ?? null,
  };
}

function secretsOf({ state }: TwilioStandIn): readonly string[] {
  const accounts = [...state.accounts.values()];
  return [
    ...accounts.map(({ authToken }) => authToken),
    ...accounts.flatMap(({ secondaryToken }) => secondaryToken ?? []),
    ...[...state.keys.values()].map(({ secret }) => secret),
  ];
}

/** A usage trigger's callback, fired now as the receiver sees it; a different `token` is another firing. */
export function triggerForm(accountSid: string, currentUsd: string, token = randomBytes(8).toString("hex")) {
  const triggerSid = `UT${accountSid.slice(2)}`;
  return {
    AccountSid: accountSid,
    UsageTriggerSid: triggerSid,
    // Twilio tells whole seconds. A time to come counts from its arrival, so that it is never before what was done a moment ago.
    DateFired: new Date(Date.now() + 1_000).toUTCString().replace("GMT", "+0000"),
    Recurring: "daily",
    UsageCategory: "calls-outbound",
    TriggerBy: "price",
    TriggerValue: "40.000000",
    CurrentValue: currentUsd,
    UsageRecordUri: `/2010-04-01/Accounts/${accountSid}/Usage/Records/Daily.json?Category=calls-outbound`,
    IdempotencyToken: `${accountSid}-FIRES-${triggerSid}-${token}`,
  };
}
