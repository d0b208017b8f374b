import { numberIn } from "../numbers.ts";
import type { CallOrder, Credential } from "../player.ts";
import type { Act, AttackKind, Crime } from "./contract.ts";
import { again, inTurn, later, perHour } from "./pace.ts";
import { isChange, isThreshold, speaksOf } from "./signs.ts";

/** Where the money of toll fraud is, by Twilio's own guide; one of them for each attack. */
const IRSF = ["LV", "LT", "RS", "SO", "CD", "TD", "GM", "SL", "GN", "FJ", "CU"] as const;
const WANGIRI = ["TN", "LT", "BI", "PG"] as const;
const ALL_LOUDNESS = ["flood", "heavy", "strong", "double", "drip"] as const;
const CALLS = ["calls-outbound", "trunking-termination"];
const VOICE = ["steady-voice", "business-voice"] as const;
const USD_PER_MINUTE = 0.6;

function order(
  crime: Crime,
  countries: readonly [string, ...string[]],
  minutes: number,
  usdPerMinute = USD_PER_MINUTE,
): CallOrder {
  const country = countries[Math.floor(crime.luck.next() * countries.length)] ?? countries[0];
  return { to: numberIn(country, crime.luck), country, minutes, usdPerMinute };
}

/** Two countries for each attack, drawn anew. */
function twoOf(crime: Crime, countries: readonly [string, ...string[]]): readonly [string, string] {
  const luck = crime.luck.of("countries");
  return [luck.pick(countries), luck.pick(countries)];
}

function calls(
  crime: Crime,
  place: (order: CallOrder) => void,
  minutes = 3,
  from: readonly [string, ...string[]] = IRSF,
): Iterable<Act> {
  const countries = twoOf(crime, from);
  return again(crime, perHour(crime, CALLS, minutes * USD_PER_MINUTE), () => place(order(crime, countries, minutes)));
}

function opened(country: string): Record<string, string> {
  const row = {
    iso_code: country,
    low_risk_numbers_enabled: "true",
    high_risk_special_numbers_enabled: "true",
    high_risk_tollfraud_numbers_enabled: "true",
  };
  return { UpdateRequest: JSON.stringify([row]) };
}

const toll = (
  id: string,
  title: string,
  rest: Omit<AttackKind, "id" | "title" | "intensities" | "threats" | "isSign"> & Partial<AttackKind>,
): AttackKind => ({
  id,
  title,
  intensities: ALL_LOUDNESS,
  threats: ["toll-fraud", "spend-spike", "unused-product", "dormant-account"],
  isSign: (signal) => isThreshold(signal) || speaksOf(IRSF, signal),
  ...rest,
});

export const irsfByKey = toll("irsf-by-key", "Calls to expensive numbers with a stolen API key", {
  shapes: VOICE,
  acts: (crime) => {
    const key = crime.player.oldKey();
    return calls(crime, (call) => crime.player.callByApi(call, key));
  },
});

export const irsfByDial = toll("irsf-by-dial", "The same by <Dial> in hijacked TwiML: no request tells of it", {
  shapes: VOICE,
  acts: (crime) => calls(crime, (call) => crime.player.callAside(call, "dial"), 6),
});

export const trunkFraud = toll("trunk-fraud", "The same through a SIP trunk whose password was guessed", {
  shapes: ["sip-trunk"],
  acts: (crime) => calls(crime, (call) => crime.player.callAside(call, "trunk"), 6),
});

export const longCalls = toll("long-calls", "Few calls that last for hours", {
  shapes: VOICE,
  intensities: ["strong", "double"],
  acts: (crime) =>
    again(crime, crime.intensity === "strong" ? 2 : 0.5, () =>
      crime.player.callAside(order(crime, twoOf(crime, IRSF), 150, 0.3), "dial"),
    ),
});

export const wangiri = toll("wangiri", "Very many calls of a few seconds that people call back", {
  shapes: VOICE,
  intensities: ["flood", "heavy", "strong", "double"],
  isSign: (signal) => isThreshold(signal) || speaksOf(WANGIRI, signal),
  acts: (crime) => {
    const key = crime.player.oldKey();
    const countries = twoOf(crime, WANGIRI);
    return again(crime, perHour(crime, CALLS, 0.25), () =>
      crime.player.callByApi(order(crime, countries, 0.1, 0.25), key),
    );
  },
});

export const keyTheft = toll("key-theft", "The token was found: a key is made, then calls", {
  shapes: VOICE,
  threats: ["account-takeover", "toll-fraud", "permission-opened", "spend-spike"],
  isSign: (signal) =>
    isThreshold(signal) || isChange(["account-api-keys.", "account-keys."], signal) || speaksOf(IRSF, signal),
  acts: (crime) => {
    const { player, startMs } = crime;
    let key: Credential = player.token();
    const steal: Act = {
      atMs: startMs,
      run: () => {
        key = player.makeKey(player.token());
      },
    };
    return inTurn(
      [steal],
      calls(later(crime, 20), (call) => player.callByApi(call, key)),
    );
  },
});

export const geoOpened = toll("geo-opened", "A country is opened, hours later calls go there", {
  shapes: VOICE,
  threats: ["permission-opened", "toll-fraud", "account-takeover", "spend-spike"],
  isSign: (signal) =>
    isThreshold(signal) || isChange(["voice-geographic-permissions."], signal) || speaksOf(IRSF, signal),
  acts: (crime) => {
    const { player, startMs } = crime;
    const [country] = twoOf(crime, IRSF);
    const opening: Act = {
      atMs: startMs,
      run: () =>
        void player.api(
          "POST",
          "voice.twilio.com",
          "/v1/DialingPermissions/BulkCountryUpdates",
          opened(country),
          player.token(),
        ),
    };
    const traffic = later(crime, 90);
    const rest = again(traffic, perHour(traffic, CALLS, 3 * USD_PER_MINUTE), () =>
      player.callByApi(order(crime, [country], 3), player.token()),
    );
    return inTurn([opening], rest);
  },
});

export const dormantAbused = toll("dormant-abused", "An account that nobody uses any more begins to call", {
  shapes: ["dormant", "tiny"],
  acts: (crime) => calls(crime, (call) => crime.player.callByApi(call, crime.player.token())),
});

export const unusedProduct = toll("unused-product", "An account that only sends messages begins to call", {
  shapes: ["sms-notifier", "one-time-codes"],
  acts: (crime) => calls(crime, (call) => crime.player.callByApi(call, crime.player.token())),
});
