import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { expect, type TestContext } from "vitest";
import { signedHeaders } from "../../src/sandbox/slack/app-connection.ts";
import { at, type Json, textAt } from "../../src/sandbox/slack/json.ts";
import type { EphemeralMessage, SlackMessage, SlackView } from "../../src/sandbox/slack/model.ts";
import { type SlackStandIn, startSlackStandIn } from "../../src/sandbox/slack/stand-in.ts";
import type { Person } from "../../src/sandbox/story/door.ts";
import { CAST } from "../../src/sandbox/story/headless.ts";
import { createSlackDoor, labelsOf, subjectOf, textOf } from "../../src/sandbox/story/slack-door.ts";
import { Story } from "../../src/sandbox/story/story.ts";
import type { Transcript } from "../../src/sandbox/story/transcript.ts";
import { startTollFraud, type TollFraud } from "../../src/sandbox/twilio/attack.ts";
import type { Account } from "../../src/sandbox/twilio/model.ts";
import { type Acme, seedAcme } from "../../src/sandbox/twilio/seed.ts";
import { derivedSid, newToken } from "../../src/sandbox/twilio/sids.ts";
import { startTwilioStandIn, type TwilioStandIn } from "../../src/sandbox/twilio/start.ts";
import { signForm } from "../../src/sandbox/twilio/webhooks.ts";
import { openApiProblems } from "../support/openapi.ts";
import { databaseUrl, testDatabase } from "../support/postgres.ts";
import { freePort, prepareTollgate, type Tollgate } from "../support/tollgate.ts";

export const INCIDENTS = "C0INCIDENTS";
const AUDIT = "C0AUDIT";
export const { responder: ANN, approver: BEN, outsider: CEM } = CAST;

