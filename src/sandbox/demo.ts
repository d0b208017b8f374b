/** `npm run demo`: everything on embedded defaults, an attack, and a page on which to stop it. `--headless` plays all people itself. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type App, startApp } from "../app.ts";
import { type Config, loadConfig } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { createLog, type LogLevel } from "../lib/log.ts";
import { lodgeElsewhere } from "../store/embedded/index.ts";
import { demoFacts } from "./demo-facts.ts";
import { seedAcmeWorkspace } from "./slack/seed.ts";
import { type SlackStandIn, startSlackStandIn } from "./slack/stand-in.ts";
import { auditAgrees } from "./story/audit-agrees.ts";
import { playHeadless } from "./story/headless.ts";
import { createTranscript } from "./story/transcript.ts";
import { startTollFraud, type TollFraud } from "./twilio/attack.ts";
import { type Acme, seedAcme } from "./twilio/seed.ts";
import { startTwilioStandIn, type TwilioStandIn } from "./twilio/start.ts";

export interface DemoOptions {
  readonly isHeadless: boolean;
  /** Emptied at the start, only when our marker is in it. */
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly write: (line: string) => void;
  /** Resolves when the demo should end (a signal); headless does not wait for it. */
  readonly untilStopped: Promise<void>;
}

const MARKER = "tollgate-demo";
const PREFERRED_PORTS = { tollgate: 3000, page: 8080 } as const;
/** Time to open the page before the story begins. */
const ATTACK_AFTER_MS = 4_000;
/** Ordinary days of the account stay below 22. */
const TRIGGER_USD = 25;
const ATTACK = { countries: ["LV"], callsPerMinute: 150, pricePerMinuteUsd: 1.5 } as const;

const USAGE_COMMAND = [
  {
    command: "/twilio-usage",
    description: "What Twilio costs, against what is usual",
    usageHint: "today | yesterday | this-month | last-month | daily 7 | monthly 3 [category] [subaccount]",
  },
];

/** Ann asks, Ben approves, Cem has no role. */
const POLICY = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, roles: [responder, approver] }
detection: { allowedCountries: [US, CA, GB, DE, FR] }
`;

/** Answers the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { isHeadless, dataDir, write } = options;
  const problem = claimFolder(dataDir);
  if (problem !== null) {
    write(problem);
    return 1;
  }
  const lodging = lodgeElsewhere(dataDir);
  if (lodging !== null)
    write(`Only root can enter this folder, and PostgreSQL runs as another user: the demo's database is in ${lodging}`);
  const transcript = createTranscript(write);
  const log = createLog(options.logLevel);
  const tollgatePort = await freePort(PREFERRED_PORTS.tollgate);
  const publicUrl = `http://127.0.0.1:${tollgatePort}`;
  const acme = seedAcme({ nowMs: systemClock.now(), publicUrl, triggerUsd: TRIGGER_USD });
  const cleanUps: (() => Promise<void>)[] = [];
  try {
    const twilio = await startTwilioStandIn({ seed: acme.seed });
    cleanUps.push(() => twilio.close());
    let attack: TollFraud | undefined;
    const slack = await startSlackStandIn({
      seed: seedAcmeWorkspace({ commands: USAGE_COMMAND }),
      port: await freePort(PREFERRED_PORTS.page),
      pageFolder: fileURLToPath(new URL("./page", import.meta.url)),
      facts: () => demoFacts(twilio, acme.voiceEuSid, attack),
    });
    cleanUps.push(() => slack.close());
    slack.connectApp(`${publicUrl}/slack/events`);
    const config = demoConfig({ dataDir, tollgatePort, publicUrl, acme, twilio, slack });
    const app: App = await startApp({ config, log, startsEmpty: true });
    cleanUps.push(() => app.stop());
    transcript.step("Tollgate, Twilio and Slack are up, all on this machine");
    write(`Demo page: ${slack.url}/`);

    const begin = (): void => {
      attack = startTollFraud(twilio, { accountSid: acme.voiceEuSid, ...ATTACK });
      cleanUps.push(async () => attack?.stop());
      transcript.step(
        "The attack begins: calls to Latvia on Acme Voice EU, with a stolen token and a key made with it",
      );
    };
    if (isHeadless) {
      const { problems, newestAuditLine } = await playHeadless({ slack, twilio, acme, transcript, begin });
      const auditProblem = await auditAgrees(dataDir, newestAuditLine, log, transcript);
      for (const problem of auditProblem === null ? problems : [...problems, auditProblem])
        transcript.step(`WRONG: ${problem}`);
      return problems.length === 0 && auditProblem === null ? 0 : 1;
    }
    const timer = setTimeout(begin, ATTACK_AFTER_MS);
    cleanUps.push(async () => clearTimeout(timer));
    write(
      "In a few seconds an attack begins. Act as Ann Ito (on call) and Ben Okafor (approver). Ctrl+C ends the demo.",
    );
    await options.untilStopped;
    return 0;
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

/** Makes the folder ours, or says why it cannot be. What is in it is only thrown away when our marker says that it is a demo's. */
function claimFolder(dataDir: string): string | null {
  const marker = join(dataDir, MARKER);
  const isOurs = existsSync(marker);
  if (!isOurs && existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    return `${dataDir} holds something that is not a demo's. Set DATA_DIR to an empty or absent folder.`;
  }
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(marker, "This folder belongs to `npm run demo`, which empties it at every start.\n");
  rmSync(join(dataDir, "secrets"), { recursive: true, force: true });
  return null;
}

interface Parts {
  readonly dataDir: string;
  readonly tollgatePort: number;
  readonly publicUrl: string;
  readonly acme: Acme;
  readonly twilio: TwilioStandIn;
  readonly slack: SlackStandIn;
}

/** The same environment that an operator would set, read by the same code. */
function demoConfig({ dataDir, tollgatePort, publicUrl, acme, twilio, slack }: Parts): Config {
  const loaded = loadConfig({
    env: {
      HOST: "127.0.0.1",
      PORT: String(tollgatePort),
      PUBLIC_URL: publicUrl,
      DATA_DIR: dataDir,
      TWILIO_ACCOUNT_SID: acme.parent.sid,
      TWILIO_AUTH_TOKEN: acme.parent.authToken,
      TWILIO_API_BASE_URL: twilio.url,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      SLACK_INCIDENT_CHANNEL: "C0INCIDENTS",
      SLACK_AUDIT_CHANNEL: "C0AUDIT",
    },
    readFile: () => POLICY,
  });
  if (!loaded.ok) throw new Error(`the demo's own configuration is wrong:\n${loaded.problems.join("\n")}`);
  return loaded.config;
}

/** The preferred port when nobody has it, else a free one. */
function freePort(preferred: number): Promise<number> {
  const tryPort = (port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const probe = createServer();
      probe.once("error", () => resolve(undefined));
      probe.listen(port, "127.0.0.1", () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
      });
    });
  return tryPort(preferred).then(async (port) => {
    const found = port ?? (await tryPort(0));
    if (found === undefined) throw new Error("this machine has no free port on 127.0.0.1");
    return found;
  });
}
