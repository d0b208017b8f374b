import { randomInt } from "node:crypto";
import { type CountryCode, getExampleNumber, isSupportedCountry } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { z } from "zod";
import type { ApiAnswer } from "./route.ts";
import type { TwilioStandIn } from "./start.ts";

export interface TollFraudOptions {
  readonly accountSid: string;
  /** ISO codes, called in turn. */
  readonly countries: readonly string[];
  readonly callsPerMinute: number;
  /** What a minute to these countries costs. */
  readonly pricePerMinuteUsd: number;
  /** How long each call is kept up. Default 180. */
  readonly callSeconds?: number;
}

export interface TollFraud {
  /** What came of it so far; `refused` by error code. */
  readonly stats: { placed: number; readonly refused: Record<string, number> };
  /** The key that the attacker made. */
  readonly keySid: string;
  stop(): void;
}

/** An address of the documentation range: RFC 5737. */
const ATTACKER_IP = "203.0.113.66";
const SHORTEST_INTERVAL_MS = 50;

const CreatedKey = z.object({ sid: z.string(), secret: z.string() });
const Failed = z.object({ code: z.number() });

interface Credential {
  readonly username: string;
  readonly password: string;
}

/**
 * Toll fraud as it happens: somebody has a copy of the subaccount's token, makes an API key to survive a rotation, and calls
 * expensive countries. Every step goes through the stand-in's own rules, so deleting the key, rotating the token, closing the
 * country or suspending the account each stops what it stops in reality.
 */
export function startTollFraud(standIn: TwilioStandIn, options: TollFraudOptions): TollFraud {
  const countries = options.countries.filter((country) => isSupportedCountry(country));
  if (countries.length === 0) throw new Error("startTollFraud: countries must name at least one ISO code");
  for (const country of countries) standIn.state.usdPerMinute.set(country, options.pricePerMinuteUsd);

  const path = `/2010-04-01/Accounts/${options.accountSid}`;
  const token = { username: options.accountSid, password: standIn.state.account(options.accountSid).authToken };
  const made = CreatedKey.parse(post(standIn, `${path}/Keys.json`, token, { FriendlyName: "backup-service" }).body);
  const credentials: Credential[] = [{ username: made.sid, password: made.secret }, token];
  const from = standIn.state.numbersOf(options.accountSid)[0]?.phoneNumber ?? "";
  const refused: Record<string, number> = {};
  const stats = { placed: 0, refused };

  function placeOne(turn: number): void {
    const country = countries[turn % countries.length];
    if (country === undefined) return;
    const form = {
      To: someNumber(country),
      From: from,
      Url: "https://cdn.example/t.xml",
      TimeLimit: String(options.callSeconds ?? 180),
    };
    let answer: ApiAnswer | undefined;
    for (const credential of credentials) {
      answer = post(standIn, `${path}/Calls.json`, credential, form);
      if (answer.status !== 401) break;
    }
    if (answer?.status === 201) {
      stats.placed += 1;
      return;
    }
    const code = String(Failed.safeParse(answer?.body).data?.code ?? 0);
    refused[code] = (refused[code] ?? 0) + 1;
  }

  const intervalMs = Math.max(SHORTEST_INTERVAL_MS, 60_000 / options.callsPerMinute);
  const callsEachTime = Math.max(1, Math.round((options.callsPerMinute * intervalMs) / 60_000));
  let turn = 0;
  function burst(): void {
    for (let index = 0; index < callsEachTime; index += 1) {
      placeOne(turn);
      turn += 1;
    }
  }
  burst();
  const timer = setInterval(burst, intervalMs);
  return { stats, keySid: made.sid, stop: () => clearInterval(timer) };
}

/** Raises the same error many times at once, as a broken or attacked integration does. */
export function burstOfErrors(standIn: TwilioStandIn, accountSid: string, code: string, count: number): void {
  for (let index = 0; index < count; index += 1) standIn.state.raiseError(accountSid, code);
}

/** A possible mobile number of the country: its documented example with other last digits. */
function someNumber(country: CountryCode): string {
  const example = getExampleNumber(country, examples);
  if (example === undefined) throw new Error(`no example number for ${country}`);
  return example.number.slice(0, -4) + String(randomInt(0, 10_000)).padStart(4, "0");
}

function post(
  standIn: TwilioStandIn,
  path: string,
  credential: Credential,
  form: Readonly<Record<string, string>>,
): ApiAnswer {
  const basic = Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
  return standIn.dispatch({
    method: "POST",
    host: "api.twilio.com",
    path,
    query: new URLSearchParams(),
    form: new URLSearchParams(form),
    authorization: `Basic ${basic}`,
    ipAddress: ATTACKER_IP,
  }).answer;
}
