import { numberIn } from "../numbers.ts";
import { ATTACKER } from "../player.ts";
import type { Act, AttackKind, Crime } from "./contract.ts";
import { again, inTurn, later } from "./pace.ts";
import { isChange, isError, isThreshold, speaksOf } from "./signs.ts";

const MINUTE_MS = 60_000;
const ACCOUNTS = "accounts.twilio.com";

function at(crime: Crime, minutes: number, run: () => void): Act {
  return { atMs: crime.startMs + minutes * MINUTE_MS, run };
}

/** The whole account is taken: a second token is made and promoted, so that the customer's own programs are locked out. */
export const tokenTakeover: AttackKind = {
  id: "token-takeover",
  title: "The auth token is replaced by somebody else",
  shapes: ["business-voice", "sms-notifier", "tiny"],
  intensities: ["once"],
  threats: ["account-takeover"],
  isSign: (signal) => signal.kind === "token-changed" || isChange(["account-auth-token."], signal),
  acts: (crime) => {
    const { player } = crime;
    const step = (path: string) => void player.api("POST", ACCOUNTS, path, {}, player.token());
    return [
      at(crime, 0, () => step("/v1/AuthTokens/Secondary")),
      at(crime, 2, () => step("/v1/AuthTokens/Promote")),
      // What the customer's programs send from then on is refused.
      ...Array.from({ length: 40 }, (_, turn) => at(crime, 3 + turn / 4, () => player.error("20003"))),
    ];
  },
};

/** Whoever is in looks around, and takes the alarms off the wall first. */
export const tripwiresRemoved: AttackKind = {
  id: "tripwires-removed",
  title: "Usage triggers are deleted, then calls",
  shapes: ["business-voice", "steady-voice"],
  intensities: ["strong"],
  threats: ["account-takeover", "toll-fraud", "spend-spike"],
  quietMinutes: 45,
  isSign: (signal) => isThreshold(signal) || isChange(["usage-trigger."], signal) || speaksOf(["LV", "LT"], signal),
  acts: (crime) => {
    const { player, luck } = crime;
    const removal = at(crime, 0, () => player.deleteTriggers());
    const calls = again(later(crime, 45), 30, () =>
      player.callByApi({ to: numberIn("LT", luck), country: "LT", minutes: 3, usdPerMinute: 0.6 }, player.oldKey()),
    );
    return inTurn([removal], calls);
  },
};

/** Phished: somebody logs in from abroad, invites a user of their own, and looks at recordings. */
export const strangerInConsole: AttackKind = {
  id: "stranger-in-console",
  title: "A login from a new address invites a new user and makes a key",
  shapes: ["support-desk", "business-voice"],
  intensities: ["once"],
  threats: ["account-takeover"],
  isSign: (signal) => isChange(["user", "account-api-keys.", "account-keys.", "security-settings."], signal),
  acts: (crime) => {
    const { player } = crime;
    return [
      at(crime, 0, () => player.note("user-session.created", "user-session", ATTACKER)),
      at(crime, 4, () => player.note("user-invitation.created", "user-invitation", ATTACKER)),
      at(crime, 9, () => player.note("user.created", "user", ATTACKER)),
      at(crime, 12, () => void player.makeKey(player.token())),
    ];
  },
};

/** A thief of numbers had it ported to a carrier of their own. */
export const portedOut: AttackKind = {
  id: "ported-out",
  title: "A number is ported out",
  shapes: ["sms-notifier", "support-desk", "tiny"],
  intensities: ["once"],
  threats: ["ported-out"],
  isSign: (signal) => signal.kind === "ported-out",
  acts: (crime) => [at(crime, 0, () => crime.player.portOut())],
};

const SIP_CODES = ["32201", "32202"] as const;
const SIP_PER_HOUR = { flood: 6_000, heavy: 1_800, strong: 600, double: 90, drip: 30, once: 1 } as const;

/** Strangers try passwords on a SIP domain. */
export const sipBruteForce: AttackKind = {
  id: "sip-brute-force",
  title: "Passwords of a SIP domain are tried",
  shapes: ["sip-trunk", "support-desk"],
  intensities: ["flood", "strong", "double"],
  threats: ["sip-attack"],
  isSign: (signal) => isError(SIP_CODES, signal) || signal.kind === "alarm",
  acts: (crime) => again(crime, SIP_PER_HOUR[crime.intensity], () => crime.player.error(crime.luck.pick(SIP_CODES))),
};

export const badCredentials: AttackKind = {
  id: "bad-credentials",
  title: "Dead tokens and keys are tried against the API",
  shapes: ["business-voice", "growing"],
  intensities: ["flood", "strong"],
  threats: ["refused-credentials", "account-takeover"],
  isSign: (signal) => isError(["20003"], signal) || signal.kind === "alarm",
  acts: (crime) => again(crime, crime.intensity === "flood" ? 1_800 : 180, () => crime.player.error("20003")),
};