/** Ann asks, Ben approves, Cem has no role. */
export const POLICY = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, roles: [responder, approver] }
detection: { allowedCountries: [US, CA, GB, DE, FR] }
`;

export interface StageOptions {
  /** `embedded`: a folder of its own with its own PostgreSQL. Default: a database on the server that all tests share. */
  readonly store?: "embedded" | "database";
  readonly policy?: string;
  readonly redisUrl?: string;
}

export interface OpenIncident {
  readonly accountSid: string;
  readonly card: SlackMessage;
  /** The subject of its card. */
  readonly subject: RegExp;
}

/** Twilio, Slack and the people in this process; Tollgate, ready, in a process of its own that knows only its environment. */
export interface Stage {
  readonly twilio: TwilioStandIn;
  readonly slack: SlackStandIn;
  readonly acme: Acme;
  readonly tollgate: Tollgate;
  readonly story: Story<SlackMessage, EphemeralMessage>;
  /** Calls to these countries (Latvia) from Acme Voice EU until it is stopped; the usage trigger fires. */
  attack(countries?: readonly string[]): TollFraud;
  /** A webhook as Twilio sends it. Answers the status, or undefined when nobody answered. */
  deliver(source: string, accountSid: string, form: Readonly<Record<string, string>>): Promise<number | undefined>;
  /** A subaccount without any traffic, that no other test uses. */
  newSubaccount(): string;
  /** A usage trigger fires on such a subaccount, and the card is there. */
  incident(): Promise<OpenIncident>;
  /** Signals of this account that are in the store, each counted as often as detection counts it. Not with `embedded`. */
  countedSignals(accountSid: string): Promise<number>;
  /** Tokens, keys and signing secrets of this story, old and new, that are in this text. */
  secretsIn(text: string): readonly string[];
  /** Ends everything, and checks what must hold in every story: clean requests to Twilio, and no secret where none may be. */
  close(): Promise<void>;
}

const SILENT: Transcript = { step: () => {}, quote: () => {}, elapsedMs: () => 0 };
const EVALUATE_EVERY_MS = 100;
const CALLS_PER_MINUTE = 120;
const CALL_USD = 60;
const SUBACCOUNTS = 20;

/** Folded ones by the buckets in which the rules see them. */
const COUNT_SIGNALS = `select (select coalesce(sum(count), 0) from bucket where account_sid = $1)
  + (select count(*) from signal where account_sid = $1 and not is_folded) as count`;

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
  const subaccounts = Array.from({ length: SUBACCOUNTS }, (_, index) => quietSubaccount(acme, index + 1));
  const unused = subaccounts.map(({ sid }) => sid);
  const seed = { ...acme.seed, accounts: [...acme.seed.accounts, ...subaccounts] };
  const twilio = await startTwilioStandIn({ seed, evaluateEveryMs: EVALUATE_EVERY_MS });
  const slack = await startSlackStandIn({ botToken: `xoxb-${randomBytes(12).toString("hex")}` });
  slack.connectApp(`${url}/slack/events`);
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
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      SLACK_INCIDENT_CHANNEL: INCIDENTS,
      SLACK_AUDIT_CHANNEL: AUDIT,
    },
  });
  const attacks: TollFraud[] = [];
  const secrets = new Set([slack.botToken, slack.signingSecret, auditKey, ...secretsOf(twilio)]);
  const stopNoting = twilio.onRequest(() => {
    for (const secret of secretsOf(twilio)) secrets.add(secret);
  });

  function newSubaccount(): string {
    const sid = unused.shift();
    if (sid === undefined) throw new Error("there is no further subaccount: raise SUBACCOUNTS");
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

  const secretsIn = (text: string) => [...secrets].filter((secret) => text.includes(secret));

  return {
    twilio,
    slack,
    acme,
    tollgate,
    story: new Story({
      door: createSlackDoor({ url: slack.url, incidentChannelId: INCIDENTS, auditChannelId: AUDIT }),
      transcript: SILENT,
    }),
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
      const accountSid = newSubaccount();
      expect(await deliver("usage-trigger", accountSid, triggerForm(accountSid, "90.00"))).toBe(204);
      const card = await cardOf({ slack }, twilio.state.account(accountSid).friendlyName);
      return { accountSid, card, subject: new RegExp(`^${subjectOf(card)}$`) };
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
      await twilio.close();
      await database?.close();
      expect(twilio.requests.flatMap(openApiProblems), "what Twilio's OpenAPI documents do not allow").toEqual([]);
      const said = tollgate.log();
      const told = JSON.stringify([slack.calls, slack.workspace.deliveries.map(({ answer }) => answer)]);
      expect(secretsIn(said + told), "secrets in the log or in Slack").toEqual([]);
      expect(said.match(/\+\d{7,15}\b/g) ?? [], "phone numbers in the log").toEqual([]);
    },
  };
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

/** The incident card of this account, as soon as it is there. */
export function cardOf(stage: Pick<Stage, "slack">, accountName: string): Promise<SlackMessage> {
  return shown(stage, `a card about ${accountName}`, () =>
    stage.slack.workspace
      .messages(INCIDENTS)
      .find((message) => /^incident-/.test(subjectOf(message) ?? "") && wordsOf(message).includes(accountName)),
  );
}

function secretsOf({ state }: TwilioStandIn): readonly string[] {
  const accounts = [...state.accounts.values()];
  return [
    ...accounts.map(({ authToken }) => authToken),
    ...accounts.flatMap(({ secondaryToken }) => secondaryToken ?? []),
    ...[...state.keys.values()].map(({ secret }) => secret),
  ];
}

/** Waits until Slack shows it. `look` is asked again after every change. */
export function shown<Found>(
  { slack }: Pick<Stage, "slack">,
  what: string,
  look: () => Found | undefined,
  withinMs = 30_000,
): Promise<Found> {
  return slack.workspace.until(what, look, withinMs);
}

/** Every message that Slack still has, in both channels. */
function messagesOf({ slack }: Pick<Stage, "slack">, channelId: string): readonly SlackMessage[] {
  const { workspace } = slack;
  return workspace.messages(channelId).flatMap((message) => workspace.thread(channelId, message.ts));
}

/** The message about this, or whose subject begins so. */
export function messageAbout(stage: Pick<Stage, "slack">, subject: RegExp): SlackMessage | undefined {
  return messagesOf(stage, INCIDENTS).find((message) => subject.test(subjectOf(message) ?? ""));
}

/** Waits until the message about this says so. */
export async function says(stage: Stage, subject: RegExp, words: RegExp, withinMs?: number): Promise<SlackMessage> {
  const look = () => {
    const message = messageAbout(stage, subject);
    return message !== undefined && words.test(wordsOf(message)) ? message : undefined;
  };
  try {
    return await shown(stage, `${subject} to say ${words}`, look, withinMs);
  } catch (error) {
    const message = messageAbout(stage, subject);
    throw new Error(`It says:\n${message === undefined ? "nothing" : wordsOf(message)}\n${stage.tollgate.log()}`, {
      cause: error,
    });
  }
}

export function wordsOf(message: SlackMessage | EphemeralMessage): string {
  return `${message.text}\n${textOf(message.blocks)}`;
}

export function labels(message: SlackMessage): readonly string[] {
  return labelsOf(message.blocks);
}

/** A word about one thing is said once: no subject has two messages. */
export function expectNoDuplicates(stage: Stage): void {
  const subjects = messagesOf(stage, INCIDENTS).flatMap((message) => subjectOf(message) ?? []);
  expect(subjects.toSorted()).toEqual([...new Set(subjects)].toSorted());
}

/** The dialog that this person has on the screen, once it can be sent or says why not. */
export function filledDialog(stage: Stage, person: Person, words: RegExp): Promise<SlackView> {
  return shown(stage, `a dialog of ${person.name} that says ${words}`, () =>
    stage.slack.workspace.views(person.userId).find(({ definition }) => words.test(textOf(blocksOf(definition)))),
  );
}

export function blocksOf(definition: Json): readonly Json[] {
  const blocks = at(definition, "blocks");
  return Array.isArray(blocks) ? blocks : [];
}

const ANCHOR = /#(\d+) [0-9a-f]{12}$/;

/** The lines of the audit channel. */
export function auditLines(stage: Pick<Stage, "slack">): readonly string[] {
  return stage.slack.workspace
    .messages(AUDIT)
    .flatMap((message) => textOf(message.blocks).split("\n"))
    .filter((line) => line.trim() !== "");
}

/** Waits until the audit channel has told everything that is in the record, and checks that the record holds. */
export async function expectSoundAudit(stage: Stage): Promise<readonly string[]> {
  const written = await stage.tollgate.audit("export");
  const count = written.said.split("\n").filter((line) => line.startsWith("{")).length;
  expect(count).toBeGreaterThan(0);
  expect(stage.secretsIn(written.said), "secrets in the record").toEqual([]);
  const lines = await shown(stage, `audit line #${count}`, () => {
    const all = auditLines(stage);
    return Number(ANCHOR.exec(all.at(-1) ?? "")?.[1] ?? 0) >= count ? all : undefined;
  });
  const numbers = lines.map((line) => Number(ANCHOR.exec(line)?.[1]));
  expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
  // A line may stand for several equal refusals; its number is that of the newest.
  const told = lines.reduce((sum, line) => sum + Number(/ x (\d+) #\d+ [0-9a-f]{12}$/.exec(line)?.[1] ?? 1), 0);
  expect(told).toBe(numbers.at(-1));
  const verified = await stage.tollgate.audit("verify");
  expect(verified).toMatchObject({ code: 0, said: expect.stringContaining("from the audit channel") });
  return lines;
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

/** The subject of the message that tells the requester how this request ended. */
export function outcomeOf(request: SlackMessage): RegExp {
  return new RegExp(`^${(subjectOf(request) ?? "").replace("approval-", "outcome-")}$`);
}

/** The message about this request. */
export function about(request: SlackMessage): RegExp {
  return new RegExp(`^${subjectOf(request)}$`);
}

interface Button {
  readonly action_id: string;
  readonly value: string;
}

/** A press on a message as this person has it on the screen: Slack sends it although the message has changed meanwhile. */
export async function pressAsSeen(stage: Stage, person: Person, seen: SlackMessage, button: Button): Promise<number> {
  const { threadTs, channelId } = seen;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const payload = JSON.stringify({
    type: "block_actions",
    team: { id: "T0ACME", domain: "acme" },
    user: { id: person.userId, team_id: "T0ACME" },
    trigger_id: "1.1.of-a-press-that-opens-nothing",
    channel: { id: channelId },
    container: { type: "message", message_ts: seen.ts, channel_id: channelId, ...thread },
    message: { ts: seen.ts, ...thread },
    actions: [{ type: "button", ...button }],
  });
  const body = new URLSearchParams({ payload }).toString();
  const answer = await fetch(`${stage.tollgate.url}/slack/events`, {
    method: "POST",
    headers: { ...signedHeaders(stage.slack.signingSecret, body, Date.now()) },
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** The button whose label begins so. */
export function buttonOn(message: SlackMessage, label: string): Button {
  const buttons = message.blocks.flatMap((block) => {
    const elements = at(block, "elements");
    return Array.isArray(elements) ? elements : [];
  });
  const found = buttons.find((button: Json) => textAt(button, "text", "text")?.startsWith(label) === true);
  const [action_id, value] = [textAt(found, "action_id"), textAt(found, "value")];
  if (action_id === undefined || value === undefined) throw new Error(`no button ${label} on ${message.text}`);
  return { action_id, value };
}

/** What this person alone was told because of what is done here. */
export async function toldAlone(stage: Stage, person: Person, act: () => Promise<unknown>): Promise<string> {
  const { workspace } = stage.slack;
  const known = new Set(workspace.ephemeral(person.userId).map(({ ts }) => ts));
  await act();
  const told = await shown(stage, `${person.name} to be told something`, () =>
    workspace.ephemeral(person.userId).find(({ ts }) => !known.has(ts)),
  );
  return told.text;
}
