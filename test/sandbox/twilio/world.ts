import type { Twilio } from "twilio";
import { expect } from "vitest";
import { type Acme, type AcmeOptions, seedAcme } from "../../../src/sandbox/twilio/seed.ts";
import { startTwilioStandIn, type TwilioStandIn } from "../../../src/sandbox/twilio/start.ts";
import { openApiProblems } from "../../support/openapi.ts";
import { twilioClient } from "../../support/twilio-client.ts";

export interface AcmeWorld extends AsyncDisposable {
  readonly acme: Acme;
  readonly standIn: TwilioStandIn;
  /** Milliseconds to add to the clock. */
  advance(ms: number): void;
  /** With the parent's token. */
  readonly parent: Twilio;
  /** With the present token of this account. */
  as(accountSid: string): Twilio;
  /** With an API key of the account. */
  withKey(accountSid: string, friendlyName: string, targetSid?: string): Twilio;
}

/** A noon, so that the ordinary traffic of the day is the same in every run. */
export const NOON = Date.UTC(2026, 9, 14, 12, 0, 0);

/** Acme in a stand-in of its own. At the end every request of the test must have been clean by Twilio's OpenAPI documents. */
export async function startAcme(
  options: AcmeOptions & { readonly stateFile?: string; readonly streamRetries?: number; readonly acme?: Acme } = {},
): Promise<AcmeWorld> {
  let nowMs = NOON;
  const acme = options.acme ?? seedAcme({ nowMs, ...options });
  const standIn = await startTwilioStandIn({
    seed: acme.seed,
    clock: { now: () => nowMs },
    // Tests evaluate when they want to.
    evaluateEveryMs: 3_600_000,
    ...(options.streamRetries === undefined ? {} : { streamRetries: options.streamRetries }),
    ...(options.stateFile === undefined ? {} : { stateFile: options.stateFile }),
  });
  const as = (accountSid: string): Twilio =>
    twilioClient(standIn.url, accountSid, standIn.state.account(accountSid).authToken);
  return {
    acme,
    standIn,
    advance: (ms) => {
      nowMs += ms;
    },
    parent: as(acme.parent.sid),
    as,
    withKey: (accountSid, friendlyName, targetSid = accountSid) => {
      const key = standIn.state.keysOf(accountSid).find((candidate) => candidate.friendlyName === friendlyName);
      if (key === undefined) throw new Error(`no key ${friendlyName}`);
      return twilioClient(standIn.url, key.sid, key.secret, { accountSid: targetSid });
    },
    [Symbol.asyncDispose]: async () => {
      await standIn.close();
      expect(standIn.requests.flatMap(openApiProblems)).toEqual([]);
    },
  };
}

/** `401/20003` of a refused request, `ok` of one that was accepted. */
export async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    if (error instanceof Error && "status" in error && "code" in error) return `${error.status}/${error.code}`;
    throw error;
  }
}
