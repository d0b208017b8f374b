/** What a demo plays on: Tollgate, Twilio and Slack, all on this machine. */
import { fileURLToPath } from "node:url";
import { startApp } from "../app.ts";
import { type Config, loadConfig } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { demoFacts } from "./demo-facts.ts";
import { onFreePort } from "./free-port.ts";
import { seedAcmeWorkspace } from "./slack/seed.ts";
import { type SlackStandIn, startSlackStandIn } from "./slack/stand-in.ts";
import { startTollFraud, type TollFraud } from "./twilio/attack.ts";
import { type Acme, seedAcme } from "./twilio/seed.ts";
import { startTwilioStandIn, type TwilioStandIn } from "./twilio/start.ts";

export interface DemoStage {
  readonly acme: Acme;
  readonly twilio: TwilioStandIn;
  readonly slack: SlackStandIn;
  /** Begins the attack. */
  attack(): void;
  close(): Promise<void>;
}

const PREFERRED_PORTS = { tollgate: 3000, page: 8080 } as const;
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

/** Throws `FolderInUse` when another Tollgate works on this folder; else its database is ours, and empty. */
export function openDemoStage(dataDir: string, log: Log): Promise<DemoStage> {
  return onFreePort(PREFERRED_PORTS.tollgate, (port) => openOnPort(port, dataDir, log));
}

async function openOnPort(tollgatePort: number, dataDir: string, log: Log): Promise<DemoStage> {
  const cleanUps: (() => Promise<void>)[] = [];
  async function close(): Promise<void> {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  }
  try {
    const publicUrl = `http://127.0.0.1:${tollgatePort}`;
    const acme = seedAcme({ nowMs: systemClock.now(), publicUrl, triggerUsd: TRIGGER_USD });
    const twilio = await startTwilioStandIn({ seed: acme.seed });
    cleanUps.push(() => twilio.close());
    let attack: TollFraud | undefined;
    const slack = await onFreePort(PREFERRED_PORTS.page, (port) =>
      startSlackStandIn({
        seed: seedAcmeWorkspace({ commands: USAGE_COMMAND }),
        port,
        pageFolder: fileURLToPath(new URL("./page", import.meta.url)),
        facts: () => demoFacts(twilio, acme.voiceEuSid, attack),
      }),
    );
    cleanUps.push(() => slack.close());
    slack.connectApp(`${publicUrl}/slack/events`);
    const config = demoConfig({ dataDir, tollgatePort, publicUrl, acme, twilio, slack });
    const app = await startApp({ config, log, startsEmpty: true });
    cleanUps.push(() => app.stop());
    return {
      acme,
      twilio,
      slack,
      attack() {
        const begun = startTollFraud(twilio, { accountSid: acme.voiceEuSid, ...ATTACK });
        attack = begun;
        cleanUps.push(async () => begun.stop());
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
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
