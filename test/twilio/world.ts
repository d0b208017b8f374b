import { Writable } from "node:stream";
import { expect } from "vitest";
import type { Clock } from "../../src/lib/clock.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import { createLog } from "../../src/lib/log.ts";
import { Secret } from "../../src/lib/secret.ts";
import { type Acme, seedAcme } from "../../src/sandbox/twilio/seed.ts";
import { startTwilioStandIn, type TwilioStandIn } from "../../src/sandbox/twilio/start.ts";
import { type Credentials, createCredentials, type LostCopy } from "../../src/twilio/credentials.ts";
import { createTwilio } from "../../src/twilio/gateway.ts";
import { createTwilioSdk } from "../../src/twilio/sdk.ts";
import type { Twilio } from "../../src/workflow/ports.ts";
import { openApiProblems } from "../support/openapi.ts";

/** A clock that stands still until it is moved. */
class HandClock implements Clock {
  #nowMs = Date.now();

  now(): number {
    return this.#nowMs;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

export interface TwilioWorld {
  readonly standIn: TwilioStandIn;
  readonly acme: Acme;
  readonly clock: HandClock;
  readonly credentials: Credentials;
  readonly twilio: Twilio;
  readonly parentSid: AccountSid;
  readonly voiceEu: AccountSid;
  readonly notifications: AccountSid;
  /** Accounts whose token changed without us, as they were told. */
  readonly tokenChanges: readonly AccountSid[];
  readonly lostCopies: readonly LostCopy[];
  /** What was logged, as one text. */
  logged(): string;
  /** Requests since the last call of this. */
  newRequests(): readonly string[];
  /** Every token and key secret that Twilio knows now. */
  secrets(): readonly string[];
  /** Another replica on the same Twilio, with the parent's primary token in its configuration unless told otherwise. */
  replica(parentToken?: string): { readonly credentials: Credentials; readonly twilio: Twilio };
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Twilio goes by the test's clock too. Default: by the real one. */
  readonly sharesClock?: boolean;
  readonly timeoutMs?: number;
}

/** Acme on a Twilio stand-in of its own, and Tollgate's gateway to it. */
export async function startWorld(options: WorldOptions = {}): Promise<TwilioWorld> {
  const acme = seedAcme();
  const clock = new HandClock();
  const standIn = await startTwilioStandIn({ seed: acme.seed, ...(options.sharesClock === true ? { clock } : {}) });
  const lines: string[] = [];
  const log = createLog(
    "trace",
    new Writable({ write: (chunk, _encoding, next) => next(void lines.push(String(chunk))) }),
  );
  const parentSid = acme.parent.sid as AccountSid;
  const tokenChanges: AccountSid[] = [];
  const lostCopies: LostCopy[] = [];

  function connect(configured = standIn.state.account(parentSid).authToken) {
    const sdk = createTwilioSdk({ apiBaseUrl: standIn.url, timeoutMs: options.timeoutMs ?? 2_000, random: () => 0 });
    const parentToken = new Secret(configured);
    const onTokenChanged = (sid: AccountSid, lost: LostCopy) => {
      tokenChanges.push(sid);
      lostCopies.push(lost);
    };
    const credentials = createCredentials({ sdk, parentSid, parentToken, clock, log, onTokenChanged });
    return { credentials, twilio: createTwilio({ credentials }) };
  }

  let seen = 0;
  return {
    standIn,
    acme,
    clock,
    ...connect(),
    parentSid,
    tokenChanges,
    lostCopies,
    voiceEu: acme.voiceEuSid as AccountSid,
    notifications: acme.notificationsSid as AccountSid,
    logged: () => lines.join(""),
    newRequests() {
      const fresh = standIn.requests.slice(seen);
      seen = standIn.requests.length;
      return fresh.map(({ method, host, path }) => `${method} ${host}${path}`);
    },
    secrets: () => [
      ...[...standIn.state.accounts.values()].flatMap(({ authToken, secondaryToken }) => [
        authToken,
        secondaryToken ?? authToken,
      ]),
      ...[...standIn.state.keys.values()].map(({ secret }) => secret),
    ],
    replica: connect,
    async close() {
      const problems = [...new Set(standIn.requests.flatMap(openApiProblems))];
      await standIn.close();
      expect(problems, "Twilio's OpenAPI documents").toEqual([]);
    },
  };
}

/** The account with this SID, which must be there. */
export async function accountOf(twilio: Twilio, sid: AccountSid) {
  const account = await twilio.account(sid);
  if (account === undefined) throw new Error(`no account ${sid}`);
  return account;
}
